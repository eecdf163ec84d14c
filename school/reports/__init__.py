"""Reports: a module each, with `COLUMNS` and `rows(...)`; `registry.py` names them, `tables.py` writes them."""
