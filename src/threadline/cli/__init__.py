"""The command `threadline`."""
