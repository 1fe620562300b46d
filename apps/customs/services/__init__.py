"""What changes customs data: one transaction each, keyword-only."""
