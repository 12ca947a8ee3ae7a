"""The promises by their source, one module each; `tests/promises.py` gathers them."""
