"""Databases of the bench: made once, migrated, kept between runs."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
from django.conf import settings

EMPTY = "lastmile_empty"
FULL = "lastmile_full"
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


def url_of(name: str) -> str:
    """Return the address of a database on the server the settings name."""
    given = settings.DATABASES["default"]
    user, secret = given["USER"], given["PASSWORD"]
    host, port = given["HOST"] or "127.0.0.1", given["PORT"] or 5432
    return f"postgres://{user}:{secret}@{host}:{port}/{name}"


def connect(name: str) -> psycopg.Connection[tuple[object, ...]]:
    """Return an autocommit connection to a database of the bench."""
    return psycopg.connect(url_of(name), autocommit=True)


def ready(name: str) -> str:
    """Return the address of a database with the portal's tables, made now if it is missing.

    Raises RuntimeError on a server that does not keep what it acknowledges.
    """
    with connect(str(settings.DATABASES["default"]["NAME"])) as base:
        for setting in DURABLE:
            row = base.execute("SELECT current_setting(%s)", [setting]).fetchone()
            if row != ("on",):
                raise RuntimeError(f"{setting} must be on for a measurement; it is {row}")
        if not base.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            base.execute(f'CREATE DATABASE "{name}"')
    env = {**os.environ, "DATABASE_URL": url_of(name)}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        env=env,
        cwd=settings.BASE_DIR,
        check=True,
    )
    return url_of(name)


def drop(name: str) -> None:
    """Delete a database of the bench, whoever is connected to it."""
    with connect(str(settings.DATABASES["default"]["NAME"])) as base:
        base.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def empty(name: str, *tables: str) -> None:
    """Remove every row of tables nothing refers to."""
    with connect(name) as connection:
        connection.execute(f"TRUNCATE {', '.join(tables)}")
