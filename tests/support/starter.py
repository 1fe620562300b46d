"""The starter set of rules: tests begin without any rule and plant it where they are about it."""

from __future__ import annotations

from importlib import import_module

from django.apps import apps
from django.db import connection, transaction

MIGRATIONS = ("0016_starter_words", "0017_starter_law", "0018_starter_carriage")
_TABLES = (
    "customs_rulesetversion",
    "customs_ruleset",
    "customs_keywordterm",
    "customs_keywordlistversion",
    "customs_keywordlist",
)


def plant_starter() -> None:
    """Write the starter set as its migrations do."""
    for name in MIGRATIONS:
        import_module(f"apps.customs.migrations.{name}").plant(apps, None)


@transaction.atomic
def take_starter_out() -> None:
    """Take out of a new database what the migrations published, which no row's owner may."""
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
