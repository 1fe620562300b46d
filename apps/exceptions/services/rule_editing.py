"""Editing the rules that open cases: drafted, changed, let loose, put away, gone back to.

(`services/rules.py` is about kinds of faulty tracks.) Every change of what a rule says is a new
version whose content is kept; each process sees it by the stamp before it judges again.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.locks import lock_keys
from apps.exceptions.choices import RuleState
from apps.exceptions.errors import FieldProblem, RuleEdited, RuleInvalid, RuleStands, RuleTooWide
from apps.exceptions.models import OwnerGroup, Rule, RuleLimit, RuleVersion
from apps.exceptions.rule_checking import check_rule
from apps.exceptions.rule_reach import reach_of
from apps.exceptions.rule_rows import PLAIN, content_of
from apps.exceptions.rulebook.judging import compile_rule

MOST_NOTE = 200
SHARE = Decimal("0.05")
MOVES: dict[str, tuple[str, ...]] = {
    RuleState.DRAFT.value: (RuleState.SHADOW.value, RuleState.LIVE.value, RuleState.OFF.value),
    RuleState.SHADOW.value: (RuleState.LIVE.value, RuleState.DRAFT.value, RuleState.OFF.value),
    RuleState.LIVE.value: (RuleState.SHADOW.value, RuleState.OFF.value),
    RuleState.OFF.value: (RuleState.DRAFT.value, RuleState.SHADOW.value, RuleState.LIVE.value),
}
"""Where a rule may go from each state. What opened cases is not called a draft again at once."""
Content = Mapping[str, Any]


def draft_rule(
    *, user: User, content: Content, note: str, max_share: Decimal = SHARE, position: int = 500
) -> Rule:
    """Keep a new rule as a draft; it opens nothing.

    Raises RuleInvalid naming each field that is wrong.
    """
    with transaction.atomic():
        lock_keys("exceptions.rules", [1])
        check_rule(content)
        _check_rest(note, max_share)
        if Rule.objects.filter(code=content["code"]).exists():
            raise RuleInvalid([FieldProblem("code", _("There is a rule of this code already."))])
        rule = Rule(code=content["code"], position=position)
        _write(rule, content, max_share)
        _keep_version(rule, user, note)
        record_action(
            action="exceptions.rule.drafted", actor=Actor.user(user), subject=rule,
            after=_said(rule), note=note.strip()[:MOST_NOTE],
        )  # fmt: skip
    return rule


def change_rule(
    *,
    rule_id: int,
    version: int,
    user: User,
    content: Content,
    note: str,
    max_share: Decimal | None = None,
    confirmed: bool = False,
) -> Rule:
    """Change what a rule says; ``version`` is the one this person saw. The code never changes.

    It holds in all processes from their next look on. Raises RuleEdited where somebody was first,
    RuleInvalid for fields that are wrong, RuleTooWide for a live rule that would hold for more
    than its share of open parcels, unless ``confirmed``.
    """
    with transaction.atomic():
        lock_keys("exceptions.rules", [1])
        rule = _seen(rule_id, version)
        wanted = {**content, "code": rule.code}
        check_rule(wanted)
        share = rule.max_share if max_share is None else max_share
        _check_rest(note, share)
        return _change(
            rule, wanted, share=share, user=user, note=note, action="exceptions.rule.changed",
            confirmed=confirmed,
        )  # fmt: skip


def go_back_to_version(
    *, rule_id: int, version: int, to_version: int, user: User, confirmed: bool = False
) -> Rule:
    """Let a rule say what it said in an earlier version; that is a new version.

    Raises RuleStands where there is no such version or it says the same, else see `change_rule`.
    """
    with transaction.atomic():
        lock_keys("exceptions.rules", [1])
        rule = _seen(rule_id, version)
        kept = rule.versions.filter(version=to_version).first()
        if kept is None or to_version == rule.version:
            raise RuleStands(_("There is no such version to go back to."))
        wanted = {**kept.content, "code": rule.code}
        check_rule(wanted)
        note = _("Back to version %(number)d") % {"number": to_version}
        action = "exceptions.rule.restored"
        return _change(
            rule, wanted, share=rule.max_share, user=user, note=note, action=action,
            confirmed=confirmed,
        )  # fmt: skip


def switch_rule(
    *, rule_id: int, version: int, was: str, state: str, user: User, note: str = "",
    confirmed: bool = False,
) -> Rule:  # fmt: skip
    """Take a rule from the state this person saw to another: draft, shadow, live, off.

    What opens under a live rule stays when it is put away only until its next look, then its
    cases are closed as "the rule no longer says so". Raises RuleEdited where somebody was first,
    RuleStands for a way there is none of, RuleTooWide like `change_rule`.
    """
    with transaction.atomic():
        lock_keys("exceptions.rules", [1])
        rule = _seen(rule_id, version)
        if rule.state != was:
            raise RuleEdited(
                _("Somebody was first: the rule is “%(state)s” by now.")
                % {"state": RuleState(rule.state).label}
            )
        if state not in MOVES[rule.state]:
            raise RuleStands(_("A rule cannot go from this state to that one."))
        if state in (RuleState.LIVE.value, RuleState.SHADOW.value):
            check_rule(content_of(rule))
        if state == RuleState.LIVE.value:
            if not confirmed:
                _ask_if_wide(content_of(rule), rule.max_share)
            rule.enabled_at = clock.now()
        rule.state, rule.changed_at = state, clock.now()
        rule.save(update_fields=["state", "changed_at", "enabled_at"])
        record_action(
            action="exceptions.rule.switched", actor=Actor.user(user), subject=rule,
            before={"state": was}, after={"state": state}, note=note.strip()[:MOST_NOTE],
        )  # fmt: skip
    return rule


def _seen(rule_id: int, version: int) -> Rule:
    """Return the rule, locked. Raises RuleEdited where this person saw an older version."""
    rows = Rule.objects.select_for_update(of=("self",), no_key=True).select_related("group")
    rule = rows.get(pk=rule_id)
    if rule.version == version:
        return rule
    last = rule.versions.order_by("-version").first()
    who, at = (last.by, last.at) if last else ("", rule.changed_at)
    raise RuleEdited(
        _("%(who)s was first: changed to version %(version)d on %(when)s. Look at it, then decide.")
        % {
            "who": who or _("Somebody"),
            "version": rule.version,
            "when": timezone.localtime(at).strftime("%m-%d %H:%M"),
        }
    )


def _change(
    rule: Rule, content: Content, *, share: Decimal, user: User, note: str, action: str,
    confirmed: bool,
) -> Rule:  # fmt: skip
    if rule.state == RuleState.LIVE.value and not confirmed:
        _ask_if_wide(content, share)
    before = _said(rule)
    rule.version += 1
    _write(rule, content, share)
    after = _said(rule)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        raise RuleStands(_("Nothing was changed: the rule says this already."))
    _keep_version(rule, user, note)
    record_action(
        action=action, actor=Actor.user(user), subject=rule,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed}, note=note.strip()[:MOST_NOTE],
    )  # fmt: skip
    return rule


def _ask_if_wide(content: Content, max_share: Decimal) -> None:
    """Raise RuleTooWide where a rule would hold for more than its share of open parcels.

    Asked before anything is written, so that it judges by the calendars everybody has.
    """
    reach = reach_of(compile_rule(content))
    if reach.share <= float(max_share):
        return
    said = {
        "parcels": reach.parcels,
        "open": reach.open_parcels,
        "percent": round(100 * reach.share, 1),
        "most": round(100 * float(max_share), 1),
    }
    text = _(
        "It would hold for %(parcels)d of %(open)d open parcels, %(percent)s %%, and asks above"
        " %(most)s %%. Confirm if that is what you want."
    )
    raise RuleTooWide(text % said, parcels=reach.parcels, open_parcels=reach.open_parcels)


def _check_rest(note: str, max_share: Decimal) -> None:
    problems = []
    if not note.strip():
        text = _("Say why; whoever goes back one day will want to know.")
        problems.append(FieldProblem("note", text))
    if not Decimal(0) < max_share <= Decimal(1):
        problems.append(FieldProblem("max_share", _("More than 0 and at most 100 %.")))
    if problems:
        raise RuleInvalid(problems)


def _write(rule: Rule, content: Content, max_share: Decimal) -> None:
    """Write what a rule says into its row and limits; the content has been checked."""
    for name in PLAIN:
        if name != "code":
            setattr(rule, name, content[name])
    rule.hours, rule.red_hours = _hours(content["hours"]), _hours(content.get("red_hours"))
    rule.group = OwnerGroup.objects.get(code=content["group"])
    rule.max_share, rule.changed_at = max_share, clock.now()
    rule.save()
    rule.limits.all().delete()
    RuleLimit.objects.bulk_create(
        RuleLimit(
            rule=rule,
            carrier=row.get("carrier") or "",
            service=row.get("service") or "",
            lane_from=row.get("lane_from") or "",
            lane_to=row.get("lane_to") or "",
            hours=_hours(row["hours"]),
            red_hours=_hours(row.get("red_hours")),
        )
        for row in content.get("limits", [])
    )


def _hours(value: Any) -> Any:
    return None if value is None else round(Decimal(str(value)), 2)


def _keep_version(rule: Rule, user: User, note: str) -> None:
    RuleVersion.objects.create(
        rule=rule, version=rule.version, content=content_of(rule, limits=rule.limits.all()),
        at=clock.now(), by=user.get_username(), note=note.strip()[:MOST_NOTE],
    )  # fmt: skip


def _said(rule: Rule) -> dict[str, Any]:
    """Return what a rule says, and above which share it asks."""
    said = content_of(rule, limits=rule.limits.all())
    return said | {"max_share": float(rule.max_share)}
