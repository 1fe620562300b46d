"""Steps, verdicts, the report and what a person sees of them."""

from __future__ import annotations

import io
import json

import pytest

from config.drill.playing import play
from config.drill.report import Chapter, Report, Step, Unmet, Verdict
from config.drill.screen import Screen


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
