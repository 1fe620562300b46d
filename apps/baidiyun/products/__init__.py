"""The products of the platform, one module each: pure ``build_*`` and ``parse_*``."""
