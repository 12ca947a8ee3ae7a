"""The use cases: what the gateway does, whichever face asks for it.

Each module is one use case. They open and commit transactions, call LinkedIn through the connector, and raise
the errors of `model/errors.py`; the faces above only translate.
"""
