"""Threadline: a self-hosted gateway to LinkedIn messaging."""

__version__ = "0.1.0"
