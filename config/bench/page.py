"""The page of figures: rows measured now replace their own lines, all others stay."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.conf import settings

from apps.core import clock
from config.bench.rows import Figure, Row

PAGE = "docs/benchmarks.md"
COLUMNS = (
    "row",
    "what",
    "value",
    "worst round",
    "limit",
    "pass",
    "measured (UTC)",
    "load (15 min)",
)
Results = Iterable[tuple[Row, Figure]]


def write_page(
    results: Results,
    *,
    order: Sequence[str],
    earlier: dt.datetime | None = None,
    page: Path | None = None,
) -> None:
    """Write the figures with the machine they were measured on, in the order of all rows.

    ``earlier`` is the day they were measured if that is not now; the load is not known then.
    The line of a row that was not measured stays as it is; that of a row there is no longer goes.
    """
    page = page or Path(settings.BASE_DIR, PAGE)
    lines = _lines_of(page.read_text(encoding="utf-8")) if page.exists() else {}
    lines |= {row.name: _line(row, figure, earlier) for row, figure in results}
    text = [
        "# Benchmarks",
        "",
        "Written by `make bench WRITE=1` (with `ONLY=name` for one row; the others stay). Each row",
        "alternates with its yardstick in one run; the value is the median of the rounds.",
        "",
        f"Machine: {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}.",
        "",
        _cells(COLUMNS),
        "|---" * len(COLUMNS) + "|",
        *(lines[name] for name in order if name in lines),
    ]
    page.write_text("\n".join(text) + "\n", encoding="utf-8")


def figures_of(rows: Iterable[Row], printed: str) -> list[tuple[Row, Figure]]:
    """Return the figures of an earlier run from what it printed; its last line is the summary."""
    told = json.loads(printed.strip().splitlines()[-1])
    return [
        (row, Figure(float(told[row.name]["value"]), float(told[row.name]["worst"])))
        for row in rows
        if row.name in told
    ]


def _lines_of(text: str) -> dict[str, str]:
    """Return the lines of the table by the row's name, each with all columns."""
    lines = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[0] not in {COLUMNS[0], "---"}:
            lines[cells[0]] = _cells([*cells, *[""] * (len(COLUMNS) - len(cells))])
    return lines


def _line(row: Row, figure: Figure, earlier: dt.datetime | None) -> str:
    sign = "≥" if row.at_least else "≤"
    return _cells(
        [
            row.name,
            row.says,
            f"{_short(figure.value)} {row.unit}".strip(),
            _short(figure.worst),
            f"{sign} {row.limit:g}",
            "yes" if row.holds(figure) else "**no**",
            f"{earlier:%Y-%m-%d}" if earlier else f"{clock.real_now():%Y-%m-%d %H:%M}",
            "" if earlier else f"{os.getloadavg()[2]:.1f}",
        ]
    )


def _short(value: float) -> str:
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
