"""Searching in the main API: finding people to write to."""
