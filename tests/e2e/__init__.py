"""The real processes, end to end."""
