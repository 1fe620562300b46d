"""The suite of faults is tested itself."""
