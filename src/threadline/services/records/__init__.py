"""What LinkedIn showed: stored, compared with what was known, and told as events."""
