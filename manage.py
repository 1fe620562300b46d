#!/usr/bin/env python
"""Django's command line for the portal; see `make help` for the usual ways in."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run a management command with the local settings unless told otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
