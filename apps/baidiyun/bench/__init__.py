"""Measuring functions: plain calls that return figures, for benches and tests."""
