"""Find faults in a file of tracks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.exceptions import track_files
from apps.exceptions.trajectory import detect_many


class Command(BaseCommand):
    """`detect_anomalies --csv TRACKS --routes ROUTES --out FINDINGS`: no database is touched."""

    help = "Find faults in a file of tracks and write them as JSON lines."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the files and the language of the sentences."""
        parser.add_argument("--csv", required=True, help="track_id,t,recv,lat,lon by arrival")
        parser.add_argument("--routes", help="track_id,lat,lon of planned routes")
        parser.add_argument("--out", required=True, help="where the findings go, JSON lines")
        parser.add_argument("--language", choices=("en", "zh"), default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, detect, write; an unreadable file is an error."""
        try:
            tracks = self._read(options["csv"], options["routes"])
        except (OSError, track_files.BadFile) as error:
            raise CommandError(str(error)) from error
        found = detect_many(list(tracks.values()))
        with Path(options["out"]).open("w", encoding="utf-8") as out:
            count = track_files.write_findings(out, tracks, found, options["language"])
        rows = sum(len(track.t) for track in tracks.values())
        self.stderr.write(f"{count} findings in {len(tracks)} tracks, {rows} rows")

    def _read(self, tracks: str, routes: str | None) -> dict[str, Any]:
        with Path(tracks).open(newline="", encoding="utf-8") as file:
            if routes is None:
                return track_files.read_tracks(file, None)
            with Path(routes).open(newline="", encoding="utf-8") as plan:
                return track_files.read_tracks(file, plan)
