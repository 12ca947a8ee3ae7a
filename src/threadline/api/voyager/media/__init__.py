"""Attachments in the main API: uploading a file, and reading one of a message."""
