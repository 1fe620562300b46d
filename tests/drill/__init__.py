"""The drill's own parts, without processes."""
