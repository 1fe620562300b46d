"""Print where the portal is and how to log in."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand

from config.demo import read_demo

LINES = """
  Lastmile       http://127.0.0.1:{port}/admin/
  log in as      {users}
  password       {password}
  API            http://127.0.0.1:{port}/api/v1/docs
  API key        in .local/demo.key (merchant {merchant})
  sandbox        http://127.0.0.1:{sandbox}/
"""


class Command(BaseCommand):
    """`welcome`: address and log-in of the demo on this desk."""

    help = "Print the address and the log-in of the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what the seed left in `.local/demo.json`."""
        demo = read_demo()
        if demo is None:
            self.stdout.write("No demo here: `make seed` makes one.")
            return
        port = int(os.environ.get("PORT", "8000"))
        self.stdout.write(
            LINES.format(
                port=port,
                sandbox=os.environ.get("SANDBOX_PORT", str(port + 100)),
                users=", ".join(demo.users),
                password=demo.password,
                merchant=demo.merchants[0]["slug"],
            )
        )
