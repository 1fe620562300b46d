"""Who takes part in a measurement of flags, made in a process of its own on the bench's database.

``python -m config.bench.flag_actors reviewers|fleet`` prints one JSON value on the last line.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import django

from config.bench.flag_tables import LATE_KIND, LATE_MERCHANT

REVIEWERS = 6
VANS, PARCELS_EACH = 500, 2
SECONDS_APART = 5
LEAD = (20, 380)
"""The fixes a parcel's track has already: at least, and how many more at most."""
MERCHANT_ROW = {
    "name": "Flow", "sender_name": "王超", "sender_phone": "13800000000",
    "sender_province": "浙江省", "sender_city": "杭州市", "sender_street": "文三路1号",
}  # fmt: skip
DEGREE = 1 / 111_195.0
METRES = 40
"""How far a van goes from one fix to the next."""
LEAD_FIXES = """
INSERT INTO shipments_position (shipment_month, shipment_id, key, device_id, source, system,
    happened_at, heard_at, given_latitude, given_longitude, latitude, longitude, use)
SELECT date_trunc('month', s.created_at AT TIME ZONE 'UTC')::date, s.id,
    int8send(s.id) || int8send(n), d.id, 'device', 'wgs84', at, at, lat, lon, lat, lon, 'accepted'
FROM unnest(%(shipments)s::bigint[], %(devices)s::bigint[], %(leads)s::int[],
    %(longitudes)s::float8[]) AS given(shipment_id, device_id, lead, lon)
JOIN shipments_shipment s ON s.id = given.shipment_id JOIN shipments_device d ON d.id = device_id
CROSS JOIN LATERAL generate_series(1, lead) AS n
CROSS JOIN LATERAL (SELECT %(now)s::timestamptz - (lead - n + 1) * %(apart)s AS at,
    30 + (n - lead) * %(step)s AS lat) AS made
ORDER BY s.id, n
"""
LEAD_TRACKS = """
INSERT INTO shipments_track (shipment_id, device_id, fixes, first_heard_at, last_heard_at,
    version, looked_version)
SELECT shipment_id, max(device_id), count(*), min(heard_at), max(heard_at), 1, 1
FROM shipments_position GROUP BY shipment_id
"""


def reviewers() -> list[dict[str, str]]:
    """Return who is logged in, with the cookie and the kind asked for.

    In turns they see all flags, those of one kind, and those of one merchant.
    """
    from django.contrib.auth.models import Group

    from apps.accounts.choices import Role
    from apps.accounts.models import User

    people = []
    for number, user in enumerate(User.objects.order_by("id")[:REVIEWERS]):
        user.merchant_id = LATE_MERCHANT if number % 3 == 2 else None
        user.save(update_fields=["merchant_id"])
        user.groups.set(Group.objects.filter(name=Role.OPERATOR.value))
        kind = LATE_KIND if number % 3 == 1 else ""
        people.append({"cookie": cookie_of(user), "kind": kind})
    return people


def cookie_of(user: Any) -> str:
    """Log somebody in and return the session's cookie."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def fleet() -> dict[str, Any]:
    """Return a key and the vans under way, two parcels each, with tracks nobody has to look at."""
    from django.core.management import call_command
    from django.db import connection

    from apps.accounts.choices import Scope
    from apps.accounts.models import Merchant
    from apps.accounts.services import issue_api_key
    from apps.core import clock
    from apps.core.actions import Actor
    from apps.shipments.models import Device
    from apps.shipments.services import open_shipment

    call_command("sync_schedule", verbosity=0)
    merchant = Merchant.objects.create(slug="flow", **MERCHANT_ROW)
    key = issue_api_key(
        merchant=merchant, name="flow", scopes=[Scope.POSITIONS_WRITE], mode="sandbox",
        actor=Actor.system("bench"),
    )[1]  # fmt: skip
    devices = Device.objects.bulk_create(
        Device(merchant=merchant, name=f"van-{van}") for van in range(VANS)
    )
    shipments = [
        open_shipment(
            merchant_id=merchant.pk, reference=f"{van}-{parcel}", mode="sandbox",
            carrier="yuantong",
        )
        for van in range(VANS) for parcel in range(PARCELS_EACH)
    ]  # fmt: skip
    began = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(LEAD_FIXES, _leads([one.pk for one in shipments], devices, began))
        cursor.execute(LEAD_TRACKS)
        cursor.execute("ANALYZE")
    return {"key": key, "shipments": [one.uid for one in shipments]}


def _leads(shipments: list[int], devices: list[Any], began: dt.datetime) -> dict[str, Any]:
    """Return what the statement of the tracks so far is given; each track has another length."""
    count = len(shipments)
    return {
        "shipments": shipments,
        "devices": [devices[n // PARCELS_EACH].pk for n in range(count)],
        "leads": [LEAD[0] + n * LEAD[1] // count for n in range(count)],
        "longitudes": [longitude_of(n // PARCELS_EACH) for n in range(count)],
        "now": began, "apart": dt.timedelta(seconds=SECONDS_APART), "step": METRES * DEGREE,
    }  # fmt: skip


def longitude_of(van: int) -> float:
    """Return the meridian a van drives along."""
    return 119.0 + van * 0.002


WHAT: dict[str, Callable[[], Any]] = {"reviewers": reviewers, "fleet": fleet}

if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(WHAT[sys.argv[1]]()) + "\n")
