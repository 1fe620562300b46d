"""Weights, packages, sizes. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from apps.customs.checks.base import BLOCK, CODES, SHOP, WARN, Case, found
from apps.customs.findings import Finding
from apps.customs.record import Record

CODES.update(
    {
        "weight_zero": (BLOCK, SHOP),
        "net_above_gross": (BLOCK, SHOP),
        "net_sum_differs": (WARN, SHOP),
        "packages_zero": (BLOCK, SHOP),
        "size_zero": (WARN, SHOP),
    }
)


def weights(case: Case) -> Iterator[Finding]:
    """Yield what is wrong with weights; grams throughout."""
    record = case.record
    for line in record.lines:
        for name, grams in (("net_grams", line.net_grams), ("gross_grams", line.gross_grams)):
            if grams is not None and grams <= 0:
                yield found("weight_zero", f"lines.{name}", line.position)
        net, gross = line.net_grams, line.gross_grams
        if net is not None and gross is not None and net > gross:
            yield found("net_above_gross", "lines.net_grams", line.position, net=net, gross=gross)
    yield from _whole(record)


def _whole(record: Record) -> Iterator[Finding]:
    for name in ("net_grams", "gross_grams"):
        grams = getattr(record, name)
        if grams is not None and grams <= 0:
            yield found("weight_zero", name)
    net = [line.net_grams for line in record.lines]
    known = sum(grams for grams in net if grams is not None)
    heaviest = max(known, record.net_grams or 0)
    if record.gross_grams is not None and heaviest > record.gross_grams:
        yield found("net_above_gross", "gross_grams", net=heaviest, gross=record.gross_grams)
    if record.net_grams is not None and None not in net and net and record.net_grams != known:
        yield found("net_sum_differs", "net_grams", stated=record.net_grams, computed=known)
    if record.packages < 1:
        yield found("packages_zero", "packages")
    for name in ("length_mm", "width_mm", "height_mm"):
        size = getattr(record, name)
        if size is not None and size <= 0:
            yield found("size_zero", name)
