"""The command that back-tests a file, and the files it reads and writes."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.exceptions.track_files import BadFile, read_tracks
from apps.exceptions.tracks.batch import Finding
from apps.exceptions.tracks.sentences import TEXTS, sentence
from apps.exceptions.trajectory import KINDS, SCAN_KINDS


def lines(name: str, *, spoiled: int | None = None) -> list[str]:
    out = []
    for n in range(40):
        lat = 0 if n == spoiled else 30 + n * 1e-4
        lon = 0 if n == spoiled else 120.0
        out.append(f"{name},{1.8e9 + 5 * n},{1.8e9 + 5 * n + 2},{lat},{lon}")
    return out


def run(tmp_path, rows: list[str], *more: str) -> list[dict]:
    source, out = tmp_path / "tracks.csv", tmp_path / "out.jsonl"
    source.write_text("\n".join(["track_id,t,recv,lat,lon", *rows]) + "\n")
    call_command("detect_anomalies", "--csv", source, "--out", out, *more, stderr=io.StringIO())
    return [json.loads(line) for line in out.read_text().splitlines()]


def test_findings_are_written_as_lines_with_their_track(tmp_path):
    found = run(tmp_path, [*lines("a"), *lines("b", spoiled=17)])

    assert [(one["track_id"], one["kind"], one["start"], one["end"]) for one in found] == [
        ("b", "zero", 17, 17)
    ]
    assert found[0]["sentence"] == "Row 18: at 0°, 0°; the receiver had no fix."


def test_tracks_whose_lines_are_mixed_keep_their_own_order(tmp_path):
    mixed = [line for pair in zip(lines("a", spoiled=3), lines("b"), strict=True) for line in pair]

    found = run(tmp_path, mixed, "--language", "zh")

    assert [(one["track_id"], one["start"]) for one in found] == [("a", 3)]
    assert found[0]["sentence"] == "第 4 行：经纬度均为 0°，设备没有定位。"


def test_a_file_without_a_column_is_refused(tmp_path):
    source = tmp_path / "tracks.csv"
    source.write_text("track_id,t,lat\n1,2,3\n")

    with pytest.raises(CommandError, match="lon"):
        call_command("detect_anomalies", "--csv", source, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError):
        call_command("detect_anomalies", "--csv", tmp_path / "no", "--out", tmp_path / "out")


def test_words_and_missing_fields_become_no_number():
    text = "track_id,lat,lon,t\nx,north,120,1\nx,30,120\nx,30,120,3\n"

    track = read_tracks(io.StringIO(text), None)["x"]

    assert str(track.lat.tolist()) == "[nan, 30.0, 30.0]"
    assert str(track.t.tolist()) == "[1.0, nan, 3.0]"
    assert str(track.received.tolist()) == "[nan, nan, nan]"


def test_routes_go_to_their_tracks():
    tracks = io.StringIO("track_id,t,lat,lon\na,1,30,120\nb,1,31,121\n")
    routes = io.StringIO("track_id,lat,lon\nb,31.5,121\nb,32,122\nc,1,1\n")

    read = read_tracks(tracks, routes)

    assert read["a"].route is None
    assert read["b"].route.tolist() == [[31.5, 121.0], [32.0, 122.0]]


def test_an_empty_file_has_no_columns():
    with pytest.raises(BadFile):
        read_tracks(io.StringIO(""), None)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", [*KINDS, *SCAN_KINDS])
def test_every_kind_is_said_in_both_languages(kind, language):
    numbers = {"metres": 12_400.0, "seconds": 7_300.0, "speed": 50.0, "weeks": 1024.0}

    said = sentence(Finding(kind, 4, 6, 1.0, numbers), language)

    assert "{" not in said
    assert "5" in said
    assert TEXTS[language].keys() == TEXTS["en"].keys()


@pytest.mark.parametrize("kind", [*KINDS, *SCAN_KINDS, "nowhere"])
def test_chinese_is_set_in_full_width_with_spaces_only_around_latin_words_and_numbers(kind):
    numbers = {"metres": 12_400.0, "seconds": 7_300.0, "speed": 50.0, "weeks": 1024.0, "visits": 3}
    if kind == "nowhere":
        kind, numbers = "jump", {"nowhere": 1.0}

    said = sentence(Finding(kind, 4, 6, 1.0, numbers), "zh")

    han, latin = "[\u4e00-\u9fff]", "[A-Za-z0-9]"
    assert not re.search(r"[,;:!?]|\.(?!\d)", said)
    assert not re.search(f"{han} {han}| [，。：；]|[，。：；] ", said)
    assert not re.search(f"{han}{latin}|{latin}{han}", said)


@pytest.mark.parametrize(
    ("metres", "said"), [(480.4, "480 m"), (9_999.0, "9999 m"), (12_400.0, "12 km")]
)
def test_lengths_are_rounded_as_people_say_them(metres, said):
    assert said in sentence(Finding("jump", 0, 0, 1.0, {"metres": metres}))


@pytest.mark.parametrize(
    ("seconds", "said"), [(90.0, "90 s"), (600.0, "10 min"), (9_000.0, "2 h"), (9e5, "10 days")]
)
def test_times_are_rounded_as_people_say_them(seconds, said):
    assert said in sentence(Finding("future", 0, 0, 1.0, {"seconds": seconds}))
