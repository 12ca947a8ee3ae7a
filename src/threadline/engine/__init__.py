"""When and where due work runs: one port, with the implementation for one process in `embedded`.

Handlers are handed in by `app.py`; the engine knows rows and wakes, and nothing of what the work is.
"""
