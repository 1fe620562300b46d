"""How parcels end: every kind of signer, and what goes back."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from config.drill.report import Chapter, Step, Words
from config.drill.stage import Role, Stage

ROLES = {
    "self": Role("self", "yuantong", "self", hours=14),
    "proxy": Role("proxy", "zhongtong", "proxy", hours=14),
    "locker": Role("locker", "shunfeng", "station", hours=14),
    "retried": Role("retried", "yunda", "retried", hours=18),
    "damaged": Role("damaged", "jtexpress", "damaged", hours=24),
    "refused": Role("refused", "ems", "refused", hours=24),
    "uncollected": Role("uncollected", "yuantong", "uncollected", hours=24),
}


def send_off(names: tuple[str, ...]) -> Callable[[Stage], str]:
    """Order the parcels of the chapter all at once and steer each to its end."""

    def act(stage: Stage) -> str:
        roles = [ROLES[name] for name in names]
        for index, role in enumerate(roles):
            stage.order(f"DRILL-{role.name}", carrier=role.carrier, shop=index)
        numbers = [stage.steer(role, stage.booked(f"DRILL-{role.name}")) for role in roles]
        return ", ".join(numbers)

    return act


def ends(name: str, status: str, substatus: str = "", code: str = "") -> Callable[[Stage], str]:
    """Wait for the end of a role's parcel and compare its whole track with the world's."""

    def act(stage: Stage) -> str:
        shown = stage.stands(name, status, substatus)
        told = stage.told_exactly(name)
        return f"{shown['status_text']}, {told}"

    return act


def ending(name: str, says: Words, expects: Words, status: str, substatus: str = "") -> Step:
    """A step that waits for one parcel's end."""
    return Step(name, says, expects, ends(name, status, substatus))


SIGNERS = (
    ending(
        "self",
        _("Signed by the recipient in person."),
        _("delivered to the recipient, every event once"),
        "delivered",
        "self",
    ),
    ending(
        "proxy",
        _("Handed to somebody else at the address."),
        _("delivered to somebody else, every event once"),
        "delivered",
        "proxy",
    ),
    ending(
        "locker",
        _("Put into a locker or station and collected there."),
        _("collected, every event once"),
        "delivered",
        "locker",
    ),
)
RETURNS = (
    ending(
        "retried",
        _("Nobody at home; delivered on the next round."),
        _("delivered after an exception, every event once"),
        "delivered",
        "after_exception",
    ),
    ending(
        "refused",
        _("Refused at the door, so it travels back to the shop."),
        _("returned, every event once"),
        "returned",
    ),
    ending(
        "uncollected",
        _("Nobody fetches it from the station; it goes back."),
        _("returned, every event once"),
        "returned",
    ),
    ending(
        "damaged",
        _("Found damaged on the last stretch; the shop takes it back."),
        _("returned, every event once"),
        "returned",
    ),
)
OFF = _("Parcels leave for the same cities, each with another end before it.")
ON_ROAD = _("a number of each")
DOORSTEP_SHORT = Chapter(
    "doorstep",
    _("At the door"),
    (Step("send_off", OFF, ON_ROAD, send_off(("self", "proxy", "locker")), "worker"), *SIGNERS),
)
DOORSTEP = Chapter(
    "doorstep",
    _("At the door"),
    (Step("send_off", OFF, ON_ROAD, send_off(tuple(ROLES)), "worker"), *SIGNERS, *RETURNS),
)
