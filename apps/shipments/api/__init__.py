"""The public face of shipments."""
