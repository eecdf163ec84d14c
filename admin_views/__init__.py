"""The panel: Flask-Admin's screens over the services. Translates between the web and the domain, and decides nothing."""
