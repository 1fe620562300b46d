"""Keyword lists: whole or invisible, written by one and published by another, out and in again."""

from __future__ import annotations

import datetime as dt
import io
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.core import clock
from apps.customs.compliance.content import Condition
from apps.customs.compliance.term_rows import BadRow, TermRow, csv_lines, read_rows
from apps.customs.compliance_errors import NotYours, RulesRefused, SamePerson
from apps.customs.compliance_live import live_rules
from apps.customs.models import KeywordList, KeywordListVersion, KeywordTerm
from apps.customs.services import keyword_storing as storing
from apps.customs.services.keyword_import import TermsRefused, import_terms
from apps.customs.services.keyword_lists import (
    change_terms,
    drop_version,
    publish_list_version,
    restore_list_version,
)
from tests.customs.compliance.people import (
    PUBLISHES,
    START,
    WRITES,
    a_set,
    content,
    person,
    published,
    sound_rule,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Any:
    return person("ann", *PUBLISHES)


@pytest.fixture
def bob() -> Any:
    return person("bob", *PUBLISHES)


@pytest.fixture
def words() -> KeywordList:
    return KeywordList.objects.create(key="stop", title_zh="停用词", title_en="Stop words")


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(START):
        yield


def table(*lines: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO("\n".join(lines).encode(encoding))


def listed(words: KeywordList, *lines: str, author: Any, approver: Any) -> KeywordListVersion:
    version = import_terms(keyword_list=words, file=table(*lines), user=author)
    return publish_list_version(version=version, approver=approver)


def stop_words(at: dt.datetime = START) -> frozenset[str]:
    compiled = live_rules(at).compiled
    (ready,) = compiled.anywhere
    return ready.groups[0].lines[0].lists[0].whole


@pytest.fixture
def ruled(words: KeywordList, ann: Any, bob: Any) -> KeywordListVersion:
    """A published rule that names a published list."""
    version = listed(words, "term", "gift", author=ann, approver=bob)
    rule = sound_rule(conditions=(Condition("words", "on_list", ("$stop",)),))
    published(a_set(), content(rule), author=ann, approver=bob)
    return version


def test_words_count_once_somebody_else_published_them(
    ruled: KeywordListVersion, words: KeywordList, ann: Any, bob: Any
) -> None:
    newer = change_terms(keyword_list=words, user=ann, add=[TermRow(0, "parts")])
    assert stop_words() == {"gift"}
    with pytest.raises(SamePerson):
        publish_list_version(version=newer, approver=ann)
    publish_list_version(version=newer, approver=bob)
    assert stop_words() == {"gift", "parts"}
    assert live_rules(START).lists == {"stop": {"number": 2, "digest": newer.digest}}


def test_words_begin_and_end_at_midnight_in_china(
    ruled: KeywordListVersion, words: KeywordList, ann: Any, bob: Any
) -> None:
    lines = ("term,valid_from,valid_to", "gift,,2026-12-31", "parts,2027-01-01,")
    listed(words, *lines, author=ann, approver=bob)
    midnight = dt.datetime(2026, 12, 31, 16, tzinfo=dt.UTC)
    assert stop_words(midnight - dt.timedelta(seconds=1)) == {"gift"}
    assert stop_words(midnight) == {"parts"}


def test_old_words_come_back_as_a_new_version(
    ruled: KeywordListVersion, words: KeywordList, ann: Any, bob: Any
) -> None:
    listed(words, "parts", author=ann, approver=bob)
    with pytest.raises(SamePerson):
        restore_list_version(version=ruled, approver=ann, note="too wide")
    back = restore_list_version(version=ruled, approver=bob, note="too wide")
    assert (back.number, back.digest) == (3, ruled.digest)
    assert stop_words() == {"gift"}


def test_rows_that_say_no_word_are_named_and_nothing_is_kept(words: KeywordList, ann: Any) -> None:
    bad = table("term,match,valid_from", "gift,whole,", "+++,word,", "parts,regex,", "x,word,soon")
    with pytest.raises(TermsRefused) as refused:
        import_terms(keyword_list=words, file=bad, user=ann)
    assert [(one.number, one.code) for one in refused.value.rows] == [
        (3, "no_letters"),
        (4, "match"),
        (5, "day"),
    ]
    assert not KeywordListVersion.objects.exists()
    assert not KeywordTerm.objects.exists()


@pytest.mark.parametrize(
    ("file", "error"),
    [
        (table("term,valid_from", "gift,2026-01-01", "gift,2027-01-01"), "terms_clash"),
        (table("term"), "no_words"),
        (io.BytesIO(b"gift\nab\xff\xfe\x00"), "terms_refused"),
        (io.BytesIO(b"x" * 9_000), "terms_refused"),
        (table(*(f"word{n}" for n in range(31))), "too_many_terms"),
    ],
)
def test_a_file_that_is_no_list_is_refused_whole(
    file: io.BytesIO, error: str, words: KeywordList, ann: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "MOST_TERMS", 30)
    monkeypatch.setattr(storing, "CHUNK", 10)
    with pytest.raises(RulesRefused) as refused:
        import_terms(keyword_list=words, file=file, user=ann)
    assert refused.value.code == error
    assert not KeywordListVersion.objects.exists()


def test_chinese_words_of_an_old_sheet_program_are_read(words: KeywordList, ann: Any) -> None:
    lines = table("term,match", "礼品,词", "礼品,词", encoding="gb18030")
    version = import_terms(keyword_list=words, file=lines, user=ann)
    (term,) = version.terms.all()
    assert (term.term, term.language, term.match) == ("礼品", "zh", "word")


def test_who_may_not_edit_or_publish_does_neither(words: KeywordList, ann: Any) -> None:
    nobody, writer = person("eve"), person("wim", *WRITES)
    with pytest.raises(NotYours):
        import_terms(keyword_list=words, file=table("gift"), user=nobody)
    version = import_terms(keyword_list=words, file=table("gift"), user=ann)
    with pytest.raises(NotYours):
        publish_list_version(version=version, approver=writer)


def test_the_database_keeps_whole_words_and_published_versions(
    ruled: KeywordListVersion, words: KeywordList, ann: Any
) -> None:
    refused = (
        lambda: KeywordTerm.objects.filter(version=ruled).update(term="other"),
        lambda: KeywordTerm.objects.filter(version=ruled).delete(),
        lambda: KeywordTerm.objects.create(version=ruled, term="more", match="word"),
        lambda: KeywordListVersion.objects.filter(pk=ruled.pk).update(digest="0" * 64),
        lambda: KeywordListVersion.objects.filter(pk=ruled.pk).update(published_at=None),
    )
    for change in refused:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    draft = change_terms(keyword_list=words, user=ann, add=[TermRow(0, "parts")])
    with pytest.raises(DatabaseError), transaction.atomic():
        KeywordTerm.objects.create(version=draft, term="more", match="word")
    drop_version(version=draft, user=ann)
    assert set(KeywordListVersion.objects.all()) == {ruled}


@pytest.mark.django_db(transaction=True)
def test_a_list_is_seen_by_nobody_until_it_is_whole(
    words: KeywordList, ann: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another connection looks between two chunks; then the process dies in the middle."""
    monkeypatch.setattr(storing, "CHUNK", 2)
    seen: list[tuple[int, int]] = []

    def look() -> None:
        whole = KeywordListVersion.objects.filter(ready_at__isnull=False).count()
        seen.append((KeywordTerm.objects.count(), whole))
        connection.close()

    kept = storing._store

    def store(version: KeywordListVersion, chunk: list[TermRow]) -> int:
        added = kept(version, chunk)
        if len(seen) < 2:
            thread = threading.Thread(target=look)
            thread.start()
            thread.join()
        return added

    monkeypatch.setattr(storing, "_store", store)
    import_terms(keyword_list=words, file=table("a", "b", "c", "d", "e"), user=ann)
    assert seen == [(0, 0), (2, 0)]
    storing.begin_version(words, "dead")
    import_terms(keyword_list=words, file=table("f"), user=ann)
    assert words.versions.filter(ready_at__isnull=True).count() == 0


TERMS = st.builds(
    TermRow,
    st.just(0),
    st.text(min_size=1, max_size=40)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text.isprintable() and any(one.isalnum() for one in text.casefold())),
    st.sampled_from(["en", "zh", "de"]),
    st.sampled_from(["whole", "word", "prefix"]),
    st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1)),
    st.none() | st.dates(dt.date(2030, 1, 2), dt.date(2060, 1, 1)),
)


@given(st.lists(TERMS, max_size=8))
def test_a_list_that_goes_out_comes_back_the_same(rows: list[TermRow]) -> None:
    read = list(read_rows("".join(csv_lines(rows)).splitlines(keepends=True)))
    assert not any(isinstance(one, BadRow) for one in read)
    assert [one.cells() for one in read if isinstance(one, TermRow)] == [
        one.cells() for one in rows
    ]
    assert not any(line.startswith(("=", "+", "-", "@")) for line in csv_lines(rows))
