"""The fault matrix: each fault caused for real, and how long until WeCom said so."""
