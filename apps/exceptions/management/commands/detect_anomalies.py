"""Find faults in a file of tracks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.exceptions import track_files
from apps.exceptions.trajectory import Track


class Command(BaseCommand):
    """`detect_anomalies --csv TRACKS --routes ROUTES --out FINDINGS`: no database is touched."""

    help = "Find faults in a file of tracks and write them as JSON lines."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the files and the language of the sentences."""
        parser.add_argument(
            "--csv",
            required=True,
            type=Path,
            help="track_id,t,recv,lat,lon,accuracy by arrival; recv and accuracy may be missing",
        )
        parser.add_argument("--routes", type=Path, help="track_id,lat,lon of planned routes")
        parser.add_argument(
            "--fences", type=Path, help="track_id,lat,lon,radius of depots and stops, metres"
        )
        parser.add_argument(
            "--vehicles", type=Path, help="track_id,vehicle_id: tracks of one vehicle are compared"
        )
        parser.add_argument(
            "--out", required=True, type=Path, help="where the findings go, JSON lines"
        )
        parser.add_argument("--language", choices=("en", "zh"), default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, detect, write; a file that cannot be read or written is an error."""
        try:
            tracks, vehicles = _read(options)
            found = track_files.detect_file(tracks, vehicles)
            lines = list(track_files.lines_of(tracks, found, options["language"]))
            with Path(options["out"]).open("w", encoding="utf-8", errors="surrogateescape") as out:
                out.writelines(f"{line}\n" for line in lines)
        except (OSError, track_files.BadFile) as error:
            raise CommandError(str(error)) from error
        rows = sum(len(track.t) for track in tracks.values())
        self.stderr.write(f"{len(lines)} findings in {len(tracks)} tracks, {rows} rows")


def _read(options: dict[str, Any]) -> tuple[dict[str, Track], dict[str, str]]:
    tracks = track_files.read_tracks(Path(options["csv"]))
    routes = track_files.read_routes(Path(options["routes"])) if options["routes"] else {}
    fences = track_files.read_fences(Path(options["fences"])) if options["fences"] else {}
    path = options["vehicles"]
    vehicles = track_files.read_vehicles(Path(path)) if path else {}
    known = {
        key: replace(track, route=routes.get(key), fences=fences.get(key, ()))
        for key, track in tracks.items()
    }
    return known, vehicles
