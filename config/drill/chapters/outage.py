"""A hub goes out for three days: one incident gathers what stalls there, and all of it clears."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts import choices as accounts
from apps.accounts.models import User
from apps.core import clock
from apps.exceptions import services as desk
from apps.exceptions.choices import CaseMove, CloseReason, IncidentState
from apps.exceptions.models import Case, Incident
from apps.exceptions.models.case import IS_LIVE
from apps.notifications.models import Notice
from apps.orders.models import Booking
from apps.sandbox import services as world
from apps.sandbox.services.outages import find_hub
from apps.shipments.choices import TERMINAL_STATUSES
from apps.shipments.models import Shipment
from config.drill.chapters.peak import HOUR_SPEED, SHOPPERS, place_surely
from config.drill.report import Chapter, Step, Unmet
from config.drill.stage import Role, Stage

HUB = "330100"
"""Hangzhou, where all shops of the drill send from."""
FIRST, PARCELS = 10_000, 150
OUT_HOURS, LIFE_HOURS = 74.0, 30.0
SPEED = 2_400.0
MOST_TOLD = 3
GATHERED_SHARE = 0.9
BOOK_SECONDS, FOUND_SECONDS, CLEAR_SECONDS, ANSWER_SECONDS = 120.0, 240.0, 300.0, 180.0


def go_out(stage: Stage) -> str:
    """Have parcels on their way and put the hub out that all of them pass."""
    stage.set_faults()
    stage.change_speed(HOUR_SPEED)
    with ThreadPoolExecutor(SHOPPERS) as shoppers:
        taken = sum(shoppers.map(lambda n: place_surely(stage, n), range(FIRST, FIRST + PARCELS)))
    if taken != PARCELS:
        raise Unmet(f"{taken} of {PARCELS} orders")
    numbers = [f"PEAK-{n}" for n in range(FIRST, FIRST + PARCELS)]
    rows = Booking.objects.filter(parcel__order__number__in=numbers).exclude(task_id="")
    stage.until(lambda: rows.count() >= PARCELS, what="every order booked", seconds=BOOK_SECONDS)
    life = Role("outage", "", "self", hours=LIFE_HOURS)
    stage.notes["outage_numbers"] = [stage.steer(life, booking) for booking in rows.iterator()]
    place = find_hub(HUB)
    world.put_hub_out(hub=place.code, hours=OUT_HOURS)
    stage.notes |= {"outage_at": clock.now(), "incidents": _incidents(), "notices": _notices()}
    stage.change_speed(SPEED)
    return f"{PARCELS} parcels, {place.name} out for {OUT_HOURS:.0f} h"


def gathered(stage: Stage) -> str:
    """Wait until one incident of the hub holds what stalls there."""
    began: dict[str, float] = {}

    def look() -> bool:
        if "case" not in began and _stalled(stage).exists():
            began["case"] = time.monotonic()
        if "incident" not in began and _of_the_hub().exists():
            began["incident"] = time.monotonic()
        total = _stalled(stage).count()
        held = _stalled(stage).filter(incident__in=_of_the_hub()).count()
        return total >= PARCELS // 2 and held >= GATHERED_SHARE * total

    stage.until(look, what=f"an incident of hub {HUB}", seconds=FOUND_SECONDS)
    incident = _of_the_hub().order_by("id")[0]
    first = _stalled(stage).order_by("opened_at")[0].opened_at
    delay = max(0.0, began["incident"] - began["case"])
    stage.figures |= {
        "outage_detected_s": round(delay, 1),
        "outage_detected_world_min": round((incident.opened_at - first) / dt.timedelta(minutes=1)),
        "outage_gathered_s": round(time.monotonic() - began["case"], 1),
    }
    return (
        f"{_stalled(stage).filter(incident=incident).count()} of {_stalled(stage).count()} cases,"
        f" {delay:.0f} s after the first case"
    )


def cleared(stage: Stage) -> str:
    """Wait until the hub has worked off what piled up, nothing stalls and the incident is over.

    What a delay leaves behind, such as a promise missed, stays a case for somebody to answer.
    """

    def look() -> bool:
        return not _stalling(stage).exists() and not _of_the_hub().exists()

    try:
        stage.until(look, what="all cleared", seconds=CLEAR_SECONDS)
    except Unmet as unmet:
        left = dict(Counter(_stalling(stage).values_list("rule__code", flat=True)))
        states = list(Incident.objects.values_list("state", "cases_count"))
        raise Unmet(f"{unmet}; {left} live, {states}") from unmet
    cases, others = _stalled(stage).count(), _cases(stage).exclude(rule__code__startswith="stalled")
    left = dict(Counter(others.filter(IS_LIVE).values_list("rule__code", flat=True)))
    stage.figures |= {"outage_cases": cases, "outage_left": 0, "outage_others": others.count()}
    return f"{cases} of the hub, all closed; {others.count()} others, of these live: {left or 0}"


def answered(stage: Stage) -> str:
    """Have an operator answer in one move what the delay left behind, once no parcel moves.

    A promise missed does not clear by itself: somebody tells the customer.
    """
    under_way = _shipments(stage).exclude(status__in=TERMINAL_STATUSES)
    stage.until(lambda: not under_way.exists(), what="every parcel ended", seconds=ANSWER_SECONDS)
    operator, _made = User.objects.get_or_create(username="drill-operator")
    operator.groups.add(Group.objects.get(name=accounts.Role.OPERATOR.value))
    left = _cases(stage).filter(IS_LIVE)
    taken = 0

    def look() -> bool:
        nonlocal taken
        ids = list(left.values_list("pk", flat=True))
        found = desk.preview_bulk(user=operator, move=CaseMove.RESOLVE, case_ids=ids)
        if found.chosen:
            reason = {"reason": CloseReason.CUSTOMER_INFORMED.value}
            desk.start_bulk(
                user=operator, move=CaseMove.RESOLVE, chosen=found.chosen, values=reason
            )
            taken += len(found.chosen)
            stage.until(lambda: not left.filter(pk__in=ids).exists(), what="the move done")
        return not left.exists()

    stage.until(look, what="every case answered", seconds=ANSWER_SECONDS)
    stage.figures |= {"outage_answered": taken, "outage_live_at_the_end": left.count()}
    return f"{taken} answered, {left.count()} live"


def told(stage: Stage) -> str:
    """One incident and at most three messages came of it."""
    incidents = _incidents() - stage.notes["incidents"]
    notices = _notices() - stage.notes["notices"]
    stage.figures |= {"outage_incidents": incidents, "outage_notices": notices}
    if incidents != 1 or notices > MOST_TOLD:
        names = list(Incident.objects.values_list("cause", "key", "state", "peak"))
        raise Unmet(f"{incidents} incidents, {notices} messages: {names}")
    kinds = Notice.objects.filter(kind__startswith="incident.").order_by("-id")
    return f"1, {notices}: {', '.join(row.kind for row in reversed(kinds[:notices]))}"


def _shipments(stage: Stage) -> QuerySet[Shipment]:
    return Shipment.objects.filter(number__in=stage.notes["outage_numbers"])


def _cases(stage: Stage) -> QuerySet[Case]:
    return Case.objects.filter(
        shipment__in=_shipments(stage), opened_at__gte=stage.notes["outage_at"]
    )


def _stalling(stage: Stage) -> QuerySet[Case]:
    return _cases(stage).filter(IS_LIVE, rule__code__startswith="stalled")


def _stalled(stage: Stage) -> QuerySet[Case]:
    return _cases(stage).filter(hub__startswith=HUB[:4], rule__code__startswith="stalled")


def _of_the_hub() -> QuerySet[Incident]:
    rows = Incident.objects.exclude(state=IncidentState.RESOLVED.value)
    return rows.filter(key=HUB[:4])


def _incidents() -> int:
    return Incident.objects.count()


def _notices() -> int:
    return Notice.objects.filter(kind__startswith="incident.").count()


OUTAGE = Chapter(
    "outage",
    _("A hub goes out"),
    (
        Step(
            "out",
            _("Parcels of six carriers are on their way when the hub they pass goes out."),
            _("all of them ordered and booked"),
            go_out,
            look="worker",
        ),
        Step(
            "gathered",
            _("The parcels stall; the rules open cases and one incident gathers them."),
            _("an incident of that hub with the cases in it"),
            gathered,
            look="worker",
        ),
        Step(
            "cleared",
            _("The hub works again; the parcels move, the cases close, the incident ends."),
            _("nothing stalls any more, no incident left"),
            cleared,
            look="worker",
        ),
        Step(
            "answered",
            _("An operator answers in one move what the delay left behind."),
            _("every parcel ended, not one case of theirs live"),
            answered,
            look="worker",
        ),
        Step("told", _("Staff heard of it."), _("one incident, at most three messages"), told),
    ),
)
