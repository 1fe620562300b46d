"""Faults on purpose: kills, stops, cuts and shuffles, and one checker after each."""
