"""`make bench`: every figure of speed the project promises, measured, with its floor."""
