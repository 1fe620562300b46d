"""Alarms and their rules from end to end: what opens them, who is told, what people do."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.accounts.choices import Role
from apps.baidiyun.choices import Refusal
from apps.baidiyun.models import Quarantine
from apps.core import clock
from apps.core.actions import Actor
from apps.core.locks import lock_number
from apps.core.models import ActionLog
from apps.monitoring.choices import AlarmEnd
from apps.monitoring.errors import AlarmStands, AlertRuleInvalid, SilenceRefused
from apps.monitoring.models import Alarm, AlertRule, Silence, Standing
from apps.monitoring.rule_checking import problems_of
from apps.monitoring.series import registry, sources
from apps.monitoring.series.gauge import Gauge
from apps.monitoring.services import (
    acknowledge_alarm,
    clean_up,
    evaluate_rules,
    lift_silence,
    save_rule,
    silence_alarm,
)
from apps.monitoring.services.rules import FIELDS
from apps.notifications import reasons
from apps.notifications.models import Notice
from apps.notifications.services import acknowledge_notice
from apps.notifications.services.switching import switch_off_dead
from tests.monitoring.alarms import make_alarm
from tests.notifications.conftest import make_robot
from tests.support.admin_pages import logged_in, text_of
from tests.support.query_counts import queries_of

START = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
BOSS = Actor("user", "1", "lin")
NONE_GONE = {"redis.silence": 0.0, "postgres.silence": 0.0, "postgres.answer": 0.01}


@pytest.fixture
def now(db):
    AlertRule.objects.filter(slug="disk_low").update(enabled=False)
    with clock.scripted(START):
        yield START


def at(seconds):
    return clock.scripted(START + dt.timedelta(seconds=seconds))


def look(seconds=0.0, **values):
    """Look once at that second; ``redis=30.0`` is a probe's value."""
    probes = NONE_GONE | {f"{name}.silence": value for name, value in values.items()}
    with at(seconds):
        return evaluate_rules(probes=probes)


def look_on(begin, end, **values):
    return [look(second, **values) for second in range(begin, end, 5)]


def refuse(count, *, ago_minutes=1.0, first_slot=200, reason="bad_signature"):
    """Leave refused callbacks in the quarantine; slots from 200 are our own tokens'."""
    when = clock.real_now() - dt.timedelta(minutes=ago_minutes)
    Quarantine.objects.bulk_create(
        Quarantine(
            slot=first_slot + n, reason=reason, kid="k1", body=b"x", size=1, received_at=when
        )
        for n in range(count)
    )


def told():
    return list(Notice.objects.order_by("id").values_list("kind", flat=True))


def test_a_silent_portal_raises_nothing(now):
    found = look()
    assert (found.opened, found.open, found.failed) == (0, 0, ())
    assert not Standing.objects.exists()


def test_a_server_that_is_gone_is_told_once_and_once_that_it_is_back(now):
    look_on(0, 60, redis=30.0)
    assert Alarm.objects.get().rule.slug == "redis_gone"
    look_on(60, 120, redis=0.0)
    assert told() == ["alarm.opened", "alarm.recovered"]


def test_a_jump_in_refusals_opens_an_alarm_that_says_why(now):
    refuse(6)
    refuse(1, first_slot=300, reason="no_param")
    look()
    alarm = Alarm.objects.get()
    assert (alarm.rule.slug, alarm.since, alarm.until) == ("callbacks_refused", START, None)
    assert (alarm.value, alarm.usual) == (7, 0)
    assert alarm.message == "bad_signature 6, no_param 1; k1"
    notice = Notice.objects.get()
    assert notice.subject == alarm.uid
    assert "Wrong signature 6, No param field 1 · k1" in notice.body_en
    assert "签名错误 6" in notice.body
    assert notice.guide.startswith("/runbook/callbacks_refused.")


def test_a_few_refusals_are_no_alarm_nor_is_what_is_usual_all_day(now):
    refuse(4)
    assert look().open == 0
    refuse(400, ago_minutes=600, first_slot=300)
    refuse(6, first_slot=700)
    assert look(5).open == 0


def test_a_flood_of_strangers_is_an_alarm_of_its_own(now):
    refuse(50, first_slot=0)
    look()
    assert Alarm.objects.get().rule.slug == "callbacks_forged"


