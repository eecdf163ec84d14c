"""How fast and how large: `make bench`. Nothing here runs in `make test`: a busy machine would fail it by chance."""
