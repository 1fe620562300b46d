"""``manage.py measure_signatures``: precision and recall of the doubt about signatures."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.signature_truth import THRESHOLD, read_truth


class Command(BaseCommand):
    """Compares scores with what the simulated world had planned."""

    help = "Compare the doubt about signatures with the simulated world's truth."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the threshold."""
        parser.add_argument("--threshold", type=int, default=THRESHOLD, help="points of a case")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the figures in one line."""
        found = read_truth(threshold=options["threshold"])
        shares = ((found.precision, "precision"), (found.recall, "recall"))
        said = ", ".join(f"{name} {'–' if s is None else format(s, '.3f')}" for s, name in shares)
        self.stdout.write(
            f"{found.scored} signatures, {found.phantoms} made up, {found.doubted} doubted, "
            f"{found.right} rightly: {said}"
        )
