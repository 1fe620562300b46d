"""The home page: is it all right, since when not, and how is the day."""
