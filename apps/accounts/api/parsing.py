"""JSON bodies, read strictly: a limit, UTF-8, no duplicate keys, exact numbers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import JSONParser

from apps.accounts.api.problems import Problem, printable, too_large

MAX_EXACT_DIGITS = 400


class StrictJSONParser(JSONParser):
    """Reads one JSON value; numbers with a point become exact decimals.

    Raises a 413 problem for more than ``DATA_UPLOAD_MAX_MEMORY_SIZE`` bytes and a 400 problem
    for what is no JSON in UTF-8, names a key twice in one object or nests too deeply.
    """

    def read_constant(self, name: str) -> Any:
        """Refuse NaN and the infinities, which JSON does not have."""
        return _refuse_constant(name)

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the parsed body."""
        raw = _read(stream)
        try:
            return json.loads(
                raw.decode("utf-8"),
                object_pairs_hook=_without_duplicates,
                parse_constant=self.read_constant,
                parse_float=_read_exact,
                parse_int=_read_whole,
            )
        except UnicodeDecodeError as error:
            raise _malformed(_("The body is not valid UTF-8."), error.start) from None
        except json.JSONDecodeError as error:
            raise _malformed(_("The body is not valid JSON."), error.pos) from None
        except RecursionError:
            raise _malformed(_("The body nests too deeply.")) from None


class MeasurementParser(StrictJSONParser):
    """The same for measurements: a NaN spoils its own point, not the batch it came in."""

    def read_constant(self, name: str) -> Any:
        """Read NaN and the infinities as what they are; the point is refused later."""
        return float(name)


def _read(stream: IO[Any]) -> bytes:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    raw = bytes(stream.read(limit + 1))
    if len(raw) > limit:
        raise too_large()
    return raw


def _malformed(detail: Any, position: int | None = None) -> Problem:
    where = {} if position is None else {"position": position}
    return Problem(400, "malformed_json", detail, **where)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(name for name, _value in pairs)
        twice = [printable(name) for name, times in counts.most_common(20) if times > 1]
        raise Problem(400, "duplicate_key", _("A key appears twice in one object."), keys=twice)
    return found


def _refuse_constant(name: str) -> Any:
    raise Problem(400, "malformed_json", _("%(name)s is no JSON number.") % {"name": name})


def _read_exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Problem(400, "malformed_json", _("A number is beyond all measure.")) from None


def _read_whole(text: str) -> int | Decimal:
    """A number of hundreds of digits stays a decimal, which no field for integers accepts."""
    return int(text) if len(text) <= MAX_EXACT_DIGITS else Decimal(text)
