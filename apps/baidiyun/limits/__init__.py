"""Limits, breakers and the ladder: how much of the platform we may use, and when to step back."""
