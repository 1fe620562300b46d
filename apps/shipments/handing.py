"""What a snapshot says about who takes the parcel over. Pure: a snapshot in, hints out.

Three voices: the platform's own track abroad (``destResult``), the carrier's words in a node
("Transferred to local carrier X, tracking number Y"), and the rules of hand-overs that operators
keep (`CarrierHandover`). Where they speak of the same stretch, the earlier in this list is
believed (`legs.STRENGTH`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from apps.shipments.carriers import CARRIERS, home_of
from apps.shipments.choices import HandOverTrigger, LegKind, LinkSource, ShipmentStatus, Substatus
from apps.shipments.codes import meaning_of
from apps.shipments.zones import CHINA, zone_of_place

HANDED_CODE = "7"
"""The platform's word for "handed to another carrier" (转投)."""
LAST_MILE = LegKind.LAST_MILE.value
EVIDENCE_CHARACTERS = 300
_NUMBER = r"(?P<number>[0-9A-Za-z][0-9A-Za-z-]{4,30}[0-9A-Za-z])(?![0-9A-Za-z])"
_NAMED = (
    re.compile(
        r"(?:transferred|handed(?: over)?|tendered|passed) (?:on )?to (?P<partner>[^,;]{2,60}),?;? "
        r"(?:the )?(?:new )?(?:tracking|waybill|parcel) (?:number|no\.?)(?: is)?:? ?" + _NUMBER,
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:交付|转交|移交|交由|转给)(?P<partner>[^,，;；。]{2,40})[,，;；]\s*"
        r"[^,，;；。:：]{0,6}单号(?:为|是)?\s*[:：]?\s*" + _NUMBER
    ),
)
_HANDED = re.compile(
    r"(?:transferred|handed over|tendered) to (?:the )?(?:local|partner|delivery|destination|final)"
    r"|(?:交付|转交|移交|交由)(?:境内|末端|当地|目的国|本地)?(?:派送商|服务商|承运商|物流商)",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^(?:the )?(?:local |destination )?(?:carrier|courier|partner|post) "
    r"|^(?:境内|末端|当地|目的国|本地)?(?:派送商|服务商|承运商|物流商)[:：]?"
    r"| for (?:final )?delivery$",
    re.IGNORECASE,
)


