"""The command that back-tests a file, and the files it reads and writes."""

from __future__ import annotations

import io
import json
import re

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.core.geo.coordinates import wgs84_to_gcj02_arrays
from apps.exceptions.track_files import read_routes, read_tracks
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


@pytest.mark.parametrize(
    ("option", "text", "says"),
    [
        ("--csv", "track_id,t,lat\n1,2,3\n", "csv, line 1: there is no column lon"),
        ("--csv", "", "csv, line 1: there is no column track_id, t, lat, lon"),
        ("--csv", "track_id,t,lat,lon,t\n", "csv, line 1: column t is there twice"),
        (
            "--csv",
            "track_id,t,lat,lon\na,1,30,120\n\na,2,north,120\n",
            "csv, line 4: lat must be a number, not 'north'",
        ),
        ("--csv", "track_id,t,lat,lon\na,1,30\n", "csv, line 2: the line ends before lon"),
        ("--csv", "track_id,t,lat,lon\n,1,30,120\n", "csv, line 2: track_id is empty"),
        ("--csv", 'track_id,t,lat,lon\n"a\nb",1,3,4\na,x,3,4\n', "csv, line 4: t must be a num"),
        ("--csv", "track_id,t,lat,lon\n" + "a" * 200_000, "csv, line 2: field larger than"),
        ("--csv", "track_id,t,lat,lon\na,\udcff,3,4\n", "csv, line 2: t must be a number"),
        ("--routes", "track_id,lat,lon\na,91,120\n", "line 2: lat must be between -90 and 90"),
        ("--routes", "track_id,lat,lon\na,30,nan\n", "line 2: lon must be between -180 and 180"),
        ("--fences", "track_id,lat,lon,radius\na,3,4,50\na,3,4,0\n", "line 3: radius must be more"),
        ("--vehicles", "track_id,vehicle_id\na,v\na,w\n", "line 3: track 'a' is already of veh"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_line(tmp_path, option, text, says):
    good, bad = tmp_path / "tracks.csv", tmp_path / "bad.csv"
    good.write_text("\n".join(["track_id,t,recv,lat,lon", *lines("a")]))
    bad.write_text(text, errors="surrogateescape")
    files = {"--csv": good, option: bad}

    with pytest.raises(CommandError) as refused:
        call_command(
            "detect_anomalies", *(part for pair in files.items() for part in pair),
            "--out", tmp_path / "out",
        )  # fmt: skip

    assert says in str(refused.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("source", "out"), [("no", "out"), ("tracks.csv", "no/out"), (".", "out")])
def test_a_file_that_is_not_there_or_cannot_be_written_is_refused(tmp_path, source, out):
    (tmp_path / "tracks.csv").write_text("track_id,t,lat,lon\n")

    with pytest.raises(CommandError):
        call_command("detect_anomalies", "--csv", tmp_path / source, "--out", tmp_path / out)


def test_missing_fields_become_no_number(tmp_path):
    file = tmp_path / "tracks.csv"
    file.write_text("\ufefftrack_id,lat,lon,t\nx,,120,1\nx,30,120,\nx,nan,120,3\n")

    track = read_tracks(file)["x"]

    assert str(track.lat.tolist()) == "[nan, 30.0, nan]"
    assert str(track.t.tolist()) == "[1.0, nan, 3.0]"
    assert str(track.received.tolist()) == "[nan, nan, nan]"


def test_routes_go_to_their_tracks(tmp_path):
    file = tmp_path / "routes.csv"
    file.write_text("track_id,lat,lon\nb,31.5,121\nc,1,1\nb,32,122\n")

    routes = {key: route.tolist() for key, route in read_routes(file).items()}

    assert routes == {"b": [[31.5, 121.0], [32.0, 122.0]], "c": [[1.0, 1.0]]}


def whole_in_gcj(name: str, *, shifted: bool, column: str = "") -> list[str]:
    """A round with two stops, a fix a minute."""
    n = np.arange(60)
    lat, lon = 30.0 + 0.002 * np.clip(n - 10, 0, 40), np.full(60, 120.0)
    if shifted:
        lat, lon = wgs84_to_gcj02_arrays(lat, lon)
    late = 0 if shifted else 7
    return [f"{name},{1.8e9 + 60 * k + late},{lat[k]},{lon[k]}{column}" for k in n]


def given(tmp_path, rows: list[str], header: str = "", **files: str) -> list[tuple]:
    """What is found in a file when more is known."""
    source, out = tmp_path / "tracks.csv", tmp_path / "out.jsonl"
    source.write_text("\n".join([f"track_id,t,lat,lon{header}", *rows]) + "\n")
    options = []
    for name, text in files.items():
        (tmp_path / name).write_text(text)
        options += [f"--{name}", tmp_path / name]
    call_command("detect_anomalies", "--csv", source, "--out", out, *options, stderr=io.StringIO())
    found = [json.loads(line) for line in out.read_text().splitlines()]
    return [(one["track_id"], one["kind"], one["start"], one["end"]) for one in found]


class TestWhatElseIsKnown:
    """A whole track in GCJ-02, which its own steps do not show."""

    def test_by_itself_it_shows_nothing(self, tmp_path):
        assert given(tmp_path, whole_in_gcj("a", shifted=True)) == []

    def test_the_fences_of_its_stops_tell(self, tmp_path):
        fences = "track_id,lat,lon,radius\na,30,120,60\na,30.08,120,60\n"

        found = given(tmp_path, whole_in_gcj("a", shifted=True), fences=fences)

        assert found == [("a", "gcj", 0, 59)]

    def test_other_tracks_of_the_vehicle_tell_that_one_of_them_is_off(self, tmp_path):
        rows = [*whole_in_gcj("a", shifted=True), *whole_in_gcj("b", shifted=False)]
        vehicles = "track_id,vehicle_id\na,v\nb,v\n"

        assert given(tmp_path, rows) == []
        assert ("a", "gcj", 0, 59) in given(tmp_path, rows, vehicles=vehicles)

    def test_a_copy_of_its_fixes_proves_nothing(self, tmp_path):
        rows = [*whole_in_gcj("a", shifted=True), *whole_in_gcj("b", shifted=True)]

        assert given(tmp_path, rows, vehicles="track_id,vehicle_id\na,v\nb,v\n") == []

    def test_a_poor_reported_accuracy_excuses_a_shift(self, tmp_path):
        def rows(accuracy: str) -> list[str]:
            out = whole_in_gcj("a", shifted=False, column=",5")
            for k in range(28, 34):
                name, t, lat, lon, _ = out[k].split(",")
                lon = float(lon) + (0.006 if 30 <= k < 32 else 0.0)
                out[k] = ",".join([name, t, lat, str(lon), accuracy])
            return out

        assert given(tmp_path, rows("5"), header=",accuracy") != []
        assert given(tmp_path, rows("900"), header=",accuracy") == []


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
