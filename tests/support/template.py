"""A migrated database to copy, because migrating takes longer than most files of tests.

It is named after what it was made from, so that a changed migration or model makes a new one. A
copy is migrated once more, which finds nothing to do.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.db import connection

from config.env import BASE_DIR

PREFIX = "lastmile_migrated_"
KEPT = 3
MADE_FROM = (
    "apps/*/migrations/*.py",
    "apps/*/models.py",
    "apps/*/models/*.py",
    "apps/*/choices.py",
    "apps/accounts/*.py",
    "requirements/base.txt",
)
_LOCK = 7_112_026


def migrated_template() -> str:
    """Return the name of a migrated database nobody is connected to, made now if there is none.

    Who needs it at the same time waits. Older ones than the last few are dropped.
    """
    name = PREFIX + _fingerprint()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            _make(cursor, name)
    return name


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for form in MADE_FROM for path in BASE_DIR.glob(form)):
        digest.update(str(path.relative_to(BASE_DIR)).encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _make(cursor: Any, name: str) -> None:
    """Migrate under another name first: what was interrupted is never taken for finished."""
    draft, test, live = f"{name}_draft", connection.settings_dict["TEST"], settings.DATABASES
    usual = (test["NAME"], connection.settings_dict["NAME"])
    test["NAME"] = draft
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.close()
        test["NAME"], connection.settings_dict["NAME"] = usual
        live[connection.alias]["NAME"] = usual[1]
    cursor.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
    cursor.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid DESC OFFSET %s",
        [PREFIX.replace("_", r"\_") + "%", KEPT],
    )
    for (old,) in cursor.fetchall():
        cursor.execute(f'DROP DATABASE "{old}"')
