"""The stage: the portal by its API, the world by its tables, and waiting for either."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import requests
from django.db import close_old_connections
from django.utils.translation import get_language

from apps.baidiyun.models import InboxRow
from apps.core import clock
from apps.orders.models import Booking, Parcel
from apps.sandbox import services as world
from apps.sandbox.models import SandboxFault, SandboxParcel
from apps.sandbox.plan import Plan
from apps.shipments.models import Event, Shipment
from config.drill.bodies import order_body
from config.drill.processes import Processes
from config.drill.report import Unmet

SeenT = TypeVar("SeenT")
SPEED = 3600.0
"""World seconds a second, the most the world goes."""
API_SECONDS = 10
LOOK_SECONDS = 0.1
WANTED_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Role:
    """A parcel of the play: how it travels, how it ends, and over how many world hours.

    ``outcome`` as in the sandbox's ``Outcome``; ``shows`` a code its life must contain;
    ``after_hours`` is how long it rests before anything more happens.
    """

    name: str
    carrier: str
    outcome: str = "self"
    hours: float = 20.0
    after_hours: float = 0.0
    abroad: bool = False
    shows: str = ""


@dataclass
class Stage:
    """Everything a step may use.

    ``cast`` maps a role's name to its parcel's number, ``shops`` an order's to its shop;
    ``figures`` end in the summary.
    """

    processes: Processes
    keys: tuple[str, ...]
    patience: float = 45.0
    cast: dict[str, str] = field(default_factory=dict)
    shops: dict[str, int] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)

    def api(
        self, method: str, path: str, body: Any = None, *, repeat: str = "", shop: int = 0
    ) -> requests.Response:
        """Call the portal's public API as a shop's software does."""
        headers = {
            "Authorization": f"Bearer {self.keys[shop % len(self.keys)]}",
            "Accept-Language": get_language() or "en",
        }
        if repeat:
            headers["Idempotency-Key"] = repeat
        url = f"{self.processes.web}/api/v1{path}"
        return requests.request(method, url, json=body, headers=headers, timeout=API_SECONDS)

    def order(self, number: str, *, carrier: str, abroad: bool = False, shop: int = 0) -> str:
        """Place an order and return our id of it. Raises Unmet."""
        body = order_body(number, carrier=carrier, abroad=abroad)
        answer = self.api("POST", "/orders", body, repeat=number, shop=shop)
        if answer.status_code != 201:
            raise Unmet(f"POST /orders: {answer.status_code} {answer.text[:200]}")
        self.shops[number] = shop
        return str(answer.json()["id"])

    def until(
        self, question: Callable[[], SeenT | None], *, what: str, seconds: float = 0.0
    ) -> SeenT:
        """Ask until the answer is truthy and return it. Raises Unmet with ``what``."""
        deadline = time.monotonic() + (seconds or self.patience)
        while not (found := question()):
            if time.monotonic() > deadline:
                raise Unmet(f"not after {seconds or self.patience:g} s: {what}")
            time.sleep(LOOK_SECONDS)
            close_old_connections()
        return found

    def booking(self, number: str) -> Booking | None:
        """The newest booking of an order by the shop's number."""
        rows = Booking.objects.filter(parcel__order__number=number)
        return rows.select_related("parcel__shipment", "parcel__order").order_by("-pk").first()

    def booked(self, number: str) -> Booking:
        """Wait until the platform has an order and the world its parcel. Raises Unmet."""

        def look() -> Booking | None:
            booking = self.booking(number)
            return booking if booking is not None and booking.task_id else None

        return self.until(look, what=f"{number} booked")

    def world_number(self, booking: Booking) -> str:
        """The number the world gave a booking, also while the portal does not know it yet."""
        rows = SandboxParcel.objects.filter(order__task_id=booking.task_id)
        return rows.values_list("number", flat=True).get()

    def enter(self, role: Role) -> str:
        """Order, book and steer the parcel of a role; returns its number. Raises Unmet."""
        number = f"DRILL-{role.name}"
        self.order(number, carrier=role.carrier, abroad=role.abroad)
        return self.steer(role, self.booked(number))

    def steer(self, role: Role, booking: Booking) -> str:
        """Give a booked parcel its role's future; returns its number."""
        number = self.world_number(booking)
        world.steer_parcel(
            number=number,
            outcome=role.outcome,
            within_hours=role.hours,
            after_hours=role.after_hours,
            shows=role.shows,
        )
        self.cast[role.name] = number
        return number

    def shipment(self, name: str) -> dict[str, Any]:
        """What the API says of a role's parcel now; {} while it knows none."""
        shop = self.shops.get(f"DRILL-{name}", 0)
        answer = self.api("GET", f"/shipments/{self.cast[name]}", shop=shop)
        return dict(answer.json()) if answer.status_code == 200 else {}

    def stands(
        self, name: str, status: str, substatus: str = "", *, seconds: float = 0.0
    ) -> dict[str, Any]:
        """Wait until a role's parcel stands in a status; returns what the API shows."""
        shown: dict[str, Any] = {}

        def look() -> bool:
            shown.clear()
            shown.update(self.shipment(name))
            seen = (shown.get("status"), shown.get("substatus"))
            return seen[0] == status and substatus in {"", seen[1]}

        try:
            self.until(look, what=f"{status} {substatus}", seconds=seconds)
        except Unmet as unmet:
            seen = f"{shown.get('status')} {shown.get('substatus')}"
            raise Unmet(f"{unmet}; {self.cast[name]}: {seen}") from unmet
        return shown

    def plan(self, name: str) -> Plan:
        """The life the world has planned for a role's parcel."""
        return Plan.from_json(SandboxParcel.objects.get(number=self.cast[name]).plan)

    def codes(self, name: str) -> list[str]:
        """Codes of the events the portal has of a role's parcel, oldest first."""
        rows = events_of(self.cast[name]).order_by("occurred_at", "id")
        return [code for code in rows.values_list("code", flat=True) if code]

    def told_exactly(self, name: str) -> str:
        """Wait until every event of a finished parcel is in the portal once. Raises Unmet."""
        plan = self.plan(name)
        last: list[str] = []

        def look() -> bool:
            last[:] = differences(plan, self.cast[name], at=int(clock.now().timestamp()))
            return not last

        try:
            self.until(look, what="every event exactly once")
        except Unmet as unmet:
            raise Unmet(f"{unmet}: {'; '.join(last[:3])}") from unmet
        return f"{len(plan.nodes)}/{len(plan.nodes)}"

    def parcel(self, name: str) -> Parcel:
        """The portal's parcel of a role."""
        return Parcel.objects.select_related("order", "shipment").get(
            shipment__number=self.cast[name]
        )

    def callback(self, topic: str, subject: int) -> InboxRow:
        """Wait for an applied callback of a topic about a subject. Raises Unmet."""
        rows = InboxRow.objects.filter(topic=topic, subject=subject, state="applied")
        found = self.until(lambda: rows.order_by("-id").first(), what=f"a callback about {topic}")
        if found is None:
            raise Unmet(f"no callback about {topic}")
        return found

    def set_faults(self, **rates: float) -> None:
        """Switch faults on at their rates and every other one off."""
        for name in SandboxFault.objects.exclude(name__in=rates).values_list("name", flat=True):
            world.set_fault(name=name, rate=0)
        for name, rate in rates.items():
            world.set_fault(name=name, rate=rate)

    def change_speed(self, speed: float) -> None:
        """Let the world go on at another speed (world seconds a second). Raises Unmet."""
        world.set_speed(speed=speed)

        def look() -> bool:
            state = clock.world()
            return state is not None and state.speed == speed

        self.until(look, what=f"×{speed:g}")

    def now_s(self) -> int:
        """Business time in epoch seconds."""
        return int(clock.now().timestamp())

    def pause(self) -> None:
        """Wait until the world has looked at what is wanted of it."""
        time.sleep(WANTED_SECONDS)

    def world_hours_since(self, moment: dt.datetime) -> float:
        """World hours that have passed since a moment of business time."""
        return (clock.now() - moment).total_seconds() / 3600


def events_of(number: str) -> Any:
    """Every event the portal holds about a number."""
    ids = Shipment.objects.filter(number=number).values_list("id", flat=True)
    return Event.objects.filter(shipment_id__in=list(ids))


def differences(plan: Plan, number: str, *, at: int) -> list[str]:
    """What the world says happened by ``at`` (epoch s) and the portal lacks, or has twice."""
    happened = Counter((node.at, node.text.strip()) for node in plan.nodes_at(at))
    held = Counter(_known(events_of(number).values_list("occurred_at", "text", "original_text")))
    missing = [f"missing {text}" for (_, text), _n in (happened - held).items()]
    doubled = [f"twice {text}" for (_, text), count in held.items() if count > 1]
    return missing + doubled


def _known(rows: Iterable[tuple[dt.datetime, str, str]]) -> Iterable[tuple[int, str]]:
    return [(int(at.timestamp()), (original or text).strip()) for at, text, original in rows]
