"""Rows about the gateway to the carrier cloud."""

from __future__ import annotations

from statistics import median

from django.conf import settings

from apps.baidiyun.bench.bucket import measure_bucket
from apps.baidiyun.bench.parse import measure_parse
from apps.shipments.keys import node_key
from config.bench.rows import Figure, Row

ROUNDS = 7


def parse_ratio() -> Figure:
    """Median and worst of seven alternating rounds, ratio to orjson.loads of the same bytes."""
    ratios = [
        measure_parse(nodes=30, rounds=30, loops=40, event_key=node_key).ratio
        for _ in range(ROUNDS)
    ]
    return Figure(median(ratios), max(ratios), f"{ROUNDS} rounds, 30 nodes, alternating")


def bucket_overshoot() -> Figure:
    """Overshoot in percent of 200 connections from 8 processes on one bucket in Redis."""
    figures = [measure_bucket(settings.REDIS_URL) for _ in range(5)]
    shares = [figure.overshoot * 100 for figure in figures]
    granted = ", ".join(str(figure.granted) for figure in figures)
    return Figure(max(shares), max(shares), f"worst of 5 rounds; granted {granted}")


ROWS = (
    Row(
        "parse_ratio",
        "a 30-node push to typed, cleaned, watched, keyed events ÷ orjson.loads",
        "×",
        8.0,
        parse_ratio,
    ),
    Row(
        "bucket_overshoot",
        "200 connections of 8 processes sharing one bucket, beyond its limit",
        "%",
        1.0,
        bucket_overshoot,
    ),
)
