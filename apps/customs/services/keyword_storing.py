"""The rows of a version of a keyword list: copied in, counted, made whole; nobody sees a part."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from django.db import connection, transaction
from django.db.models.functions import Collate
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.customs.compliance.term_rows import TermRow
from apps.customs.compliance_errors import RulesRefused
from apps.customs.models import KeywordList, KeywordListVersion, KeywordTerm

MOST_TERMS = 200_000
"""Every process that judges keeps the words in memory: 200,000 take about 30 MB and a second."""
CHUNK = 20_000
_TABLE = """
    CREATE TEMPORARY TABLE IF NOT EXISTS customs_incoming (
        row_number integer, term text COLLATE "C", language text, match text,
        valid_from date, valid_to date
    ) ON COMMIT DELETE ROWS
"""
_COPY = "COPY customs_incoming (row_number, term, language, match, valid_from, valid_to) FROM STDIN"
_CLASHES = """
    WITH every AS (
        SELECT row_number, term, match, language, valid_from, valid_to FROM customs_incoming
        UNION ALL
        SELECT 0, k.term, k.match, k.language, k.valid_from, k.valid_to
        FROM customs_keywordterm k
        JOIN (SELECT DISTINCT term, match FROM customs_incoming) i USING (term, match)
        WHERE k.version_id = %s
    )
    SELECT term, max(row_number) FROM every GROUP BY term, match
    HAVING count(DISTINCT (language, valid_from, valid_to)) > 1 ORDER BY 2 LIMIT 20
"""
_KEEP = """
    INSERT INTO customs_keywordterm (version_id, term, language, match, valid_from, valid_to)
    SELECT %s, term, min(language), match, min(valid_from), min(valid_to)
    FROM customs_incoming GROUP BY term, match
    ON CONFLICT (version_id, term, match) DO NOTHING
"""
_COPIED = """
    INSERT INTO customs_keywordterm (version_id, term, language, match, valid_from, valid_to)
    SELECT %s, term, language, match, valid_from, valid_to FROM customs_keywordterm
    WHERE version_id = %s AND NOT (id = ANY (%s))
"""


class TooManyTerms(RulesRefused):
    """The list is larger than every judging process can keep."""

    code = "too_many_terms"

    def __init__(self) -> None:
        super().__init__(
            _("A list may have at most %(most)s words. Nothing of this one was kept.")
            % {"most": f"{MOST_TERMS:,}"}
        )


class TermsClash(RulesRefused):
    """One word is there twice with different dates; ``rows`` are (word, row of the file)."""

    code = "terms_clash"

    def __init__(self, rows: list[tuple[str, int]]) -> None:
        words = ", ".join(f"{term} ({number})" for term, number in rows[:5])
        super().__init__(
            _("A word is there twice with different days or languages: %(words)s")
            % {"words": words}
        )
        self.rows = rows


def begin_version(keyword_list: KeywordList, written_by: str) -> KeywordListVersion:
    """Return a new version nobody sees yet."""
    with transaction.atomic():
        KeywordList.objects.select_for_update().get(pk=keyword_list.pk)
        last = keyword_list.versions.first()
        return KeywordListVersion.objects.create(
            keyword_list=keyword_list,
            number=last.number + 1 if last else 1,
            written_by=written_by,
        )


def store_rows(version: KeywordListVersion, rows: Iterable[TermRow]) -> None:
    """Keep words of a version by COPY, a chunk and a transaction at a time; equal ones once.

    Raises TooManyTerms, and TermsClash for one word with different days.
    """
    source, kept = iter(rows), KeywordTerm.objects.filter(version=version).count()
    while chunk := list(islice(source, CHUNK)):
        with transaction.atomic():
            kept += _store(version, chunk)
            if kept > MOST_TERMS:
                raise TooManyTerms


def copy_version(
    source: KeywordListVersion, target: KeywordListVersion, *, leaving: Collection[int] = ()
) -> None:
    """Copy the words of a version into one that is being written, but for those of some ids."""
    with connection.cursor() as cursor:
        cursor.execute(_COPIED, [target.pk, source.pk, list(leaving)])


def finish_version(version: KeywordListVersion, *, actor: Actor) -> KeywordListVersion:
    """Make a version whole: from here on nobody changes it. Raises RulesRefused for an empty one.

    ``digest`` is SHA-256 over its words in the order of their code points, one JSON array a line.
    """
    with transaction.atomic():
        locked = KeywordListVersion.objects.select_for_update().get(pk=version.pk)
        count, digest = 0, hashlib.sha256()
        for cells in _sorted_cells(locked):
            digest.update(json.dumps(cells, ensure_ascii=False).encode() + b"\n")
            count += 1
        if not count:
            raise RulesRefused(_("There is no word in it."), code="no_words")
        if count > MOST_TERMS:
            raise TooManyTerms
        locked.terms_count, locked.digest = count, digest.hexdigest()
        locked.ready_at = clock.now()
        locked.save(update_fields=["terms_count", "digest", "ready_at"])
        record_action(
            action="customs.list.written",
            actor=actor,
            subject=locked,
            after={"number": locked.number, "terms": count, "digest": locked.digest},
        )
    return locked


def remove_version(version: KeywordListVersion) -> None:
    """Remove a version and its words, in two statements however many there are."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM customs_keywordterm WHERE version_id = %s", [version.pk])
        cursor.execute("DELETE FROM customs_keywordlistversion WHERE id = %s", [version.pk])


def terms_of_version(version: KeywordListVersion) -> Iterator[TermRow]:
    """Yield the words of a version in the order of their code points, streamed."""
    rows = KeywordTerm.objects.filter(version=version).order_by(Collate("term", "C"), "match")
    cells = rows.values_list("term", "language", "match", "valid_from", "valid_to")
    for number, row in enumerate(cells.iterator(chunk_size=5_000), start=2):
        yield TermRow(number, *row)


def _sorted_cells(version: KeywordListVersion) -> Iterator[tuple[str, ...]]:
    return (row.cells() for row in terms_of_version(version))


def _store(version: KeywordListVersion, chunk: list[TermRow]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        cursor.execute("TRUNCATE customs_incoming")
        with cursor.cursor.copy(_COPY) as copy:
            for row in chunk:
                copy.write_row(
                    (row.number, row.term, row.language, row.match, row.valid_from, row.valid_to)
                )
        cursor.execute(_CLASHES, [version.pk])
        if clashes := cursor.fetchall():
            raise TermsClash(clashes)
        cursor.execute(_KEEP, [version.pk])
        return int(cursor.rowcount)
