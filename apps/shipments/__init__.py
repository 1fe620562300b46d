"""Shipments, legs, events and their status."""
