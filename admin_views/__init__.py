"""The panel: Flask-Admin screens over the services. They translate between web and domain, and decide nothing."""
