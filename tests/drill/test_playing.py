"""Steps, verdicts, the report and what a person sees of them."""

from __future__ import annotations

import io
import json

import pytest

from config.drill.playing import play
from config.drill.profiles import chapters_of
from config.drill.report import Chapter, Report, Step, Unmet, Verdict
from config.drill.screen import Screen, fit, width_of


def step(key: str, act=lambda stage: "seen it") -> Step:
    return Step(key, f"says {key}", "expects it", act, look="web")


def unmet(stage: object) -> str:
    raise Unmet("saw another")


def broken(stage: object) -> str:
    raise KeyError("gone")


def played(*steps: Step, colours: bool = False, silent: bool = False) -> tuple[Report, str]:
    out = io.StringIO()
    screen = Screen(out, colours=colours, silent=silent)
    report = play(
        chapters=[Chapter("one", "One", steps)],
        stage=None,
        report=Report("smoke"),
        screen=screen,
        tail=lambda name: f"last line of {name}",
    )
    screen.close(report, full=silent)
    return report, out.getvalue()


def test_a_drill_whose_steps_all_pass_has_passed():
    report, _ = played(step("a"), step("b"))
    assert report.passed
    assert [row.seen for row in report.found] == ["seen it", "seen it"]


def test_a_drill_without_a_step_has_not_passed():
    assert not Report("smoke").passed


@pytest.mark.parametrize("act", [unmet, broken])
def test_a_failed_step_does_not_stop_the_ones_after_it(act):
    report, _ = played(step("a", act), step("b"))
    assert [row.verdict for row in report.found] == [Verdict.FAIL, Verdict.PASS]
    assert not report.passed


def test_an_error_in_a_step_is_named():
    report, _ = played(step("a", broken))
    assert report.found[0].seen == "KeyError: 'gone'"


def test_a_failure_shows_the_log_of_its_process_and_of_the_world():
    _, text = played(step("a", unmet))
    assert "last line of web" in text
    assert "last line of sandbox" in text


def test_a_step_that_passed_shows_no_log():
    _, text = played(step("a"))
    assert "last line of" not in text


def test_the_last_line_is_a_summary_that_names_the_failures():
    _, text = played(step("a", unmet), step("b"))
    summary = json.loads(text.splitlines()[-1])
    assert (summary["pass"], summary["failed"]) == (False, ["one.a"])
    assert (summary["steps"], summary["passed"]) == (2, 1)


def test_with_json_there_is_one_line_and_it_holds_every_step():
    _, text = played(step("a"), step("b", unmet), silent=True)
    assert len(text.splitlines()) == 1
    rows = json.loads(text)["results"]
    assert [(row["step"], row["verdict"], row["seen"]) for row in rows] == [
        ("a", "pass", "seen it"),
        ("b", "fail", "saw another"),
    ]


def test_the_route_line_fills_with_each_step():
    _, text = played(step("a"), step("b", unmet), step("c"))
    lines = [line.split()[0] for line in text.splitlines() if "says" in line]
    assert lines == ["●─○─○", "●━✗─○", "●━✗━●"]


def test_a_file_gets_no_colours_and_no_moving_line():
    _, text = played(step("a", unmet))
    assert "\033" not in text
    assert "\r" not in text


def test_a_terminal_gets_colours_and_a_moving_line():
    _, text = played(step("a"), colours=True)
    assert "\033[32m" in text
    assert "\r" in text


def chapters(*keys: str) -> list[Chapter]:
    return [Chapter(key, key.title(), (step("a"), step("b"))) for key in keys]


def told(*, colours: bool) -> str:
    out = io.StringIO()
    screen = Screen(out, colours=colours)
    screen.open_drill("make drill", chapters("one", "two"))
    report = play(
        chapters=chapters("one", "two"),
        stage=None,
        report=Report("full"),
        screen=screen,
        tail=lambda name: "",
    )
    screen.close(report, full=False, chapters=chapters("one", "two"))
    return out.getvalue()


def test_the_drill_begins_with_what_will_be_played_and_what_its_signs_mean():
    first, second = told(colours=False).splitlines()[:2]
    assert "make drill" in first
    assert ("2" in first, "4" in first) == (True, True)
    assert all(sign in second for sign in "●✗○")


def test_the_end_shows_every_chapter_as_a_way_before_the_verdict():
    lines = told(colours=False).splitlines()
    assert [line.split()[0] for line in lines[-4:-2]] == ["●━●", "●━●"]
    assert [line.split()[-1] for line in lines[-4:-2]] == ["One", "Two"]


def test_a_step_under_way_moves_on_a_terminal_and_leaves_no_trace_in_a_pipe():
    assert "◐" in told(colours=True)
    assert not set("◐◓◑◒\r\033") & set(told(colours=False))


def test_a_line_that_is_drawn_over_itself_never_wraps():
    assert width_of("运单 12") == 7
    assert fit("运单已签收", 6) == "运单…"
    assert width_of(fit("运单" * 50, 41)) <= 41
    assert fit("short", 6) == "short"


def test_one_chapter_is_played_with_what_it_needs_before_it():
    assert [chapter.key for chapter in chapters_of("full", only="road")] == ["set_out", "road"]
    assert [chapter.key for chapter in chapters_of("peak")] == ["peak", "outage"]


def test_a_chapter_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(LookupError, match="boarding, second_thoughts, doorstep"):
        chapters_of("smoke", only="faults")


def test_chapters_need_only_what_the_full_drill_plays_before_them():
    before: set[str] = set()
    for chapter in chapters_of("full"):
        assert set(chapter.needs) <= before
        before.add(chapter.key)
