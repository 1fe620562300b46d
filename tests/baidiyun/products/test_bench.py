"""The speed of reading, as a ratio in one run."""

from __future__ import annotations

from apps.baidiyun.bench.parse import measure_parse, parse_whole, plain_key, sample_push
from apps.shipments.keys import node_key


def test_thirty_nodes_cost_at_most_eight_times_the_json_alone():
    best = min(
        (measure_parse(rounds=20, loops=20, event_key=node_key) for _ in range(3)),
        key=lambda figures: figures.ratio,
    )
    assert best.ratio <= 8.0, best


def test_the_measured_work_is_the_whole_work():
    raw = sample_push(30)
    snapshot, keys, deviations = parse_whole(raw)
    assert (len(snapshot.nodes), len(set(keys)), deviations) == (30, 30, 0)
    dirty = raw.replace("运单第".encode(), "运单&amp;第".encode()).replace(b'"1002"', b'"213"')
    assert parse_whole(dirty)[2] == 30 + 20


def test_the_key_of_the_bench_is_the_key_of_the_events():
    assert plain_key(7, "t", "c") == node_key(7, "t", "c")
