"""Suggestions of HS codes: an index in this process, no call anywhere."""
