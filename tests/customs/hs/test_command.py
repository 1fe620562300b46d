"""`manage.py suggest_hs`: files in, a file out, no rows of the portal."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

HEAD = "id,title,category,attributes\n"
KNOWN = "title,category,attributes,hs6\n"


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_each_listing_gets_its_ranks_without_a_database(tmp_path: Path) -> None:
    asked = written(
        tmp_path / "in.csv",
        HEAD + '5,"Cotton t-shirt, men",Clothing > Tops,"{""Material"":""cotton""}"\n6,,,\n',
    )
    out = tmp_path / "out.csv"

    call_command("suggest_hs", "--csv", str(asked), "--out", str(out), "--top", "3")

    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert [(row["id"], row["rank"]) for row in rows] == [("5", "1"), ("5", "2"), ("5", "3")]
    assert rows[0]["hs6"] == "610910"
    assert all(0 < float(row["score"]) < 1 for row in rows)


def test_a_confirmed_listing_is_answered_with_one(tmp_path: Path) -> None:
    asked = written(tmp_path / "in.csv", HEAD + "5,Odd thing,A > B,\n")
    known = written(tmp_path / "known.csv", KNOWN + "Odd thing,A > B,,010121\n")
    out = tmp_path / "out.csv"

    call_command("suggest_hs", csv=asked, out=out, confirmed=known, top=5)

    first = next(csv.DictReader(out.open(encoding="utf-8")))
    assert (first["hs6"], float(first["score"])) == ("010121", 1.0)


@pytest.mark.parametrize(
    ("listings", "confirmed", "top"),
    [
        ("id,title\n1,x\n", "", 5),
        (HEAD, KNOWN + "x,,,12345\n", 5),
        (HEAD, KNOWN + "x,,,=1+1\n", 5),
        (HEAD, "", 0),
        (HEAD, "", 11),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, listings: str, confirmed: str, top: int
) -> None:
    given = {"confirmed": written(tmp_path / "known.csv", confirmed)} if confirmed else {}

    with pytest.raises(CommandError):
        call_command(
            "suggest_hs",
            csv=written(tmp_path / "in.csv", listings),
            out=tmp_path / "o",
            top=top,
            **given,
        )


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("suggest_hs", csv=tmp_path / "no.csv", out=tmp_path / "o")
