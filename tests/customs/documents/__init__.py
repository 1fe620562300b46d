"""Documents made from the record."""
