"""Rule sets are written by one person and published by another, and bind when they are to."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from apps.core import clock
from apps.core.models import ActionLog
from apps.customs.choices import VersionState
from apps.customs.compliance.content import Condition, SetContent
from apps.customs.compliance_errors import DraftRefused, NotYours, RulesRefused, SamePerson
from apps.customs.compliance_live import CorruptVersion, live_rules
from apps.customs.errors import VersionChanged
from apps.customs.models import RuleSet, RuleSetVersion, Threshold
from apps.customs.services.compliance_publishing import (
    BRAKE,
    discard_draft,
    publish_rule_set,
    restore_version,
    retire_version,
    save_draft,
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
HOUR = dt.timedelta(hours=1)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def ann() -> Any:
    return person("ann", *PUBLISHES)


@pytest.fixture
def bob() -> Any:
    return person("bob", *PUBLISHES)


@pytest.fixture
def own() -> RuleSet:
    return a_set()


def number_at(moment: dt.datetime) -> int | None:
    told = live_rules(moment).versions.get("own")
    return told["number"] if told else None


def titles_at(moment: dt.datetime) -> list[str]:
    return [
        ready.rule.title_en
        for ready in live_rules(moment).compiled.by_destination.get("DE", ())
        if ready.set_code == "own"
    ]


def draft(own: RuleSet, said: SetContent, user: Any) -> RuleSet:
    own.refresh_from_db()
    return save_draft(rule_set=own, content=said, expected_version=own.draft_version, user=user)


def retitled(title: str) -> SetContent:
    return content(sound_rule(title_en=title))


def test_a_second_person_publishes_and_it_binds_at_once(own: RuleSet, ann: Any, bob: Any) -> None:
    version = published(own, content(), author=ann, approver=bob)
    assert (version.number, version.author, version.approver) == (1, "ann", "bob")
    assert number_at(START) == 1
    assert number_at(START - SECOND) is None
    log = ActionLog.objects.get(action="customs.rules.published")
    assert log.actor_name == "bob"
    assert log.after["digest"] == version.digest


def test_nobody_publishes_what_they_wrote_any_part_of(own: RuleSet, ann: Any, bob: Any) -> None:
    eve = person("eve", *PUBLISHES)
    draft(own, content(), ann)
    draft(own, retitled("Vague"), bob)
    for writer in (ann, bob):
        with pytest.raises(SamePerson):
            publish_rule_set(rule_set=own, approver=writer, note="")
    assert not RuleSetVersion.objects.filter(rule_set=own).exists()
    assert publish_rule_set(rule_set=own, approver=eve, note="").editors == ["ann", "bob"]


def test_the_database_refuses_one_pair_of_eyes(own: RuleSet, ann: Any, bob: Any) -> None:
    known = published(own, content(), author=ann, approver=bob)
    for author, editors in (("bob", []), ("ann", ["ann", "bob"])):
        row = RuleSetVersion(
            rule_set=own,
            number=2,
            content=known.content,
            digest=known.digest,
            state=VersionState.PUBLISHED.value,
            binds_from=START,
            author=author,
            editors=editors,
            approver="bob",
        )
        with pytest.raises(IntegrityError, match=r"two_pairs|who wrote"), transaction.atomic():
            row.save()


def test_what_was_published_never_changes(own: RuleSet, ann: Any, bob: Any) -> None:
    version = published(own, content(), author=ann, approver=bob)
    rows = RuleSetVersion.objects.filter(pk=version.pk)
    changes = [
        lambda: rows.update(content={}),
        lambda: rows.update(binds_from=START + HOUR),
        rows.delete,
        lambda: rows.update(state=VersionState.RETIRED.value, note="gone"),
    ]
    for change in changes:
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            change()


@pytest.mark.parametrize("rights", [(), WRITES])
def test_who_may_not_publish_does_not(own: RuleSet, ann: Any, rights: tuple[str, ...]) -> None:
    draft(own, content(), ann)
    with pytest.raises(NotYours):
        publish_rule_set(rule_set=own, approver=person("eve", *rights), note="")


def test_who_may_not_edit_saves_no_draft(own: RuleSet) -> None:
    with pytest.raises(NotYours):
        draft(own, content(), person("eve"))


def test_two_people_editing_at_once_are_told_apart(own: RuleSet, ann: Any, bob: Any) -> None:
    draft(own, content(), ann)
    with pytest.raises(VersionChanged):
        save_draft(rule_set=own, content=retitled("B"), expected_version=1, user=bob)
    with pytest.raises(VersionChanged):
        publish_rule_set(rule_set=own, approver=bob, note="", expected_version=1)


def test_a_version_to_come_binds_by_itself_at_midnight_of_the_place(
    own: RuleSet, ann: Any, bob: Any
) -> None:
    published(own, retitled("Old"), author=ann, approver=bob)
    midnight = dt.datetime(2026, 12, 31, 23, tzinfo=dt.UTC)
    published(own, retitled("New"), author=ann, approver=bob, binds_from=midnight)
    assert titles_at(START) == ["Old"]
    assert titles_at(midnight - SECOND) == ["Old"]
    assert titles_at(midnight) == ["New"]
    with clock.frozen(midnight):
        assert live_rules().versions["own"]["number"] == 2


def test_a_rule_with_a_future_date_binds_at_midnight_of_its_place_without_a_publication(
    own: RuleSet, ann: Any, bob: Any
) -> None:
    coming = sound_rule(effective_from=dt.date(2027, 1, 1), effective_to=dt.date(2027, 1, 1))
    published(own, content(coming), author=ann, approver=bob)
    midnight = dt.datetime(2026, 12, 31, 23, tzinfo=dt.UTC)
    assert titles_at(midnight - SECOND) == []
    assert titles_at(midnight) == titles_at(midnight + 23 * HOUR) == ["EU vague name"]
    assert titles_at(midnight + 24 * HOUR) == []
    assert live_rules(midnight) is live_rules(midnight + HOUR)


def test_a_version_to_come_is_not_undone_by_accident_and_can_be_taken_back(
    own: RuleSet, ann: Any, bob: Any
) -> None:
    later = published(own, retitled("Later"), author=ann, approver=bob, binds_from=START + HOUR)
    with pytest.raises(RulesRefused) as refused:
        published(own, retitled("Urgent"), author=ann, approver=bob)
    assert refused.value.code == "undone_later"
    with clock.frozen(START):
        retire_version(version=later, approver=ann, note="postponed")
    published(own, retitled("Urgent"), author=ann, approver=bob)
    assert titles_at(START + 2 * HOUR) == ["Urgent"]
    with clock.frozen(START + HOUR), pytest.raises(RulesRefused):
        retire_version(version=own.versions.get(number=2), approver=ann, note="")


def test_one_click_brings_back_what_was_there(own: RuleSet, ann: Any, bob: Any) -> None:
    first = published(own, retitled("Good"), author=ann, approver=bob)
    published(own, retitled("Bad"), author=ann, approver=bob, at=START + HOUR)
    with clock.frozen(START + 3 * HOUR):
        back = restore_version(version=first, approver=bob, note="stops good parcels")
    assert (back.number, back.digest, back.restores) == (3, first.digest, first)
    assert titles_at(START + 2 * HOUR) == ["Bad"]
    assert titles_at(START + 3 * HOUR) == ["Good"]
    own.refresh_from_db()
    assert own.draft["rules"][0]["title_en"] == "Good"


def test_who_wrote_it_brings_it_back_alone_for_an_hour_only(
    own: RuleSet, ann: Any, bob: Any
) -> None:
    oldest = published(own, retitled("Oldest"), author=ann, approver=bob, at=START - HOUR)
    first = published(own, retitled("Good"), author=ann, approver=bob)
    published(own, retitled("Bad"), author=ann, approver=bob, at=START + HOUR)
    with clock.frozen(START + HOUR + BRAKE + SECOND), pytest.raises(SamePerson):
        restore_version(version=first, approver=ann, note="")
    with clock.frozen(START + HOUR + BRAKE):
        with pytest.raises(SamePerson):
            restore_version(version=oldest, approver=ann, note="")
        assert restore_version(version=first, approver=ann, note="").approver == "ann"


def test_only_what_bound_comes_back(own: RuleSet, ann: Any, bob: Any) -> None:
    now = published(own, retitled("Now"), author=ann, approver=bob)
    later = published(own, retitled("Later"), author=ann, approver=bob, binds_from=START + HOUR)
    with clock.frozen(START):
        for version, code in ((now, "binds_already"), (later, "never_bound")):
            with pytest.raises(RulesRefused) as refused:
                restore_version(version=version, approver=bob, note="")
            assert refused.value.code == code


def test_unsaved_work_survives_a_restoration_and_can_be_thrown_away(
    own: RuleSet, ann: Any, bob: Any
) -> None:
    first = published(own, retitled("Good"), author=ann, approver=bob)
    published(own, retitled("Bad"), author=ann, approver=bob, at=START + HOUR)
    draft(own, retitled("Half"), bob)
    with clock.frozen(START + 3 * HOUR):
        restore_version(version=first, approver=bob, note="")
    own.refresh_from_db()
    assert (own.draft["rules"][0]["title_en"], own.draft_editors) == ("Half", ["bob"])
    discard_draft(rule_set=own, expected_version=own.draft_version, user=bob)
    own.refresh_from_db()
    assert (own.draft["rules"][0]["title_en"], own.draft_editors) == ("Good", [])


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (sound_rule(fix_en=""), "no_fix"),
        (sound_rule(legal_basis=""), "no_source"),
        (sound_rule(conditions=(Condition("words", "on_list", ("$gone",)),)), "unknown_list"),
        (sound_rule(conditions=(Condition("moon", "in", ("full",)),)), "unknown_field"),
    ],
)
def test_an_unsound_draft_is_kept_but_not_published(
    own: RuleSet, ann: Any, bob: Any, rule: Any, code: str
) -> None:
    draft(own, content(rule), ann)
    with clock.frozen(START), pytest.raises(DraftRefused) as refused:
        publish_rule_set(rule_set=own, approver=bob, note="")
    assert [one.code for one in refused.value.problems] == [code]
    assert number_at(START) is None


def test_a_moment_gone_by_and_an_unchanged_draft_are_refused(
    own: RuleSet, ann: Any, bob: Any
) -> None:
    with clock.frozen(START):
        draft(own, content(), ann)
        with pytest.raises(RulesRefused) as refused:
            publish_rule_set(rule_set=own, approver=bob, note="", binds_from=START - SECOND)
        assert refused.value.code == "past"
        publish_rule_set(rule_set=own, approver=bob, note="")
        with pytest.raises(RulesRefused) as refused:
            publish_rule_set(rule_set=own, approver=bob, note="")
        assert refused.value.code == "no_change"


def test_an_absurdly_large_draft_is_refused(own: RuleSet, ann: Any) -> None:
    with pytest.raises(DraftRefused):
        draft(own, content(sound_rule(message_zh="长" * 800_000)), ann)


def test_a_threshold_that_changes_is_judged_by_at_once(own: RuleSet, ann: Any, bob: Any) -> None:
    limit = sound_rule(conditions=(Condition("value", "over", ("#EU.low_value",)),))
    published(own, content(limit), author=ann, approver=bob)
    before = live_rules(START)
    assert live_rules(START + SECOND) is before
    Threshold.objects.filter(area="EU", kind="low_value").update(amount=200)
    after = live_rules(START)
    assert after.stamp != before.stamp
    limit_now = after.figures.threshold("EU", "low_value", START.date())
    assert limit_now is not None
    assert limit_now.amount == 200


def test_a_version_whose_content_is_not_its_digest_judges_nothing(
    own: RuleSet, ann: Any, bob: Any
) -> None:
    known = published(own, content(), author=ann, approver=bob)
    RuleSetVersion.objects.create(
        rule_set=own,
        number=2,
        content={**known.content, "rules": []},
        digest=known.digest,
        state=VersionState.PUBLISHED.value,
        binds_from=START + HOUR,
        author="ann",
        approver="bob",
    )
    with pytest.raises(CorruptVersion):
        live_rules(START + HOUR)
