"""The row about papers: how long a CN23 takes, from the record to the finished pages."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal

from apps.customs.documents.cn23 import build_cn23
from apps.customs.record import Address, Identifier, Line, Party, Record
from config.bench.rows import Figure, Row

LINES, ROUNDS, EACH, WARM_UP = 8, 5, 40, 3
SOLD = dt.datetime(2026, 11, 11, 6, tzinfo=dt.UTC)


def measure_cn23() -> Figure:
    """Return the 95th percentile in ms of eight lines on two sheets, Chinese and German names."""
    record = _record()
    for _turn in range(WARM_UP):
        build_cn23(record)
    rounds = [sorted(_timed(record) for _turn in range(EACH)) for _round in range(ROUNDS)]
    tops = sorted(times[int(EACH * 0.95) - 1] for times in rounds)
    note = f"{LINES} lines, 2 sheets, p50 {rounds[0][EACH // 2]:.1f} ms, {ROUNDS} x {EACH}"
    return Figure(tops[ROUNDS // 2], tops[-1], note)


def _timed(record: Record) -> float:
    began = time.perf_counter()
    build_cn23(record)
    return (time.perf_counter() - began) * 1000


def _record() -> Record:
    lines = tuple(_line(position) for position in range(1, LINES + 1))
    return Record(
        subject="bench",
        reference="B-1",
        currency="EUR",
        lines=lines,
        seller=Party(
            name="Hangzhou Aoki Trading Co., Ltd.",
            local_name="杭州青木贸易有限公司",
            kind="company",
            address=Address("Wensan Rd 90", "", "Hangzhou", "Zhejiang", "310012", "CN"),
            phone="+8657112345678",
            identifiers=(Identifier("cn_uscc", "91110000600037341L", "CN"),),
        ),
        recipient=Party(
            name="Jürgen Größmann",
            address=Address("Königsallee 1", "", "Düsseldorf", "", "40212", "DE"),
            phone="+4915112345678",
        ),
        number="RR473124829CN",
        carrier="chinapost",
        service="post",
        export_mode="postal",
        total=sum((line.total for line in lines), Decimal(0)),
        gross_grams=340 * LINES,
        invoice_number="B-1",
        invoice_date=SOLD.date(),
        sold_at=SOLD,
    )


def _line(position: int) -> Line:
    return Line(
        position=position,
        title="纯棉T恤",
        quantity=2,
        unit_price=Decimal("10.00"),
        total=Decimal("20.00"),
        description_en="T-shirt, knitted, men's, with printed motif on the front",
        material="100% cotton",
        net_grams=300,
        gross_grams=330,
        origin="CN",
        hs_code="610910",
        hs_edition="2022",
        hs_source="confirmed",
    )


ROWS = (
    Row(
        "cn23_pdf_p95_ms",
        "A CN23 of eight lines is drawn",
        "ms",
        300.0,
        measure_cn23,
    ),
)
