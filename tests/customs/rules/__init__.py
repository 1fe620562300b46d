"""The pure rules of a record: regimes, checks, completeness, drafting, words."""
