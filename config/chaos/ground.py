"""The ground of a scenario: a throw-away database, a merchant with a receiver, parcels."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from apps.accounts.models import Merchant
from apps.core.actions import Actor
from apps.shipments.services import register_reader
from apps.webhooks.choices import EndpointMode
from apps.webhooks.services import add_endpoint
from config.bench import database, parcels
from config.chaos.ledger import BOOK
from config.chaos.receiver import Receiver, recording

MERCHANT: dict[str, Any] = {
    "slug": "chaos", "name": "Chaos", "sender_name": "王超", "sender_phone": "13800000000",
    "sender_province": "浙江省", "sender_city": "杭州市", "sender_street": "文三路1号",
}  # fmt: skip
TEMPLATE = "lastmile_chaos"
READER = "chaos"
MODE = "sandbox"


@contextmanager
def ground(name: str) -> Iterator[Receiver]:
    """Run a block on a fresh database of that name, with one merchant whose system listens.

    The connection of this thread leads there for the length of the block. Raises RuntimeError
    on a server that does not keep what it acknowledges.
    """
    url = make_database(name)
    before = connection.settings_dict["NAME"]
    lead_to(name)
    os.environ["DATABASE_URL"], given = url, os.environ.get("DATABASE_URL")
    try:
        with recording() as receiver:
            _settle_in(receiver)
            yield receiver
    finally:
        lead_to(before)
        if given is None:
            del os.environ["DATABASE_URL"]
        else:
            os.environ["DATABASE_URL"] = given
        database.drop(name)


def plant(first: int, count: int) -> None:
    """Make numbered shipments with a leg and an open subscription each."""
    with psycopg.connect(database_url(), autocommit=True) as raw:
        parcels.build_parcels(raw, first=first, count=count, mode=MODE)


def database_url() -> str:
    """Return the address of the database this thread's connection leads to."""
    return database.url_of(str(connection.settings_dict["NAME"]))


@cache
def _template() -> str:
    """Return the name of an empty database with the portal's tables, brought up to date once."""
    database.ready(TEMPLATE)
    return TEMPLATE


def make_database(name: str) -> str:
    """Make the database anew and return its address."""
    template = _template()
    database.drop(name)
    with database.connect("postgres") as base:
        base.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return database.url_of(name)


def lead_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _settle_in(receiver: Receiver) -> None:
    if not settings.WEBHOOKS_PRIVATE_SANDBOX:
        sys.exit("chaos: settings.WEBHOOKS_PRIVATE_SANDBOX is needed; never run this in production")
    merchant = Merchant.objects.create(**MERCHANT)
    mode = EndpointMode.SANDBOX
    add_endpoint(merchant=merchant, mode=mode, url=receiver.url, actor=Actor.system("chaos"))
    register_reader(reader=READER)
    with connection.cursor() as cursor:
        cursor.execute(BOOK)
