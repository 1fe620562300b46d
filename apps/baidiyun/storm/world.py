"""The work that goes on during a storm: parcels come in, are booked, followed, asked for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from apps.baidiyun import services
from apps.baidiyun.choices import Mode, QueryResult, SubscriptionState, Topic
from apps.baidiyun.limits.choices import LadderStep, Priority
from apps.baidiyun.limits.pacing import jittered
from apps.baidiyun.models import Subscription
from apps.baidiyun.outcomes import BookingAnswer
from apps.baidiyun.products.pickup import Party, PickupRequest

MODE = Mode.SANDBOX.value
CARRIER = "yuantong"
FIRST_SUBJECT = 8_000_000_000
KNOWN_PARCELS = 240
FIRST_DELAY, LONGEST_DELAY = 5.0, 120.0
SENDER = Party("发件人", "13800000000", "广东省深圳市南山区科技园1号")
RECIPIENT = Party("收件人", "13900000000", "江苏省苏州市相城区北桥街道1号")


@dataclass
class Wish:
    """A booking that waits: when it may be sent next (script seconds) and how often it was."""

    name: str
    subject: int
    next_at: float
    sends: int = 0


@dataclass
class StormWorld:
    """What a shop and its staff want from the gateway; every wish stays until it is fulfilled."""

    wishes: list[Wish] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    booked: dict[str, str] = field(default_factory=dict)
    held_bookings: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    polls: Counter[str] = field(default_factory=Counter)
    without_date: int = 0
    known: set[int] = field(default_factory=set)
    _people: int = 0
    _polled: int = 0
    _parcels: int = 0

    def new_parcel(self, second: float) -> None:
        """A parcel wants a pickup and a subscription."""
        self._parcels += 1
        subject = FIRST_SUBJECT + 10_000 + self._parcels
        name = f"STORM{self._parcels:06d}"
        self.names.append(name)
        self.wishes.append(Wish(name, subject, second))
        services.subscribe_tracking(
            subject=subject, carrier=CARRIER, number=f"YT8{self._parcels:09d}", mode=MODE
        )

    def book(self, second: float) -> None:
        """Send every booking that is due; what was held back was not sent and does not count."""
        for wish in [wish for wish in self.wishes if wish.next_at <= second]:
            answer = services.book_pickup(request=_request(wish), mode=MODE)
            if answer.ok:
                self.booked[wish.name] = answer.order_id
                self.wishes.remove(wish)
            else:
                self._postpone(wish, answer, second)

    def ask(self, *, known: int, priority: Priority) -> QueryResult:
        """Ask for a parcel the portal knows already."""
        outcome = services.query_tracking(
            subject=FIRST_SUBJECT + known,
            carrier=CARRIER,
            number=f"YT7{known:09d}",
            mode=MODE,
            priority=priority,
        )
        fresh = outcome.result in {QueryResult.STORED, QueryResult.UNCHANGED}
        if priority is Priority.WAITING and known in self.known and outcome.data_as_of is None:
            self.without_date += not fresh
        if fresh:
            self.known.add(known)
        return outcome.result

    def somebody_asks(self) -> None:
        """A customer waits at the telephone."""
        self._people += 1
        found = self.ask(known=self._people % KNOWN_PARCELS, priority=Priority.WAITING)
        self.answers[found.value] += 1

    def poll(self, step: LadderStep) -> None:
        """Ask for a silent parcel, and for every fourth a risky one; widened means half as many."""
        self._polled += 1
        if step is LadderStep.WIDENED and self._polled % 2:
            return
        priority = Priority.SILENT if self._polled % 4 else Priority.RISKY
        found = self.ask(known=KNOWN_PARCELS + self._polled, priority=priority)
        self.polls[found.value] += 1

    def unsubscribed(self) -> int:
        """Return how many numbers the platform does not follow yet."""
        rows = Subscription.objects.filter(
            topic=Topic.TRACKING.value, subject__gte=FIRST_SUBJECT, number__startswith="YT8"
        )
        return rows.exclude(state=SubscriptionState.ACTIVE.value).count()

    def _postpone(self, wish: Wish, answer: BookingAnswer, second: float) -> None:
        if answer.retry_after is not None:
            self.held_bookings += 1
            wish.next_at = second + answer.retry_after
            return
        wish.sends += 1
        wish.next_at = second + jittered(min(FIRST_DELAY * 2.0**wish.sends, LONGEST_DELAY))


def moment_of(start: dt.datetime, second: float) -> dt.datetime:
    """Return the scripted moment of a second."""
    return start + dt.timedelta(seconds=second)


def _request(wish: Wish) -> PickupRequest:
    return PickupRequest(
        subject=wish.subject,
        third_order_id=wish.name,
        carrier=CARRIER,
        recipient=RECIPIENT,
        sender=SENDER,
        cargo="衣物",
        weight_grams=1_000,
    )
