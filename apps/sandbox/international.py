"""A parcel that crosses the border: export, flight, import customs, last mile abroad.

Nodes abroad carry the local time of the place (``offset``) and name it in ``location``;
areas of the platform exist for China only.
"""

from __future__ import annotations

from apps.sandbox.carriers import Carrier
from apps.sandbox.foreign import Country, ForeignCity, offset_at
from apps.sandbox.hours import DAY, HOUR, PICKUP_HOURS, between, within
from apps.sandbox.journey import Journey
from apps.sandbox.pinyin import pinyin_of
from apps.sandbox.places import Place, city_of
from apps.sandbox.plan import Node, Plan
from apps.sandbox.rng import stream, weighted
from apps.sandbox.texts import Step

ENDINGS: tuple[tuple[str, float], ...] = (
    ("self", 62.0), ("proxy", 14.0), ("station", 8.0), ("retried", 8.0), ("refused", 2.0),
    ("lost", 2.0), ("overdue", 2.0), ("unsent", 1.0),
)  # fmt: skip
EXPORT_HELD_RATE, IMPORT_HELD_RATE = 0.05, 0.09
ENGLISH = frozenset({"usps", "dhlen", "upsen", "fedex"})
GATEWAYS = {"44": "广州", "33": "杭州", "31": "上海", "32": "上海", "11": "北京"}
WORDS: dict[str, tuple[str, str]] = {
    "origin_out": ("Departed from facility, {city}", "离开【{city}】，下一站【{gate}国际交换局】"),
    "export_in": ("Arrived at export gateway {gate}", "到达【{gate}国际交换局】"),
    "export_wait": ("Customs status updated - {gate}", "【{gate}】等待出口报关"),
    "export_held": (
        "Clearance event: export declaration requires further information",
        "【{gate}】出口海关查验，需补充申报资料",
    ),
    "export_done": ("Export customs clearance completed - {gate}", "【{gate}】出口海关放行"),
    "flown": ("Departed {gate}, en route to {place}", "航班已从【{gate}】起飞，前往【{country}】"),
    "landed": ("Arrived in destination country - {place}", "到达【{country}】{place}，目的国家"),
    "import_wait": ("Awaiting clearance - {place}", "【{country}】等待进口清关"),
    "import_run": ("Clearance processing - {place}", "【{country}】进口清关中"),
    "import_held": (
        "Clearance delay: import duties or documents requested from recipient",
        "【{country}】进口海关扣留，等待收件人提供资料",
    ),
    "import_done": ("Customs clearance completed - {place}", "【{country}】进口海关放行"),
    "local_in": ("Arrived at local facility - {place}", "到达【{country}】投递局 {place}"),
    "dispatch": ("Out for delivery - {place}", "【{country}】{place} 安排投递"),
    "failed": ("Delivery attempted - recipient not available", "【{country}】未妥投，收件人不在"),
    "held_point": (
        "Available for pickup at service point - {place}",
        "【{country}】等待收件人领取",
    ),
    "sign_self": ("Delivered - signed for by recipient, {place}", "【{country}】已妥投，本人签收"),
    "sign_proxy": (
        "Delivered - left with neighbour or in mailbox",
        "【{country}】已妥投，他人代收",
    ),
    "sign_point": ("Collected from service point, {place}", "【{country}】已妥投，收件人自取"),
    "refused": ("Refused by recipient", "【{country}】收件人拒收"),
    "back": ("Returning to sender", "【{country}】退回寄件人"),
    "back_signed": ("Returned to shipper", "退回件已由寄件人签收"),
    "stalled": ("No further information available", "邮件信息长时间未更新"),
    "overdue": ("Shipment overdue, delivery not confirmed", "【{country}】超时未妥投"),
}


def plan_international(
    *,
    seed: int,
    carrier: Carrier,
    number: str,
    origin: Place,
    country: Country,
    city: ForeignCity,
    booked_at: int,
    outcome: str = "",
) -> Plan:
    """Plan a parcel abroad; ``outcome`` forces an ending."""
    ending = outcome or weighted(stream(seed, number, "outcome"), ENDINGS)
    trip = Journey(seed=seed, carrier=carrier, number=number, origin=origin, destination=origin)
    voyage = _Voyage(trip, country, city)
    at = voyage.collect(booked_at, unsent=ending == "unsent")
    if ending == "unsent":
        return trip.finish(ending, country.code)
    at = voyage.leave(at)
    if ending == "lost":
        voyage.abroad("stalled", at + 6 * DAY, "202", country.gateway)
        return trip.finish(ending, country.code)
    at = voyage.enter(at)
    voyage.deliver(at, ending)
    return trip.finish(ending, country.code)


def _latin(name: str) -> str:
    return pinyin_of(name).replace(" ", "").upper() or name


