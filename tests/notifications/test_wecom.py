"""Bodies of messages, answers of the robot, and words that act nowhere. No database."""

from __future__ import annotations

import json

import pytest

from apps.notifications.choices import NoticeSeverity
from apps.notifications.message import Message, cut_bytes, tame, tame_lines
from apps.notifications.outcome import Verdict
from apps.notifications.wecom.build import build_body, build_card, build_markdown, build_text
from apps.notifications.wecom.parse import parse_answer
from apps.sandbox.robot import TAKEN, judge

SIGNED = "https://portal.example/n/ntc_x.1.sig/"
PAGE = "https://portal.example/admin/x/"


def message(**values: object) -> Message:
    usual = {
        "title": "回调停了",
        "severity": NoticeSeverity.RED,
        "severity_label": "红色",
        "source": "Lastmile",
        "lines": ("十分钟没有回调。",),
        "facts": (("时间", "11-23 08:00:00"),),
        "page": PAGE,
        "page_label": "打开页面",
        "acknowledge": SIGNED,
        "acknowledge_label": "我来处理",
    }
    return Message(**(usual | values))


LONG = message(title="长" * 120, lines=tuple("很长的一行" * 60 for _ in range(40)))


@pytest.mark.parametrize(
    "one", [message(), LONG, message(mentions=("zhangsan",)), message(page="")]
)
@pytest.mark.parametrize("build", [build_markdown, build_card, build_text])
def test_whatever_is_built_the_robot_takes(one, build):
    assert judge(build(one)) == TAKEN


@pytest.mark.parametrize("build", [build_markdown, build_text])
def test_links_and_mentions_are_never_cut_off(build):
    one = message(lines=LONG.lines, mentions=("zhangsan", "lisi"))
    text = json.dumps(build(one), ensure_ascii=False)
    assert SIGNED in text
    assert "zhangsan" in text
    assert "lisi" in text


def test_a_card_is_built_where_nobody_is_called_and_markdown_where_somebody_is():
    assert build_body(message())["msgtype"] == "template_card"
    called = build_body(message(mentions=("zhangsan",)))
    assert called["msgtype"] == "markdown"
    assert "<@zhangsan>" in called["markdown"]["content"]


def test_a_refused_form_is_followed_by_a_plainer_one_down_to_text():
    kinds = [build_body(message(), refused=n)["msgtype"] for n in range(4)]
    assert kinds == ["template_card", "markdown", "text", "text"]


@pytest.mark.parametrize(
    "evil",
    [
        "<@all>",
        "<@zhangsan> look",
        "[click](https://evil.example/)",
        '<font color="info">all is well</font>',
        "https://evil.example/x",
        "**bold** `code`",
        "\u202eevil\u200b\x00\x1b[31m",
    ],
)
def test_words_of_others_act_nowhere(evil):
    text = tame(evil)
    assert not set("<>[]*`\u202e\u200b\x00\x1b") & set(text)
    assert "://" not in text
    content = build_markdown(message(title=text, lines=tame_lines(evil)))["markdown"]["content"]
    assert "<@" not in content
    assert content.count("](") == 2


def test_a_line_cannot_begin_a_heading_a_quotation_or_a_line_of_its_own():
    assert tame("# heading") == "＃ heading"
    assert tame("a\nb\r\nc") == "a b c"
    assert tame_lines("a\n\n> b") == ("a", "＞ b")


def test_text_is_cut_between_characters():
    assert cut_bytes("一二三", 9) == "一二三"
    assert cut_bytes("一二三四", 9) == "一二…"
    assert cut_bytes("一二三四", 8) == "一…"
    assert cut_bytes("一二", 2) == ""


@pytest.mark.parametrize(
    ("status", "text", "verdict", "errcode"),
    [
        (200, '{"errcode":0,"errmsg":"ok"}', Verdict.TAKEN, 0),
        (200, '{"errcode":93000}', Verdict.DEAD, 93000),
        (200, '{"errcode":45009}', Verdict.TOO_OFTEN, 45009),
        (200, '{"errcode":40058}', Verdict.BAD_MESSAGE, 40058),
        (200, '{"errcode":-1}', Verdict.LATER, -1),
        (200, '{"errcode":777777}', Verdict.LATER, 777777),
        (200, '{"errcode":"0"}', Verdict.LATER, 200),
        (200, '{"errcode":true}', Verdict.LATER, 200),
        (200, "<html>", Verdict.LATER, 200),
        (200, "[]", Verdict.LATER, 200),
        (200, "[" * 9999, Verdict.LATER, 200),
        (302, "", Verdict.LATER, 302),
        (429, "", Verdict.TOO_OFTEN, 429),
        (500, "", Verdict.LATER, 500),
    ],
)
def test_an_answer_is_judged_by_its_code_alone(status, text, verdict, errcode):
    outcome = parse_answer(status, text)
    assert (outcome.verdict, outcome.errcode) == (verdict, errcode)
