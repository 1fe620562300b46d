"""The rows about alerts: one look at all rules, a preview of each, and a storm of alarms."""

from __future__ import annotations

from statistics import median

from config.bench.alerting_actors import GAUGE_DAYS, STORM
from config.bench.database import EMPTY, ready
from config.bench.home_tables import HOURS, ensure_home
from config.bench.processes import told_by
from config.bench.rows import Figure, Row

ACTORS = "config.bench.alerting_actors"


def measure_look() -> Figure:
    """One look at the whole starter set, in milliseconds, median of its rounds."""
    told = told_by(ACTORS, "looks", url=ensure_home())
    said = (
        f"{told['rules']} rules and {told['objectives']} objectives over {told['rows']:,} rows,"
        f" {HOURS.days} days of measurements; nothing remembered between"
        f" {len(told['took'])} looks; {told['failed']} rules could not be read"
    )
    if told["failed"]:
        raise RuntimeError(said)
    return Figure(median(told["took"]), max(told["took"]), said)


def measure_previews() -> Figure:
    """The slowest preview of the last week, in seconds: every starter rule, and one of every kind
    and dimension besides."""
    told = told_by(ACTORS, "previews", url=ensure_home())
    slowest = max(told["took"], key=lambda name: median(told["took"][name]))
    said = (
        f"{len(told['took'])} rules over {told['rows']:,} rows of a minute and"
        f" {GAUGE_DAYS} days of figures; the slowest is “{slowest}”"
    )
    return Figure(median(told["took"][slowest]), max(map(max, told["took"].values())), said)


def measure_storm() -> Figure:
    """The most messages in a minute that 1,000 red notices make.

    Raises RuntimeError unless there is exactly one digest and nothing is left waiting.
    """
    told = told_by(ACTORS, "storm", url=ready(EMPTY))
    said = (
        f"{STORM:,} red notices at once over HTTP to one robot; {told['messages']} messages in"
        f" {told['seconds']:.0f} s, {told['digests']} of them a digest of {told['digested']}"
    )
    if told["digests"] != 1 or told["waiting"]:
        raise RuntimeError(f"{said}; {told['waiting']} still wait")
    return Figure(told["in_a_minute"], told["in_a_minute"], said)


ROWS = (
    Row(
        "alerts_look_ms", "one look of the watch at all starter rules at 90 days of measurements",
        "ms", 1000.0, measure_look,
    ),
    Row(
        "alerts_preview_s", "what a rule would have done in the last week, of any kind", "s", 3.0,
        measure_previews,
    ),
    Row(
        "alerts_storm_a_minute", "messages a robot is sent in a minute of a storm of 1,000 alarms",
        "messages", 20.0, measure_storm,
    ),
)  # fmt: skip
