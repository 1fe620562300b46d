"""A worklist of 100,000 live cases over four times as many closed ones, built once and kept."""

from __future__ import annotations

from config.bench.big_tables import MERCHANT, MERCHANTS, SHIPMENT, fill, without_indexes
from config.bench.database import connect, drop, ready
from config.bench.flag_tables import PERSONS, USER

CASES = "lastmile_cases"
LIVE, ALL = 100_000, 500_000
RARE_CARRIER, LATE_MERCHANT = "jd", 7
LAST = f"(mod(i, 500) = 0 OR mod(i, {MERCHANTS}) + 1 = {LATE_MERCHANT})"
"""A carrier and a merchant stand behind all others: who asks for these may not wait longer."""
RULES = "(SELECT array_agg({} ORDER BY id) FROM exceptions_rule WHERE state = 'live')"
NTH = "1 + mod(i, (SELECT count(*) FROM exceptions_rule WHERE state = 'live')::int)"
IS_LIVE = f"i <= {LIVE}"
STATE = (
    f"CASE WHEN i > {LIVE} THEN 'resolved' WHEN mod(i, 10) < 6 THEN 'open'"
    " WHEN mod(i, 10) < 8 THEN 'acknowledged' ELSE 'waiting' END"
)
WAITS = f"i <= {LIVE} AND mod(i, 10) >= 8"
SEVERITY = "CASE WHEN mod(i, 20) < 3 THEN 'red' WHEN mod(i, 20) < 15 THEN 'amber' ELSE 'notice' END"
RANK = (
    "mod(i * 7919, 20000) + CASE WHEN mod(i, 20) < 3 THEN 70000 WHEN mod(i, 20) < 15 THEN 30000"
    f" ELSE 0 END - CASE WHEN {LAST} THEN 200000 ELSE 0 END"
)
HOUR = "interval '1 hour'"
OPENED = f"now() - mod(i, 300) * {HOUR}"
EVIDENCE = """'{"hours": 48, "status": "in_transit", "since": "2026-11-20T04:00:00+00:00",
"last": "2026-11-20T04:00:00+00:00", "area": "330100000000", "area_name": "浙江省杭州市",
"carrier": "yuantong", "country": "CN", "value": 129.5, "currency": "CNY"}'"""
CASE = {
    "id": "i", "uid": "'cas_' || lpad(i::text, 20, 'a')", "merchant_id": f"1 + mod(i, {MERCHANTS})",
    "shipment_id": "i", "rule_id": f"{RULES.format('id')}[{NTH}]", "rule_version": "1",
    "group_id": f"{RULES.format('group_id')}[{NTH}]", "state": STATE, "severity": SEVERITY,
    "rank": RANK, "evidence": EVIDENCE, "hub": "'330100000000'", "lane_from": "'33'",
    "lane_to": "'44'",
    "carrier": f"CASE WHEN mod(i, 500) = 0 THEN '{RARE_CARRIER}' ELSE 'yuantong' END",
    "owner_id": f"CASE WHEN mod(i, 10) >= 6 THEN 1 + mod(i, {PERSONS}) END",
    "anchored_at": f"{OPENED} - 48 * {HOUR}", "opened_at": OPENED,
    "acknowledge_by": f"{OPENED} + 8 * {HOUR}", "resolve_by": f"{OPENED} + 290 * {HOUR}",
    "escalates_at": f"{OPENED} + 12 * {HOUR}", "waiting_for": f"CASE WHEN {WAITS} THEN 'carrier'"
    " ELSE '' END", "waiting_since": f"CASE WHEN {WAITS} THEN now() - {HOUR} END",
    "escalated_at": f"CASE WHEN mod(i, 1000) = 1 THEN {OPENED} + 12 * {HOUR} END",
    "closed_at": f"CASE WHEN NOT ({IS_LIVE}) THEN now() END",
    "closer": f"CASE WHEN {IS_LIVE} THEN '' ELSE 'itself' END",
    "close_reason": f"CASE WHEN {IS_LIVE} THEN '' ELSE 'moved_on' END", "version": "1",
}  # fmt: skip
TALLY = """
INSERT INTO exceptions_casetally (group_id, rule_id, severity, state, merchant_id, count)
SELECT group_id, rule_id, severity, state, merchant_id, count(*) FROM exceptions_case
WHERE closed_at IS NULL GROUP BY group_id, rule_id, severity, state, merchant_id
"""
MEMBERS = """
INSERT INTO exceptions_ownergroup_members (ownergroup_id, user_id)
SELECT g.id, u.id FROM exceptions_ownergroup g, accounts_user u WHERE mod(u.id, 3) = mod(g.id, 3)
"""


def ensure_cases() -> str:
    """Return the address of the database with the cases, built now if they are not whole."""
    url = ready(CASES)
    with connect(CASES) as held:
        row = held.execute(
            "SELECT count(*) FROM exceptions_case WHERE closed_at IS NULL"
        ).fetchone()
        if row == (LIVE,):
            return url
    drop(CASES)
    url = ready(CASES)
    with connect(CASES) as made:
        made.execute("SET session_replication_role = replica")
        made.execute("SET synchronous_commit = off")
        fill(made, "accounts_merchant", MERCHANT, first_i=1, last_i=MERCHANTS)
        fill(made, "accounts_user", USER, first_i=1, last_i=PERSONS)
        for table, values in (("shipments_shipment", SHIPMENT), ("exceptions_case", CASE)):
            with without_indexes(made, table):
                fill(made, table, values, first_i=1, last_i=ALL)
        made.execute(TALLY)
        made.execute(MEMBERS)
    with connect(CASES) as made:
        made.execute("VACUUM ANALYZE")
        made.execute("CHECKPOINT")
    return url