class _Voyage:
    """The stages of one parcel abroad; every stage returns when it is over."""

    def __init__(self, trip: Journey, country: Country, city: ForeignCity) -> None:
        self.trip, self.country, self.city = trip, country, city
        self.rng, self.pace = trip.rng, trip.carrier.pace
        self.gate = GATEWAYS.get(trip.origin.code[:2], "上海")
        self.held = stream(trip.seed, trip.number, "customs")

    def _text(self, word: str, place: str) -> str:
        english, chinese = WORDS[word]
        pattern = english if self.trip.carrier.code in ENGLISH else chinese
        city = city_of(self.trip.origin).name
        gate = self.gate
        if self.trip.carrier.code in ENGLISH:
            city, gate = _latin(city), _latin(gate)
        return pattern.format(city=city, gate=gate, place=place, country=self.country.name_zh)

    def home(self, word: str, at: int, code: str) -> None:
        """A node in China."""
        area = city_of(self.trip.origin).code
        self.trip.add_raw(Node(at, code, self._text(word, self.country.gateway.name), area))

    def abroad(self, word: str, at: int, code: str, city: ForeignCity) -> None:
        """A node in the destination country, in its own time."""
        english = self.trip.carrier.code in ENGLISH
        place = city.name if english else city.name_zh
        named = (
            f"{city.name}, {self.country.name}"
            if english
            else (f"{self.country.name_zh},{city.name_zh}")
        )
        text = self._text(word, place)
        offset = offset_at(city.zone, at)
        self.trip.add_raw(Node(at, code, text, "", named, offset))

    def collect(self, booked_at: int, *, unsent: bool) -> int:
        """Accepted and picked up."""
        trip, rng = self.trip, self.rng
        accepted = booked_at + rng.randrange(120, 1500)
        trip.note_order(accepted, 1)
        trip.add(Step.ORDERED, accepted + 60, trip.origin)
        picked = within(accepted + between(rng, 1.5, 5), PICKUP_HOURS, rng)
        if unsent:
            trip.note_order(picked, 11)
            trip.note_order(picked + DAY, 99)
            return picked
        trip.add(Step.PICKED, picked, trip.origin)
        trip.note_order(picked + 60, 10)
        trip.note_order(picked + between(rng, 4, 9), 15)
        return picked

    def leave(self, at: int) -> int:
        """To the gateway, through export customs, onto the aircraft."""
        rng, pace = self.rng, self.pace
        at += int(between(rng, 3, 9) * pace)
        self.home("origin_out", at, "0")
        self.trip.note_order(at + 60, 101)
        at += int(between(rng, 6, 20) * pace)
        self.home("export_in", at, "1002")
        at += between(rng, 0.5, 2)
        self.home("export_wait", at, "10")
        if self.held.random() < EXPORT_HELD_RATE:
            at += between(rng, 3, 9)
            self.home("export_held", at, "13")
            at += between(rng, 20, 70)
        at += int(between(rng, 2, 12) * pace)
        self.home("export_done", at, "12")
        at += int(between(rng, 3, 26) * pace)
        self.home("flown", at, "1002")
        return at

    def enter(self, at: int) -> int:
        """Landing and import customs; returns the arrival at the delivering facility."""
        rng, gate = self.rng, self.country.gateway
        at += int(self.country.flight_hours * HOUR) + between(rng, 1, 4)
        self.abroad("landed", at, "1001", gate)
        at += between(rng, 1, 4)
        self.abroad("import_wait", at, "10", gate)
        at += int(between(rng, 1, 8) * self.pace)
        self.abroad("import_run", at, "11", gate)
        if self.held.random() < IMPORT_HELD_RATE:
            at += between(rng, 2, 8)
            self.abroad("import_held", at, "13", gate)
            at += between(rng, 24, 110)
        at += int(between(rng, 2, 20) * self.pace)
        self.abroad("import_done", at, "12", gate)
        at += int(between(rng, 6, 40) * self.pace)
        self.abroad("local_in", at, "0", self.city)
        return at

    def deliver(self, at: int, ending: str) -> None:
        """The last mile and its end."""
        at = self._dispatch(at)
        if ending == "retried":
            at += between(self.rng, 1, 5)
            self.abroad("failed", at, "204", self.city)
            at = self._dispatch(at + 3 * HOUR)
            self._signed("sign_self", at + between(self.rng, 1, 6), "302")
        elif ending == "station":
            at += between(self.rng, 2, 6)
            self.abroad("held_point", at, "501", self.city)
            self._signed("sign_point", at + between(self.rng, 3, 50), "304")
        elif ending == "overdue":
            self.abroad("overdue", at + 8 * DAY, "201", self.city)
        elif ending == "refused":
            self._refused(at + between(self.rng, 1, 6))
        else:
            code = "303" if ending == "proxy" else "301"
            self._signed(f"sign_{ending}", at + between(self.rng, 1, 7), code)

    def _dispatch(self, at: int) -> int:
        offset = offset_at(self.city.zone, at)
        local = (at + offset) % DAY
        at += (int(8.5 * HOUR) - local) % DAY + between(self.rng, 0, 1.5)
        self.abroad("dispatch", at, "5", self.city)
        self.trip.note_order(at + 60, 400)
        return at

    def _signed(self, word: str, at: int, code: str) -> None:
        self.abroad(word, at, code, self.city)
        self.trip.note_order(at + 60, 13)

    def _refused(self, at: int) -> None:
        self.abroad("refused", at, "203", self.city)
        at += DAY
        self.abroad("back", at, "6", self.city)
        at += 9 * DAY + between(self.rng, 0, 90)
        area = self.trip.origin.code
        self.trip.add_raw(Node(at, "4", self._text("back_signed", ""), area))
        self.trip.note_order(at + 60, 12)
