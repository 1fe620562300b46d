"""The pages of customs."""
