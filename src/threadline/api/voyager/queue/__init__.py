"""The queue in the main API: what was accepted, when it will leave, and changing it until it does."""