def test_an_outage_of_hours_stays_one_alarm_told_once(now):
    refuse(300)
    look()
    with at(3 * 3600):
        refuse(20, first_slot=600)
    look(3 * 3600)
    assert Alarm.objects.get().usual == 0
    assert told() == ["alarm.opened", "alarm.escalated"]


def test_looking_twice_at_once_opens_one_alarm(now):
    look_on(0, 60, redis=30.0)
    before = list(Alarm.objects.values())
    assert look(55, redis=30.0).opened == 0
    assert list(Alarm.objects.values()) == before
    assert told() == ["alarm.opened"]


def test_what_follows_from_an_open_alarm_is_kept_and_told_to_nobody(now, monkeypatch):
    silent = Gauge("process.silence", "", registry.Unit.SECONDS, lambda: {"beat": 500.0},
                   dim="process")  # fmt: skip
    monkeypatch.setitem(registry.SERIES, "process.silence", silent)
    found = look_on(0, 40, redis=30.0)
    cause, consequence = Alarm.objects.order_by("id")
    assert (cause.rule.slug, consequence.rule.slug) == ("redis_gone", "beat_dead")
    assert consequence.suppressed_by == cause
    assert sum(one.suppressed for one in found) == 1
    assert told() == ["alarm.opened"]


def test_a_consequence_that_outlives_its_cause_is_told_after_a_lull(now, monkeypatch):
    silent = Gauge("process.silence", "", registry.Unit.SECONDS, lambda: {"beat": 500.0},
                   dim="process")  # fmt: skip
    monkeypatch.setitem(registry.SERIES, "process.silence", silent)
    look_on(0, 40, redis=30.0)
    look_on(40, 120, redis=0.0)
    assert told() == ["alarm.opened", "alarm.recovered"]
    look_on(120, 150, redis=0.0)
    assert told() == ["alarm.opened", "alarm.recovered", "alarm.opened"]


def test_a_consequence_is_told_although_its_cause_ended_in_what_is_the_future_now(now, monkeypatch):
    silent = Gauge("process.silence", "", registry.Unit.SECONDS, lambda: {"beat": 500.0},
                   dim="process")  # fmt: skip
    monkeypatch.setitem(registry.SERIES, "process.silence", silent)
    look_on(0, 40, redis=30.0)
    look_on(40, 120, redis=0.0)
    look_on(-86_400, -86_390, redis=0.0)
    assert told() == ["alarm.opened", "alarm.recovered", "alarm.opened"]


def test_alarms_of_one_rule_that_begin_together_are_one_message_each_way(now, monkeypatch):
    held = {"express": 1.0, "tracking": 1.0}
    breakers = Gauge("breaker.open", "", registry.Unit.COUNT, lambda: held, dim="product",
                     adds=True, stands_for=0.0)  # fmt: skip
    monkeypatch.setitem(registry.SERIES, "breaker.open", breakers)
    look_on(0, 60)
    assert Alarm.objects.count() == 2
    assert told() == ["alarm.opened"]
    del held["express"]
    look_on(60, 120)
    assert told() == ["alarm.opened"]
    held.clear()
    look_on(120, 180)
    assert told() == ["alarm.opened", "alarm.recovered"]


def fails_in_the_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT no_such_column")


def fails_in_python():
    raise TypeError


@pytest.mark.parametrize("broken", [fails_in_the_database, fails_in_python])
def test_a_series_that_cannot_be_read_is_unknown_and_spares_the_others(now, monkeypatch, broken):
    queues = Gauge("queue.age", "", registry.Unit.SECONDS, broken, dim="queue")
    monkeypatch.setitem(registry.SERIES, "queue.age", queues)
    make_alarm("inbox_late")
    refuse(9)
    found = look()
    assert {"inbox_late", "outbox_late", "notices_unsent"} <= set(found.failed)
    assert set(Alarm.objects.filter(until=None).values_list("rule__slug", flat=True)) == {
        "inbox_late", "callbacks_refused",
    }  # fmt: skip


