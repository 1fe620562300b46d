"""Forms printed and written from one record."""
