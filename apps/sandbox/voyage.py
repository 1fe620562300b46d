"""The two ends of a border for one parcel: its words, its nodes, its customs, its hand-over."""

from __future__ import annotations

from random import Random

from apps.sandbox.carriers import BY_CODE, make_number
from apps.sandbox.clearance import CustomsStep, Regime, pass_customs
from apps.sandbox.foreign import Country, ForeignCity, offset_at
from apps.sandbox.hours import between
from apps.sandbox.journey import Journey
from apps.sandbox.pinyin import pinyin_of
from apps.sandbox.places import Place, city_of
from apps.sandbox.plan import LastMile, Node
from apps.sandbox.questions import QUESTIONS
from apps.sandbox.rng import stream
from apps.sandbox.voyage_texts import WORDS

GATEWAYS = {"44": "广州", "33": "杭州", "31": "上海", "32": "上海", "11": "北京"}
POSTS = frozenset({"emsguoji", "youzhengguoji", "japanpost", "auspost", "singpost", "brazilposten"})


def _latin(name: str) -> str:
    return pinyin_of(name).replace(" ", "").upper() or name


class Voyage:
    """Writes a parcel's nodes at home and abroad; ``chinese`` is its Chinese end."""

    def __init__(self, trip: Journey, country: Country, city: ForeignCity, chinese: Place) -> None:
        self.trip, self.country, self.city, self.chinese = trip, country, city, chinese
        self.rng, self.pace = trip.rng, trip.carrier.pace
        self.gate = GATEWAYS.get(chinese.code[:2], "上海")
        self.luck: Random = stream(trip.seed, trip.number, "customs")
        self.last_mile: LastMile | None = None

    def text(self, word: str, place: str, **slots: str) -> str:
        """The carrier's words, in its language."""
        english, chinese = WORDS[word]
        city, gate = city_of(self.chinese).name, self.gate
        if self.trip.carrier.english:
            city, gate = _latin(city), _latin(gate)
        pattern = english if self.trip.carrier.english else chinese
        return pattern.format(
            city=city, gate=gate, place=place, country=self.country.name_zh, **slots
        )

    def home(self, word: str, at: int, code: str, *, mark: str = "", **slots: str) -> None:
        """A node in China."""
        gateway = self.country.gateway
        name = gateway.name if self.trip.carrier.english else gateway.name_zh
        area = city_of(self.chinese).code
        self.trip.add_raw(Node(at, code, self.text(word, name, **slots), area, mark=mark))

    def abroad(
        self, word: str, at: int, code: str, city: ForeignCity, *, mark: str = "", **slots: str
    ) -> None:
        """A node in the other country, in its own time."""
        english = self.trip.carrier.english
        place = city.name if english else city.name_zh
        named = (
            f"{city.name}, {self.country.name}"
            if english
            else f"{self.country.name_zh},{city.name_zh}"
        )
        text = self.text(word, place, **slots)
        self.trip.add_raw(Node(at, code, text, "", named, offset_at(city.zone, at), mark))

    def customs(
        self,
        regime: Regime,
        at: int,
        *,
        at_home: bool,
        prefix: str = "",
        forced: str = "",
        question: str = "",
    ) -> int:
        """Pass customs at home or at the foreign gateway; returns when it is through.

        ``forced`` and ``question`` as in ``pass_customs``.
        """
        steps = pass_customs(
            regime=regime,
            at=at,
            pace=self.pace,
            rng=self.rng,
            luck=self.luck,
            forced=forced,
            question=question,
        )
        for step in steps:
            slots = {"what": self._asked(step)}
            if at_home:
                self.home(prefix + step.word, step.at, step.code, mark=step.mark, **slots)
            else:
                gate = self.country.gateway
                self.abroad(prefix + step.word, step.at, step.code, gate, mark=step.mark, **slots)
        return steps[-1].at

    def _asked(self, step: CustomsStep) -> str:
        """What customs asks for, in the carrier's language."""
        english, chinese = QUESTIONS.get(step.what, ("", ""))
        return english if self.trip.carrier.english else chinese

    def hand_over(self, at: int, partner: str, *, at_home: bool = False) -> int:
        """Give the parcel to a carrier of the destination; its number is known from now on.

        Posts keep their number (UPU S10); other lines get one of the partner's.
        """
        trip = self.trip
        if not trip.carrier.partner or not partner:
            return at
        if trip.carrier.code in POSTS:
            self.last_mile = LastMile(partner, trip.number, at)
            return at
        at += between(self.rng, 2, 12)
        carrier = BY_CODE[partner]
        number = make_number(carrier, stream(trip.seed, trip.number, "partner"))
        self.last_mile = LastMile(partner, number, at)
        slots = {"partner": carrier.name, "number": number}
        if at_home:
            area = city_of(self.chinese).code
            trip.add_raw(Node(at, "7", self.text("home_handed", "", **slots), area))
        else:
            self.abroad("handed", at, "7", self.country.gateway, **slots)
        return at