def test_metric_tables_that_take_nothing_are_an_alarm(now, monkeypatch):
    assert sources.metrics_refused() == {"": 0.0}
    monkeypatch.setattr(sources, "NOT_WRITABLE", "INSERT INTO core_metricbucket DEFAULT VALUES")
    assert sources.metrics_refused() == {"": 1.0}
    look_on(0, 30)
    assert "metrics_unwritten" in Alarm.objects.values_list("rule__slug", flat=True)


def test_nobody_at_it_is_told_once_more_to_whoever_is_on_call(now):
    look_on(0, 30, redis=30.0)
    for minute in (14, 15, 16, 30):
        look(minute * 60 + 10, redis=30.0)
    assert told() == ["alarm.opened", "alarm.escalated"]


def test_who_acknowledges_ends_the_calling(now):
    look_on(0, 30, redis=30.0)
    notice = Notice.objects.get()
    said = acknowledge_notice(notice_uid=notice.uid, name="Lin")
    assert "Lin" in said.sentence
    alarm = Alarm.objects.get()
    assert (alarm.acknowledged_by, alarm.until) == ("Lin", None)
    look(40 * 60, redis=30.0)
    assert told() == ["alarm.opened"]
    assert acknowledge_alarm(uid=alarm.uid, actor=BOSS).acknowledged_by == "Lin"
    assert ActionLog.objects.filter(action="monitoring.alarm.acknowledged").count() == 1


def test_what_has_ended_cannot_be_acknowledged(now):
    alarm = make_alarm(until=START, ended=AlarmEnd.RECOVERED.value)
    with pytest.raises(AlarmStands):
        acknowledge_alarm(uid=alarm.uid, actor=BOSS)


def test_a_silenced_alarm_is_told_when_the_silence_ends(now):
    alarm = make_alarm("redis_gone", told_at=None)
    silence_alarm(uid=alarm.uid, until=START + dt.timedelta(hours=1), why="moving", actor=BOSS)
    look_on(0, 30, redis=30.0)
    assert told() == []
    look(3601, redis=30.0)
    assert told() == ["alarm.opened"]


def test_a_silence_can_be_ended_earlier(now):
    alarm = make_alarm("redis_gone", told_at=None)
    silence = silence_alarm(
        uid=alarm.uid, until=START + dt.timedelta(hours=1), why="moving", actor=BOSS
    )
    assert lift_silence(silence_id=silence.pk, actor=BOSS)
    look(5, redis=30.0)
    assert told() == ["alarm.opened"]
    assert not lift_silence(silence_id=silence.pk, actor=BOSS)


@pytest.mark.parametrize(
    ("hours", "why"), [(0, "moving"), (-1, "moving"), (15 * 24, "moving"), (1, " ")]
)
def test_a_silence_has_an_end_and_a_reason(now, hours, why):
    alarm = make_alarm()
    with pytest.raises(SilenceRefused):
        silence_alarm(uid=alarm.uid, until=START + dt.timedelta(hours=hours), why=why, actor=BOSS)
    assert not Silence.objects.exists()


def test_a_rule_switched_off_ends_its_alarms_in_silence(now):
    look_on(0, 30, redis=30.0)
    AlertRule.objects.filter(slug="redis_gone").update(enabled=False)
    look(35, redis=30.0)
    assert Alarm.objects.get().ended == AlarmEnd.SWITCHED_OFF.value
    assert told() == ["alarm.opened"]
    assert not Standing.objects.exists()


def test_two_watches_do_not_look_at_once(now):
    other = connection.copy()
    with other.cursor() as cursor:
        number = lock_number("name", "monitoring.evaluate_rules")
        cursor.execute("SELECT pg_advisory_lock(%s)", [number])
    try:
        assert look(0, redis=30.0).skipped
    finally:
        other.close()
    assert not Standing.objects.exists()


def test_the_database_holds_one_open_alarm_of_a_rule_and_label(now):
    make_alarm()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_alarm()


def test_housekeeping_forgets_old_ended_alarms_and_no_open_one(now):
    long_ago = START - dt.timedelta(days=400)
    make_alarm(since=long_ago, until=long_ago, ended=AlarmEnd.RECOVERED.value)
    make_alarm(since=long_ago)
    clean_up()
    assert Alarm.objects.get().until is None


