"""Thin faces of the use cases: the main API, health and metrics.

Above: `app.py`, which hands the use cases in. Below: `services`. No rule lives here; each dialect is one
folder that turns requests into calls of the services, and their answers and errors into its own JSON.
"""
