"""Days that differ from their weekday, in mainland China.

2026: the State Council's notice of November 2025 on the days off of 2026, weekend days worked in
exchange included; checked against the data of the `holidays` package (0.109, PyPI). 2027: the
notice is not out; these are the statutory days with their days in lieu as that package reckons
them, and no weekend worked. Somebody adds what the notice says once it is published.
"""

from __future__ import annotations

import datetime as dt

OFF: tuple[tuple[str, str, str], ...] = (
    ("2026-01-01", "2026-01-03", "元旦"),
    ("2026-02-15", "2026-02-23", "春节"),
    ("2026-04-04", "2026-04-06", "清明节"),
    ("2026-05-01", "2026-05-05", "劳动节"),
    ("2026-06-19", "2026-06-21", "端午节"),
    ("2026-09-25", "2026-09-27", "中秋节"),
    ("2026-10-01", "2026-10-07", "国庆节"),
    ("2027-01-01", "2027-01-01", "元旦"),
    ("2027-02-05", "2027-02-10", "春节"),
    ("2027-04-05", "2027-04-05", "清明节"),
    ("2027-05-01", "2027-05-04", "劳动节"),
    ("2027-06-09", "2027-06-09", "端午节"),
    ("2027-09-15", "2027-09-15", "中秋节"),
    ("2027-10-01", "2027-10-05", "国庆节"),
)
"""First day, last day, name."""
WORKED: tuple[tuple[str, str], ...] = (
    ("2026-01-04", "元旦调休"),
    ("2026-02-14", "春节调休"),
    ("2026-02-28", "春节调休"),
    ("2026-05-09", "劳动节调休"),
    ("2026-09-20", "国庆节调休"),
    ("2026-10-10", "国庆节调休"),
    ("2026-11-14", "双11 高峰加班"),
    ("2026-11-15", "双11 高峰加班"),
    ("2027-11-13", "双11 高峰加班"),
    ("2027-11-14", "双11 高峰加班"),
)
"""Weekend days that are worked; those of 双11 are our own override, an example to edit."""


def calendar_rows() -> list[tuple[str, dt.date, bool, str]]:
    """Return (region, day, worked, name) for every day that differs."""
    rows = [("CN", dt.date.fromisoformat(day), True, name) for day, name in WORKED]
    for first, last, name in OFF:
        begin, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
        for index in range((end - begin).days + 1):
            rows.append(("CN", begin + dt.timedelta(days=index), False, name))
    return sorted(rows)
