"""Names compared with lists of denied parties: pure, no Django."""
