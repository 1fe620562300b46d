"""Print the state of the whole portal."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.monitoring.selectors import portal_state


class Command(BaseCommand):
    """`status` for people, `status --json` for programs."""

    help = "Print the state of the portal: orders, shipments, callbacks, jobs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --json."""
        parser.add_argument("--json", action="store_true", help="one JSON object on one line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the state."""
        state = portal_state()
        self.stdout.write(json.dumps(state) if options["json"] else readable(state))


def readable(state: dict[str, Any]) -> str:
    """Return the state as lines of name and value, zeros of shipments left out."""
    shipments = {status: n for status, n in state["shipments"].items() if n}
    gateway = state["gateway"]["step"]
    lines = [
        ("orders", state["orders"]),
        ("shipments", sum(shipments.values())),
        *((f"  {status}", n) for status, n in shipments.items()),
        ("callbacks", ""),
        *((f"  {name}", n) for name, n in state["callbacks"].items()),
        ("oldest undrained", f"{state['oldest_undrained_seconds']:g} s"),
        ("gateway", gateway + (" (pinned)" if state["gateway"]["pinned"] else "")),
        *(("  breaker open", name) for name in state["gateway"]["open_breakers"]),
        ("flags open", state["flags_open"]),
        ("cases open", state["cases_open"]),
        *((f"  {name}", n) for name, n in state["cases"].items()),
        ("jobs last finished", "" if state["jobs"] else "none yet"),
        *((f"  {name}", moment[:19] + "Z") for name, moment in state["jobs"].items()),
    ]
    width = max(len(name) for name, _value in lines) + 2
    return "\n".join(f"{name:<{width}}{value}".rstrip() for name, value in lines)
