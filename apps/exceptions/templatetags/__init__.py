"""Template tags of exceptions."""
