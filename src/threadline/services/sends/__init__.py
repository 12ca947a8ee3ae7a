"""Sending: from what a caller wants to say to the proven outcome of the one call."""
