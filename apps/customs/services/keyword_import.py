"""A file of words read into a new version of a list: streamed, and gone again where it fails."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Iterator
from typing import IO, Any

from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from apps.core.actions import Actor
from apps.core.locks import try_lock
from apps.customs.choices import TermProblem
from apps.customs.compliance.term_rows import BadRow, TermRow, read_rows
from apps.customs.compliance_errors import NotYours, RulesRefused
from apps.customs.models import KeywordList, KeywordListVersion
from apps.customs.services import keyword_storing as storing
from apps.customs.services.keyword_lists import EDIT

MOST_TOLD = 20
SAMPLE = 65_536
A_LINE = 8_192
"""A line longer than any row can be is read in pieces; the first of them is refused as too long."""


class TermsRefused(RulesRefused):
    """Some rows say no word; ``rows`` are the first of them. Nothing was kept."""

    code = "terms_refused"

    def __init__(self, rows: list[BadRow]) -> None:
        told = "; ".join(
            __("row %(number)s: %(what)s")
            % {"number": one.number, "what": TermProblem(one.code).label}
            for one in rows[:MOST_TOLD]
        )
        super().__init__(_("Nothing was kept. %(rows)s") % {"rows": told})
        self.rows = tuple(rows)


class ImportRunning(RulesRefused):
    """Another file is being read into the same list."""

    code = "import_running"
    permanent = False

    def __init__(self) -> None:
        super().__init__(_("Another file is being read into this list just now."))


def import_terms(*, keyword_list: KeywordList, file: IO[bytes], user: Any) -> KeywordListVersion:
    """Return a new whole version with the words of a CSV; it counts once somebody publishes it.

    UTF-8 or GB18030; columns as `term_rows.COLUMNS`, or one word a line. Memory does not grow with
    the file. Raises NotYours, ImportRunning, TermsRefused with the rows, TermsClash, TooManyTerms;
    then, and when the process dies, no version is seen.
    """
    if not user.has_perm(EDIT):
        raise NotYours
    with try_lock(f"customs.keyword_list:{keyword_list.pk}") as held:
        if not held:
            raise ImportRunning
        _remove_unfinished(keyword_list)
        version = storing.begin_version(keyword_list, user.get_username())
        try:
            _store(version, file)
            return storing.finish_version(version, actor=Actor.user(user))
        except BaseException:
            storing.remove_version(version)
            raise


def _remove_unfinished(keyword_list: KeywordList) -> None:
    """Remove what an import left that died; the list's lock says that none is running."""
    for version in keyword_list.versions.filter(ready_at__isnull=True):
        storing.remove_version(version)


def _store(version: KeywordListVersion, file: IO[bytes]) -> None:
    bad: list[BadRow] = []
    storing.store_rows(version, _good(_lines(file), bad))
    if bad:
        raise TermsRefused(bad)


def _good(lines: Iterable[str], bad: list[BadRow]) -> Iterator[TermRow]:
    rows = 0
    try:
        for row in read_rows(lines):
            rows += 1
            if rows > storing.MOST_TERMS:
                raise storing.TooManyTerms
            if isinstance(row, TermRow):
                yield row
                continue
            bad.append(row)
            if len(bad) >= MOST_TOLD:
                raise TermsRefused(bad)
    except BadRow as error:
        raise TermsRefused([*bad, error]) from error
    except UnicodeDecodeError as error:
        raise TermsRefused([*bad, BadRow("encoding", rows + 1)]) from error


def _lines(file: IO[bytes]) -> Iterator[str]:
    head = file.read(SAMPLE)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=_encoding_of(head), newline="")
    try:
        while line := text.readline(A_LINE):
            yield line
    finally:
        text.detach()


def _encoding_of(head: bytes) -> str:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"