def content(**given):
    values = {
        "slug": "tea_cold", "name": "茶凉了", "name_en": "Tea is cold", "meaning": "茶。",
        "meaning_en": "Tea.", "kind": "threshold", "series": "queue.age", "objective": None,
        "where": {"queue": ["inbox"]}, "group_by": "", "window_seconds": 300,
        "comparison": "above", "limit": 60.0, "ends_at": None, "factor": None, "against": "",
        "least": 0, "for_seconds": 60, "calm_seconds": 60, "severity": "amber",
        "audience": "operations", "quiet": False, "escalate_minutes": None,
        "runbook": "inbox_late", "enabled": True, "depends_on": [],
    }  # fmt: skip
    return values | given


@pytest.fixture
def pages(monkeypatch):
    """Every page of the runbook is there."""
    monkeypatch.setattr("apps.monitoring.rule_checking.has_page", bool)
    monkeypatch.setattr(
        "apps.monitoring.admin.alert_rule_form.titles", lambda language: [("inbox_late", "Late")]
    )


def test_a_rule_that_can_be_evaluated_is_saved_and_logged(now, pages):
    rule = save_rule(content=content(), actor=BOSS)
    changed = save_rule(content=content(limit=90.0, slug="other"), actor=BOSS, rule_id=rule.pk)
    assert (changed.slug, changed.limit) == ("tea_cold", 90.0)
    assert ActionLog.objects.order_by("-id").first().before == {"limit": 60.0}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"series": "no.such"}, "series"),
        ({"kind": "magic"}, "kind"),
        ({"name_en": " "}, "name_en"),
        ({"where": {"carrier": ["sf"]}}, "where"),
        ({"where": {"queue": []}}, "where"),
        ({"where": ["queue"]}, "where"),
        ({"group_by": "merchant"}, "group_by"),
        ({"limit": None}, "limit"),
        ({"limit": float("nan")}, "limit"),
        ({"limit": float("inf")}, "limit"),
        ({"series": "platform.errors", "where": {}, "limit": 5.0}, "limit"),
        ({"ends_at": 70.0}, "ends_at"),
        ({"comparison": "below", "ends_at": 50.0}, "ends_at"),
        ({"least": 10}, "least"),
        ({"window_seconds": 5}, "window_seconds"),
        ({"window_seconds": 10**7}, "window_seconds"),
        ({"for_seconds": -1}, "for_seconds"),
        ({"kind": "relative", "factor": 3.0}, "against"),
        ({"kind": "relative", "against": "last_week"}, "factor"),
        ({"kind": "relative", "against": "last_week", "factor": 0.5}, "factor"),
        ({"kind": "absence", "least": 5}, "series"),
        ({"kind": "absence", "series": "callbacks.count", "where": {}}, "least"),
        ({"kind": "burn_fast"}, "objective"),
        ({"slug": "redis_gone"}, "slug"),
        ({"runbook": ""}, "runbook"),
    ],
)
def test_a_rule_that_cannot_be_evaluated_is_refused_with_its_field(now, pages, given, field):
    with pytest.raises(AlertRuleInvalid) as refused:
        save_rule(content=content(**given), actor=BOSS)
    assert field in {problem.field for problem in refused.value.problems}
    assert not AlertRule.objects.filter(slug="tea_cold").exists()


def test_a_rule_never_comes_to_hide_itself(now, pages):
    rule = AlertRule.objects.get(slug="postgres_gone")
    below = AlertRule.objects.get(slug="callbacks_stopped")
    with pytest.raises(AlertRuleInvalid) as refused:
        save_rule(content=content(depends_on=[below]), actor=BOSS, rule_id=rule.pk)
    assert [problem.field for problem in refused.value.problems] == ["depends_on"]


def test_the_list_of_alarms_costs_the_same_however_many_there_are(db):
    client = logged_in(Role.OPERATOR)
    client.get("/admin/monitoring/alarm/")
    counts = []
    for _ in range(2):
        for n in range(10):
            since = START - dt.timedelta(hours=n + Alarm.objects.count())
            make_alarm(since=since, until=since, ended="recovered")
        counts.append(len(queries_of(lambda: client.get("/admin/monitoring/alarm/"))[0]))
    assert counts[0] == counts[1] <= 12


