"""Moments of the database, read many times as fast as the driver's portable reading does."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from django.db.backends.postgresql.psycopg_any import BaseTzLoader, get_adapters_template
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap


class MomentLoader(BaseTzLoader):
    """Reads a timestamp with zone; what is not plain ISO is left to its base."""

    timezone = dt.UTC

    def load(self, data: Buffer) -> dt.datetime:
        """Return the aware moment in UTC; raises psycopg's DataError like the base."""
        try:
            moment = dt.datetime.fromisoformat(bytes(data).decode())
        except ValueError:
            return super().load(data)
        return moment if moment.tzinfo is dt.UTC else moment.astimezone(dt.UTC)


@lru_cache(maxsize=4)
def adapters_of(zone: dt.tzinfo | None) -> AdaptersMap:
    """Return Django's adapters, with the fast reading where connections speak UTC."""
    given: AdaptersMap = get_adapters_template(True, zone)
    if zone is not dt.UTC:
        return given
    made = AdaptersMap(given)
    made.register_loader("timestamptz", MomentLoader)
    return made
