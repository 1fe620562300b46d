"""The closed lists of the contract: what a code or state may be. Anything else is news."""

from __future__ import annotations

_LISTS = {
    "track": "0 1 2 3 4 5 6 7 8 10 11 12 13 14 101 102 103 1001 1002 1003 201 202 203 204 205 206 "
    "207 208 209 210 301 302 303 304 401 501",
    "push": "polling shutdown abort updateall",
    "lookup": "200 201",
    "pickup": "0 1 2 9 10 11 12 13 14 15 99 101 155 166 200 201 302 400 610",
    "payment": "-1 0 1 2 3",
    "samecity": "0 100 210 230 310 510 515 520 720",
    "coordinates": "1 2",
    "stop": "已经过节点 当前停留节点 预估途径节点",
    "flag": "0 1",
}
TABLES: dict[str, frozenset[str]] = {name: frozenset(row.split()) for name, row in _LISTS.items()}