class NodeLike(Protocol):
    """What is read of a node."""

    @property
    def code(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def area_code(self) -> str: ...
    @property
    def area_name(self) -> str: ...
    @property
    def location(self) -> str: ...


class Rule(NamedTuple):
    """A rule of hand-overs, see `CarrierHandover`."""

    id: int
    carrier: str
    country: str
    number_pattern: str
    partner: str
    kind: str
    trigger: str
    keeps_number: bool


class Hint(NamedTuple):
    """Somebody takes over: ``carrier`` and ``number`` are "" where nobody says them."""

    source: str
    carrier: str
    number: str
    kind: str = LAST_MILE
    evidence: str = ""


def hint_abroad(*, carrier: str, number: str, base_number: str, has_nodes: bool) -> Hint | None:
    """Return what a track abroad says, None where it names nobody.

    A track without a number of its own is that of the number asked for: posts keep theirs.
    """
    carrier, number = carrier.strip().lower()[:40], clean(number)
    if not carrier and not number:
        return None
    if not number and has_nodes:
        number = base_number
    return Hint(LinkSource.DESTINATION_RESULT.value, carrier, number, LAST_MILE, "destResult")


def hints_in(
    nodes: Iterable[NodeLike], *, carrier: str, number: str, country: str, rules: Sequence[Rule]
) -> list[Hint]:
    """Return what nodes and rules say of hand-overs away from a number, each once.

    ``country`` is where the parcel goes. A hand-over of which neither words nor rules know to
    whom has neither carrier nor number.
    """
    found: dict[Hint, None] = {}
    fired: dict[str, str] = {}
    for node in nodes:
        named = named_in(node.text, country)
        if named is not None:
            if named != (carrier, number):
                evidence = node.text[:EVIDENCE_CHARACTERS]
                found[Hint(LinkSource.EXPLICIT.value, *named, LAST_MILE, evidence)] = None
            fired.setdefault("named", "")
            continue
        trigger = _trigger_of(node, country)
        if trigger:
            fired.setdefault(trigger, node.text[:EVIDENCE_CHARACTERS])
    if "named" not in fired:
        for trigger, text in fired.items():
            hint = _by_rule(trigger, text, (carrier, number), country, rules)
            if hint is not None:
                found[hint] = None
    return list(found)


@lru_cache(maxsize=4096)
def named_in(text: str, country: str) -> tuple[str, str] | None:
    """Return partner ("" if nobody we know) and number that a node's words name, or None."""
    for pattern in _NAMED:
        match = pattern.search(text)
        if match is not None and any(sign.isdigit() for sign in match["number"]):
            return carrier_of(match["partner"], country), clean(match["number"])
    return None


def says_handed(node: NodeLike) -> bool:
    """Whether a node says that somebody else has the parcel, without saying who."""
    return node.code == HANDED_CODE or _HANDED.search(node.text) is not None


def carrier_of(name: str, country: str) -> str:
    """Return the code of a carrier named in words, "" where it is none or could be several.

    Of several with one name the one at home in ``country`` is meant.
    """
    words = _TITLE.sub("", name.strip())
    words = _TITLE.sub("", words).strip(" :：").casefold()
    found = _NAMES.get(words, ())
    if len(found) > 1:
        at_home = [code for code in found if home_of(code) == country]
        return at_home[0] if at_home else words if words in found else ""
    return found[0] if found else ""


def matches(pattern: str, number: str) -> bool:
    """Whether a number fits a pattern of signs: ``#`` digit, ``@`` letter, ``?`` one, ``*`` any."""
    return not pattern or _pattern(pattern).fullmatch(number) is not None


def clean(number: str) -> str:
    """Return a number as it is stored, "" for what is none."""
    number = number.strip().upper()
    return number if _SHAPE.fullmatch(number) else ""


def _by_rule(
    trigger: str, text: str, whose: tuple[str, str], country: str, rules: Sequence[Rule]
) -> Hint | None:
    """Return the first rule that fits, the country's own before those for all countries."""
    carrier, number = whose
    fitting = [
        rule
        for rule in rules
        if rule.carrier == carrier
        and rule.trigger == trigger
        and rule.country in {"", country}
        and matches(rule.number_pattern, number)
    ]
    if not fitting:
        handed = trigger == HandOverTrigger.HANDED.value
        return Hint(LinkSource.EXPLICIT.value, "", "", LAST_MILE, text) if handed else None
    rule = min(fitting, key=lambda rule: not rule.country)
    evidence = f"#{rule.id} {text}"[:EVIDENCE_CHARACTERS]
    theirs = number if rule.keeps_number else ""
    return Hint(LinkSource.CARRIER_RULE.value, rule.partner, theirs, rule.kind, evidence)


def _trigger_of(node: NodeLike, country: str) -> str:
    if says_handed(node):
        return HandOverTrigger.HANDED.value
    if node.area_code.startswith("CN") or country == "CN":
        return ""
    zone = zone_of_place(node.location) or zone_of_place(node.area_name)
    if not zone or zone == CHINA:
        return ""
    meaning = meaning_of(node.code)
    if meaning is not None and meaning.status == ShipmentStatus.CUSTOMS.value:
        released = meaning.substatus == Substatus.CUSTOMS_CLEARED.value
        return HandOverTrigger.CLEARED.value if released else ""
    return HandOverTrigger.ARRIVED.value


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    signs = {"#": "[0-9]", "@": "[A-Z]", "?": ".", "*": ".*"}
    return re.compile("".join(signs.get(sign) or re.escape(sign.upper()) for sign in pattern))


def _names() -> dict[str, tuple[str, ...]]:
    """Return the codes of every name, those it is the whole name of first."""
    whole: dict[str, list[str]] = {}
    short: dict[str, list[str]] = {}
    for code, carrier in CARRIERS.items():
        for name in {code, carrier.name_zh.casefold(), carrier.name_en.casefold()}:
            whole.setdefault(name, []).append(code)
        first = carrier.name_en.partition(" ")[0]
        for name in {carrier.name_zh.partition("-")[0], first if first.isupper() else ""} - {""}:
            short.setdefault(name.casefold(), []).append(code)
    return {
        name: tuple(dict.fromkeys(whole.get(name, []) + short.get(name, [])))
        for name in whole.keys() | short.keys()
    }


_SHAPE = re.compile(r"[0-9A-Z][0-9A-Z-]{4,30}[0-9A-Z]")
_NAMES = _names()
