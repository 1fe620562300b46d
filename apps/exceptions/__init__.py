"""Exceptions: what goes wrong on the way. The machine flags, a person decides."""