def test_the_page_of_an_alarm_says_what_to_do_and_who_is_at_it(db):
    alarm = make_alarm(message="bad_signature 9; k1")
    page, client = f"/admin/monitoring/alarm/{alarm.pk}/", logged_in(Role.OPERATOR)
    shown = text_of(client.get(f"{page}change/"))
    assert f"{Refusal.BAD_SIGNATURE.label} 9 · k1" in shown
    assert "/admin/runbook/callbacks_refused/" in client.get(f"{page}change/").content.decode()
    assert client.get(f"{page}do/acknowledge/").status_code == 200
    alarm.refresh_from_db()
    assert alarm.acknowledged_at is None
    client.post(f"{page}do/acknowledge/")
    alarm.refresh_from_db()
    assert alarm.acknowledged_at is not None


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CUSTOMER_SERVICE])
def test_who_only_looks_silences_nothing(db, role):
    alarm = make_alarm()
    page = f"/admin/monitoring/alarm/{alarm.pk}/do/silence/"
    assert logged_in(role).post(page, {"hours": 2, "why": "x"}).status_code == 403
    assert not Silence.objects.exists()


def test_the_form_of_a_rule_previews_and_saves_nothing(db, pages):
    client = logged_in(Role.MANAGER)
    given = {name: value for name, value in content().items() if value or value == 0}
    given |= {"where": "queue = inbox", "do": "preview"}
    given.pop("quiet")
    page = text_of(client.post("/admin/monitoring/alertrule/draft/", given))
    assert "It would have spoken 0 times" in page
    assert not AlertRule.objects.filter(slug="tea_cold").exists()
    assert (
        client.post("/admin/monitoring/alertrule/draft/", given | {"do": "save"}).status_code == 302
    )
    assert AlertRule.objects.get(slug="tea_cold").where == {"queue": ["inbox"]}
    bad = client.post("/admin/monitoring/alertrule/draft/", given | {"limit": ""})
    assert bad.status_code == 422


def test_operators_see_rules_and_objectives_and_change_none(db):
    client = logged_in(Role.OPERATOR)
    for address in ("alertrule", "objective", "silence"):
        assert client.get(f"/admin/monitoring/{address}/").status_code == 200
    assert client.post("/admin/monitoring/alertrule/draft/", {}).status_code == 403
    rule = AlertRule.objects.get(slug="redis_gone")
    assert client.get(f"/admin/monitoring/alertrule/{rule.pk}/change/?preview=1").status_code == 200
    assert client.post(f"/admin/monitoring/alertrule/{rule.pk}/do/off/").status_code == 403


def test_a_broken_write_of_an_alarm_tells_nobody(now, monkeypatch):
    def broken(**given):
        raise DatabaseError("full")

    monkeypatch.setattr("apps.monitoring.services.telling.queue_notice", broken)
    with pytest.raises(DatabaseError):
        look_on(0, 30, redis=30.0)
    assert not Alarm.objects.exists()


def test_a_look_asks_the_same_question_once(now):
    look()
    asked, _ = queries_of(look)
    reads = [sql for sql in asked if "core_metricbucket" in sql and sql.startswith("SELECT")]
    assert len(asked) <= 300
    assert len(reads) == len(set(reads))


def test_every_starter_rule_can_be_evaluated_and_has_its_page(db):
    for rule in AlertRule.objects.prefetch_related("depends_on"):
        said = {**content(), **{name: getattr(rule, name) for name in FIELDS}}
        said["depends_on"] = list(rule.depends_on.all())
        assert problems_of(said, rule=rule) == [], rule.slug


def test_a_dead_robot_is_told_once_and_shown_as_an_alarm(now):
    robot = make_robot()
    switch_off_dead(robot, errcode=93000, why=reasons.NO_ROBOT)
    look_on(0, 30)
    assert Alarm.objects.get(rule__slug="robot_dead").until is None
    assert told() == ["channel.dead"]


def test_what_is_open_stands_before_what_is_over(now):
    standing = make_alarm()
    make_alarm("inbox_late", until=clock.real_now(), ended=AlarmEnd.RECOVERED.value)
    rows = logged_in(Role.OPERATOR).get("/admin/monitoring/alarm/").context["cl"].result_list
    assert [row.pk for row in rows].index(standing.pk) == 0
