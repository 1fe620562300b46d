"""The public face of orders."""
