"""A list is taken in whole or not at all; nobody sees half of one."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from apps.core.actions import Actor
from apps.core.models import ActionLog
from apps.customs.choices import ListAge
from apps.customs.models import DeniedList, DeniedName, Threshold
from apps.customs.screening import reading
from apps.customs.screening.reading import BadRow, Entry, UnreadableList, read_entries
from apps.customs.screening_lists import list_state
from apps.customs.services import denied_lists
from apps.customs.services.denied_lists import (
    ListRefused,
    import_denied,
    restore_list,
    retire_list,
)

SYNTHETIC = Path(__file__).with_name("synthetic.csv")
WHO = Actor.system("test")
TODAY = dt.date(2026, 11, 22)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business")]


def take(path: Path = SYNTHETIC, **given: object) -> denied_lists.Imported:
    given = {"source": "Synthetic", "as_of": TODAY, "actor": WHO} | given
    return import_denied(path=path, **given)  # type: ignore[arg-type]


def csv_of(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["entity_number,name", *rows]), encoding="utf-8")
    return path


def test_a_csv_becomes_entries_with_all_their_names() -> None:
    made = take()

    assert (made.row.entries_count, made.row.names_count, made.bad) == (5, 11, 0)
    assert made.row.ready_at is not None
    alias = DeniedName.objects.get(name="Милан Ворскаев")
    assert (alias.entry, alias.is_alias, alias.normal) == ("9001", True, "milan vorskaev")
    assert ActionLog.objects.filter(action="customs.denied_list.imported").count() == 1


def test_json_says_the_same_as_csv(tmp_path: Path) -> None:
    results = [
        {"id": "x1", "name": "Milan Vorskayev", "alt_names": ["M. V"], "type": "Individual",
         "programs": ["A", "B"], "addresses": [{"country": "XX"}]},
        {"id": "x2", "name": "贺兰明远"},
    ]  # fmt: skip
    path = tmp_path / "list.json"
    path.write_text(json.dumps({"total": 2, "results": results}, indent=1), encoding="utf-8")

    first, second = read_entries(path)

    assert isinstance(first, Entry)
    assert isinstance(second, Entry)
    assert (first.key, first.names, first.country) == ("x1", ("Milan Vorskayev", "M. V"), "XX")
    assert (first.programme, second.names) == ("A; B", ("贺兰明远",))


def test_the_same_file_again_stores_nothing_but_a_later_day(tmp_path: Path) -> None:
    names = take().row.names_count

    again = take(as_of=TODAY + dt.timedelta(days=1))

    assert not again.is_new
    assert DeniedName.objects.count() == names
    assert DeniedList.objects.get().as_of == TODAY + dt.timedelta(days=1)


def test_bad_rows_are_named_and_left_out(tmp_path: Path) -> None:
    good = [f"{number},Milan Vorskayev{number}" for number in range(300)]
    path = csv_of(tmp_path / "list.csv", *good, "777,", "5,Twice There", "778,a,b,c")

    made = take(path)

    assert made.told == [
        BadRow(302, "no name"),
        BadRow(303, "entry 5 stands there twice"),
        BadRow(304, "not as many cells as columns"),
    ]
    assert made.row.entries_count == 300


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("a,b\n1,2\n", "no column 'name'"),
        ('{"results": [{"name": "Milan', "breaks off after entry 0"),
        ('{"results": 5}', "no array"),
        ("name\n", "没有条目"),
        ("name\nMilan\n\x00!\n???\n", "不是有效条目"),
    ],
)
def test_a_broken_file_is_refused_in_a_sentence_and_nothing_stays(
    tmp_path: Path, text: str, why: str
) -> None:
    path = tmp_path / "list"
    path.write_text(text, encoding="utf-8")

    with (
        translation.override("zh-hans"),
        pytest.raises((UnreadableList, ListRefused), match=why),
    ):
        take(path)

    assert not DeniedList.objects.exists()
    assert not DeniedName.objects.exists()


def test_a_file_above_the_limit_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 100)

    with pytest.raises(UnreadableList, match="at most 100"):
        take()


def test_a_list_that_lost_half_of_its_entries_is_refused(tmp_path: Path) -> None:
    take()
    path = csv_of(tmp_path / "short.csv", "1,Milan Vorskayev")

    with pytest.raises(ListRefused, match="5"):
        take(path)

    assert take(path, even_if_odd=True).row.entries_count == 1


def test_a_list_is_invisible_until_it_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    whole = denied_lists._refuse_odd

    def look(made: denied_lists.Imported, even_if_odd: bool) -> None:
        seen.append((DeniedName.objects.count(), list_state().age))
        whole(made, even_if_odd)

    monkeypatch.setattr(denied_lists, "_refuse_odd", look)
    take()

    assert seen == [(11, ListAge.NONE)]
    assert list_state().age is ListAge.FRESH


def test_what_a_dead_import_left_behind_goes_with_the_next() -> None:
    dead = DeniedList.objects.create(source="Synthetic", as_of=TODAY, digest="d", imported_by="x")
    DeniedName.objects.create(denied_list=dead, entry="1", name="M", normal="m", tokens=["m"])

    take()

    assert list(DeniedList.objects.values_list("digest", flat=True)) != ["d"]
    assert DeniedName.objects.count() == 11


@pytest.mark.parametrize(
    ("days", "age"),
    [(0, ListAge.FRESH), (7, ListAge.FRESH), (8, ListAge.OLD), (30, ListAge.OLD),
     (31, ListAge.TOO_OLD)],
)  # fmt: skip
def test_a_list_ages(days: int, age: ListAge) -> None:
    take(as_of=TODAY - dt.timedelta(days=days))

    assert list_state().age is age


def test_the_house_may_let_no_age_hold_parcels() -> None:
    Threshold.objects.filter(kind="screening_hold_days").update(valid_to=dt.date(2026, 1, 1))
    take(as_of=TODAY - dt.timedelta(days=400))

    assert list_state().age is ListAge.OLD


def test_the_oldest_source_decides_how_old_the_lists_are(tmp_path: Path) -> None:
    take(as_of=TODAY - dt.timedelta(days=9))
    take(csv_of(tmp_path / "other.csv", "1,Somebody Made Up"), source="Other")

    assert (list_state().age, len(list_state().lists)) == (ListAge.OLD, 2)


def test_a_list_out_of_use_makes_room_for_the_one_before(tmp_path: Path) -> None:
    first = take(as_of=TODAY - dt.timedelta(days=1)).row
    rows = [f"{number},Milan Vorskayev{number}" for number in range(6)]
    second = take(csv_of(tmp_path / "new.csv", *rows)).row
    assert list_state().lists == (second,)

    retire_list(row=second, reason="wrong file", actor=WHO)
    assert list_state().lists == (first,)

    restore_list(row=second, actor=WHO)
    assert list_state().lists == (second,)


def test_the_command_says_what_it_stored_and_why_it_did_not(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call_command("import_denied", str(SYNTHETIC), "--source", "S", "--as-of", "2026-11-21")
    assert "S 2026-11-21: 5 entries, 11 names, 0 left out" in capsys.readouterr().out

    with pytest.raises(CommandError, match="No such file"):
        call_command("import_denied", str(tmp_path / "none.csv"))
