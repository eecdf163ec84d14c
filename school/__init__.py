"""The domain of the panel: what the school keeps, who may do what, and how it is done. Knows no web."""
