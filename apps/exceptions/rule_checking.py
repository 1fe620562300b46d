"""Checking a rule before it is kept: every field that is wrong is named, in words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Merchant
from apps.core.geo import all_divisions
from apps.exceptions.choices import DayKind
from apps.exceptions.errors import FieldProblem, RuleInvalid
from apps.exceptions.models import OwnerGroup, Rule
from apps.exceptions.rule_words import CLOSED, PICKS
from apps.exceptions.rulebook.conditions import MOST_HOURS, Problem, RuleRefused
from apps.exceptions.rulebook.judging import compile_rule
from apps.exceptions.rulebook.sentences import sentence_problems
from apps.shipments.carriers import find_carrier

MOST_LIMITS = 300
MOST_BYTES = 65_536
MOST_TEXT = 60
MOST_SERVICE = 40
ENDS = ("lane_from", "lane_to")
CODE = re.compile(r"[a-z][a-z0-9_]{1,31}")
COUNTRY = re.compile(r"[A-Z]{2}")
LANE = re.compile(r"[A-Z]{2}|[0-9]{2}")
CURRENCY = re.compile(r"[A-Z]{3}")
UNKNOWN_OP = "unknown"
Content = Mapping[str, Any]

REASONS: dict[str, Any] = {
    "unknown_anchor": gettext_lazy("There is no such moment to count from."),
    "unknown_severity": gettext_lazy("There is no such severity."),
    "wrong_hours": gettext_lazy("A number of hours; red not before the case opens."),
    "itself": gettext_lazy("A rule cannot be suppressed by itself."),
    "not_a_list": gettext_lazy("The conditions cannot be read."),
    "too_many": gettext_lazy("Too many conditions; 20 are allowed."),
    "not_a_condition": gettext_lazy("This is no condition."),
    "unknown_field": gettext_lazy("There is no such field."),
    "unknown_comparison": gettext_lazy("This field cannot be compared like that."),
    "wrong_value": gettext_lazy("This value does not fit the field."),
}


def check_rule(content: Content) -> None:
    """Check a rule's content as `RuleVersion.content` has it.

    Raises RuleInvalid with every field that is wrong: what `compile_rule` refuses, names and
    sentences, words nobody knows, limits, the owner group, suppression by rules that are not
    there and suppression that runs in a circle.
    """
    if _too_big(content):
        raise RuleInvalid([FieldProblem("conditions", _("This rule is too long."))])
    found = [*_texts(content), *_limits(content), *_suppression(content)]
    try:
        compile_rule({**content, "limits": ()})
    except RuleRefused as refused:
        found += problems_in_words(refused)
    else:
        found += _known_words(content["conditions"])
    if not OwnerGroup.objects.filter(code=str(content.get("group", ""))).exists():
        found.append(FieldProblem("group", _("There is no such owner group.")))
    if found:
        raise RuleInvalid(found)


def problems_in_words(refused: RuleRefused) -> list[FieldProblem]:
    """Return what the rulebook refuses as people read it; conditions keep their place."""
    return [_in_words(one) for one in refused.problems]


def _in_words(problem: Problem) -> FieldProblem:
    where = problem.where if problem.index < 0 else "conditions"
    return FieldProblem(where, str(REASONS.get(problem.code, problem.code)), problem.index)


def _too_big(content: Content) -> bool:
    try:
        return len(json.dumps(content, default=str)) > MOST_BYTES
    except (TypeError, ValueError, RecursionError):
        return True


def _texts(content: Content) -> Iterator[FieldProblem]:
    if not CODE.fullmatch(str(content.get("code", ""))):
        text = _("Small letters, digits and _, beginning with a letter, at most 32.")
        yield FieldProblem("code", text)
    for name in ("name", "name_en"):
        said = content.get(name)
        if not isinstance(said, str) or not said.strip() or len(said) > MOST_TEXT:
            yield FieldProblem(name, _("Say in 1 to 60 characters what it is called."))
    for name in ("sentence", "sentence_en"):
        said = content.get(name)
        for problem in sentence_problems(said if isinstance(said, str) else ""):
            yield FieldProblem(name, _sentence_words(problem))
    if DayKind.parse(str(content.get("days", ""))) is None:
        yield FieldProblem("days", _("All hours, or business days."))


def _sentence_words(problem: str) -> str:
    said = {
        "empty": _("A case needs a sentence."),
        "too_long": _("At most 200 characters."),
        "": _("Braces need a name from the list."),
    }
    return said.get(problem) or _("There is no {%(name)s} to fill in.") % {"name": problem}


def _limits(content: Content) -> Iterator[FieldProblem]:
    rows = content.get("limits", [])
    if not isinstance(rows, list) or len(rows) > MOST_LIMITS:
        yield FieldProblem("limits", _("At most 300 limits."))
        return
    seen: set[tuple[str, ...]] = set()
    for index, row in enumerate(rows):
        message = _limit_problem(row, seen)
        if message:
            yield FieldProblem("limits", message, index)


def _limit_problem(row: Any, seen: set[tuple[str, ...]]) -> str:
    """Return what is wrong with a limit, an empty text where nothing is."""
    if not isinstance(row, Mapping):
        return _("This is no limit.")
    key = tuple(str(row.get(name) or "") for name in ("carrier", "service", *ENDS))
    carrier, service, *ends = key
    hours, red = _hours(row.get("hours")), row.get("red_hours")
    late = hours if red is None else _hours(red)
    wrong = {
        _("Name a carrier, a service or a lane; for all, change the rule's hours."): not any(key),
        _("The same limit stands above."): key in seen,
        _("There is no such carrier."): bool(carrier) and find_carrier(carrier) is None,
        _("There is no such service, province or country."): len(service) > MOST_SERVICE
        or not all(not end or is_place(end) for end in ends),
        str(REASONS["wrong_hours"]): hours is None or late is None or late < hours,
    }
    seen.add(key)
    return next((said for said, is_so in wrong.items() if is_so), "")


def _hours(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) and abs(number) <= MOST_HOURS else None


def _suppression(content: Content) -> Iterator[FieldProblem]:
    code, wanted = str(content.get("code", "")), content.get("suppressed_by", [])
    if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
        yield FieldProblem("suppressed_by", _("Pick rules from the list."))
        return
    graph = dict(Rule.objects.values_list("code", "suppressed_by"))
    missing = sorted(set(wanted) - set(graph) - {code})
    if missing:
        text = _("There is no rule %(codes)s.") % {"codes": ", ".join(missing)[:120]}
        yield FieldProblem("suppressed_by", text)
    circle = circle_in(graph | {code: wanted}, code)
    if len(circle) > 1:
        text = _("They would silence each other: %(circle)s.")
        yield FieldProblem("suppressed_by", text % {"circle": " → ".join([*circle, code])})


def circle_in(graph: Mapping[str, Iterable[str]], start: str) -> list[str]:
    """Return the rules on a way of suppression from ``start`` back to it, empty without one."""
    ways, seen = [[start]], set()
    while ways:
        way = ways.pop()
        for code in graph.get(way[-1], ()):
            if code == start:
                return way
            if code not in seen:
                seen.add(code)
                ways.append([*way, code])
    return []


def is_place(text: str) -> bool:
    """Tell whether a lane may end there: a province's two digits or a country's two letters."""
    return bool(LANE.fullmatch(text)) and (text.isalpha() or text in _prefixes())


def _known_words(rows: Iterable[Mapping[str, Any]]) -> Iterator[FieldProblem]:
    for index, row in enumerate(rows):
        name, value = str(row["field"]), row.get("value")
        check = _CHECKS.get(name)
        if (check is None and name not in CLOSED) or row.get("op") == UNKNOWN_OP:
            continue
        values = [value] if isinstance(value, str) else list(value or ())
        known = check or _picked(name).__contains__
        wrong = [one for one in values if not known(one)]
        if wrong:
            text = _("Nobody knows %(words)s here.") % {"words": "、".join(wrong)[:120]}
            yield FieldProblem("conditions", text, index)


def _picked(name: str) -> frozenset[str]:
    if name == "merchant":
        return frozenset(Merchant.objects.values_list("slug", flat=True))
    return frozenset(value for value, _label in PICKS[name]())


@cache
def _prefixes() -> frozenset[str]:
    return frozenset(code[:long] for code in all_divisions() for long in (2, 4, 6, 12))


_CHECKS: dict[str, Callable[[str], bool]] = {
    "carrier": lambda one: find_carrier(one) is not None,
    "country": lambda one: bool(COUNTRY.fullmatch(one)),
    "currency": lambda one: bool(CURRENCY.fullmatch(one)),
    "lane_from": is_place,
    "lane_to": is_place,
    "scan_area": lambda one: one in _prefixes(),
    "address_area": lambda one: one in _prefixes(),
    "service": lambda one: len(one) <= MOST_SERVICE,
}
