"""Who hears of a notice, within which budget, and what becomes of what nobody takes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail

from apps.core import clock
from apps.core.models import ActionLog
from apps.notifications.budget import MOST, WINDOW
from apps.notifications.choices import Audience, NoticeMode, NoticeSeverity
from apps.notifications.models import Delivery, Notice, Robot
from apps.notifications.outcome import Verdict
from apps.notifications.policy import DELAYS
from apps.notifications.services import send_due, settle_subject, stop_escalating, switch_channel
from tests.notifications.conftest import make_mail, make_robot, tell

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def send(after: dt.timedelta = dt.timedelta()):
    with clock.scripted(NOW + after):
        return send_due(lanes=1)


@pytest.fixture(autouse=True)
def at_noon():
    with clock.scripted(NOW):
        yield


def test_a_notice_is_told_once_by_the_robot_of_its_audience(wecom):
    robot = make_robot()
    make_robot("客服群", key="7" + "93a91f6-7aec-4bc4-97a0-0ec2d1fa5aaa",
               audiences=[Audience.CUSTOMER_SERVICE.value])  # fmt: skip
    notice = tell()
    assert send().sent == 1
    assert send(SECOND).sent == 0
    notice.refresh_from_db()
    assert (notice.state, notice.sent_at) == ("sent", NOW)
    assert [name for name, _ in wecom.taken] == [f"wecom {robot.pk}"]
    assert "回调停了 1" in wecom.texts()[0]


def test_words_that_went_out_are_kept_without_the_link_that_acts(wecom):
    make_robot()
    tell()
    send()
    words = Delivery.objects.get().words
    assert "回调停了 1" in words
    assert "/n/" not in words
    assert "/n/ntc_" in wecom.texts()[0]


def test_a_storm_of_1000_is_at_most_20_messages_a_minute_and_one_digest(wecom):
    make_robot()
    one = tell(0)
    storm = [Notice(**(vars_of(one) | {"dedupe_key": f"storm:{n}"})) for n in range(999)]
    Notice.objects.bulk_create(storm)
    for seconds in range(0, 60, 5):
        send(seconds * SECOND)
    texts = wecom.texts()
    assert len(texts) == MOST
    assert sum("还有 982 条通知" in text for text in texts) == 1
    assert Notice.objects.filter(state="sent").count() == 1_000
    assert Delivery.objects.filter(state="digested").values("digest").distinct().count() == 1


def vars_of(notice: Notice) -> dict[str, object]:
    names = ("kind", "audience", "severity", "title", "title_en", "path", "queued_at")
    return {name: getattr(notice, name) for name in names}


def test_red_comes_before_what_came_earlier_and_finds_room_in_a_flood(wecom):
    make_robot()
    for number in range(100):
        tell(number, severity=NoticeSeverity.AMBER, title=f"黄 {number}")
    send()
    tell(1_000, title="红")
    send(SECOND)
    assert "红" in wecom.texts()[-1]
    assert len(wecom.taken) == MOST - 5 + 1


def test_the_budget_of_a_minute_is_used_up_whoever_sends(wecom):
    robot = make_robot()
    Robot.objects.filter(pk=robot.pk).update(recent=[NOW] * MOST)
    tell()
    assert send(WINDOW - SECOND).sent == 0
    assert send(WINDOW).sent == 1


def test_too_often_costs_no_attempt_and_a_minute_of_rest(wecom):
    robot = make_robot()
    wecom.refuse(robot, Verdict.TOO_OFTEN, 45009)
    tell()
    send()
    send(30 * SECOND)
    assert wecom.asked == 1
    assert (Delivery.objects.get().attempts, Delivery.objects.get().errcode) == (0, 45009)
    wecom.answers.clear()
    assert send(61 * SECOND).sent == 1


def test_a_failing_robot_is_left_alone_and_the_second_channel_hears_at_once(wecom):
    robot = make_robot()
    make_mail()
    wecom.refuse(robot, Verdict.LATER)
    for number in range(5):
        tell(number)
    send()
    assert wecom.asked == 1
    assert send(SECOND).sent == 1
    assert [sent.subject for sent in mail.outbox] == ["[Lastmile] [红色] 回调停了 0"]
    assert wecom.asked == 1


def test_what_fails_again_and_again_is_given_up_and_says_why(wecom):
    robot = make_robot()
    wecom.refuse(robot, Verdict.LATER)
    notice = tell()
    at = dt.timedelta()
    for delay in (*DELAYS, SECOND):
        send(at)
        at += max(delay, 61 * SECOND)
    send(at)
    notice.refresh_from_db()
    assert wecom.asked == len(DELAYS) + 1
    assert (notice.state, notice.why) == ("given_up", "why")
    assert Delivery.objects.get().state == "given_up"


def test_a_message_nobody_understands_goes_out_plainer_and_rests_nothing(wecom):
    robot = make_robot()
    wecom.refuse(robot, Verdict.BAD_MESSAGE, 40058)
    tell()
    send()
    assert wecom.asked == 3
    assert Delivery.objects.get().state == "given_up"
    assert Robot.objects.get().rests_until is None


def test_a_dead_key_switches_the_robot_off_says_so_elsewhere_and_loses_nothing(wecom):
    dead = make_robot()
    other = make_robot("第二群", key="7" + "93a91f6-7aec-4bc4-97a0-0ec2d1fa5aaa", is_second=True)
    wecom.refuse(dead, Verdict.DEAD, 93000)
    tell()
    for second in range(4):
        send(second * SECOND)
    dead.refresh_from_db()
    assert (dead.is_active, dead.last_errcode, dead.off_at) == (False, 93000, NOW)
    told = [text for name, text in zip((n for n, _ in wecom.taken), wecom.texts(), strict=True)
            if name == f"wecom {other.pk}"]  # fmt: skip
    assert len(told) == 2
    assert any("通知渠道已失效" in text for text in told)
    assert any("回调停了" in text for text in told)
    assert wecom.asked == 3


def test_two_dead_keys_make_two_notices_and_no_loop(wecom):
    robots = [make_robot(), make_robot("第二群", key="7" + "93a91f6-7aec-4bc4-97a0-0ec2d1fa5aaa")]
    for robot in robots:
        wecom.refuse(robot, Verdict.DEAD, 93000)
    tell()
    for second in range(10):
        send(second * SECOND)
    assert wecom.asked == 2
    assert Notice.objects.filter(kind="channel.dead").count() == 2
    assert Notice.objects.filter(state="waiting").count() == 3


def test_quiet_hours_hold_back_what_is_not_red(wecom):
    make_robot(quiet_from=dt.time(11), quiet_until=dt.time(13), zone="Asia/Shanghai")
    tell(1, severity=NoticeSeverity.AMBER, title="黄")
    tell(2, title="红")
    assert send().sent == 1
    assert "红" in wecom.texts()[0]
    assert Delivery.objects.get(state="waiting").why == "Quiet hours"
    assert send(dt.timedelta(hours=1)).sent == 1


def test_rehearsals_reach_the_sandbox_robot_alone(wecom):
    make_robot()
    box = make_robot("演练", mode="sandbox", key="7" + "93a91f6-7aec-4bc4-97a0-0ec2d1fa5aaa")
    tell(1, mode=NoticeMode.SANDBOX)
    send()
    assert [name for name, _ in wecom.taken] == [f"wecom {box.pk}"]
    assert Notice.objects.get().state == "rehearsal"


def test_the_sandbox_robot_is_never_spoken_to_where_there_is_no_sandbox(wecom, settings):
    settings.WEBHOOKS_PRIVATE_SANDBOX = False
    make_robot(mode="sandbox")
    tell()
    send()
    assert wecom.asked == 0


def test_nobody_there_waits_for_a_channel_and_after_a_day_says_so(wecom):
    first, late = tell(1), tell(2)
    Notice.objects.filter(pk=first.pk).update(queued_at=NOW - dt.timedelta(hours=25))
    send()
    assert [row.state for row in Notice.objects.order_by("pk")] == ["given_up", "waiting"]
    make_robot()
    assert send(SECOND).sent == 1
    late.refresh_from_db()
    assert late.state == "sent"


def test_what_is_too_light_for_every_channel_is_marked_unheard(wecom):
    make_robot(min_severity="red")
    tell(severity=NoticeSeverity.NOTICE)
    send()
    assert Notice.objects.get().state == "unheard"
    assert wecom.asked == 0


def test_an_audience_without_a_channel_is_stood_in_for(wecom):
    make_robot(audiences=[Audience.CUSTOMER_SERVICE.value])
    tell(audience=Audience.ON_CALL)
    assert send().sent == 1


def test_what_nobody_acknowledges_goes_to_the_second_channel_once(wecom):
    make_robot(mentions=["zhangsan"])
    make_mail()
    tell()
    send()
    assert "<@zhangsan>" in wecom.texts()[0]
    send(dt.timedelta(minutes=4))
    assert not mail.outbox
    send(dt.timedelta(minutes=6))
    send(dt.timedelta(minutes=60))
    assert len(mail.outbox) == 1
    assert "还没有人确认" in mail.outbox[0].body
    assert mail.outbox[0].to == ["duty@example.com"]


@pytest.mark.parametrize("stop", ["acknowledged", "over"])
def test_what_is_acknowledged_or_over_goes_no_further(wecom, stop):
    make_robot()
    make_mail()
    notice = tell()
    send()
    if stop == "acknowledged":
        assert settle_subject(subject=notice.subject, by="zhang") == 1
    else:
        assert stop_escalating(subject=notice.subject) == 1
    send(dt.timedelta(hours=1))
    assert not mail.outbox


def test_good_news_calls_nobody_and_asks_for_nothing(wecom):
    make_robot(mentions=["zhangsan"])
    tell(kind="alarm.recovered")
    send()
    assert "zhangsan" not in wecom.texts()[0]
    assert "/n/" not in wecom.texts()[0]
    assert Notice.objects.get().second_at is None


def test_switching_off_is_written_down_and_what_waited_goes_to_others(wecom):
    robot = make_robot()
    other = make_robot("第二群", key="7" + "93a91f6-7aec-4bc4-97a0-0ec2d1fa5aaa", is_second=True)
    Robot.objects.filter(pk=robot.pk).update(recent=[NOW] * MOST)
    tell()
    send()
    from apps.core.actions import Actor

    switch_channel(channel=robot, active=False, actor=Actor.system("test"), why="leaves")
    assert send(SECOND).sent == 1
    assert wecom.taken[0][0] == f"wecom {other.pk}"
    assert ActionLog.objects.get(action="notifications.robot.switched").note == "leaves"


def test_a_killed_sender_holds_what_it_claimed_for_a_minute(wecom, monkeypatch):
    from apps.notifications.services import sending

    make_robot()
    tell()
    with monkeypatch.context() as killed:
        killed.setattr(sending, "_say", lambda claim: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            send()
    assert send(59 * SECOND).sent == 0
    assert send(61 * SECOND).sent == 1


def test_a_clock_that_jumps_back_neither_loops_nor_silences(wecom):
    make_robot()
    tell(1)
    assert send(dt.timedelta(hours=3)).sent == 1
    tell(2)
    assert send().sent == 1
    assert send(SECOND).sent == 0
