"""On the road: a hub that jams, customs, another carrier for the last stretch."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.baidiyun.models import ApiCall, InboxRow
from config.drill.report import Chapter, Step, Unmet
from config.drill.stage import Role, Stage

JAMMED = Role("jammed", "yunda", "self", hours=44, after_hours=30)
ABROAD = Role("abroad", "usps", "self", hours=30, abroad=True, shows="13")
PASSED_ON = Role("passed_on", "shentong", "handed_over", hours=24)


def set_out(stage: Stage) -> str:
    """Send the chapter's parcels off, so that they travel while others are watched."""
    roles = (JAMMED, ABROAD, PASSED_ON)
    for role in roles:
        stage.order(f"DRILL-{role.name}", carrier=role.carrier, abroad=role.abroad)
    numbers = [stage.steer(role, stage.booked(f"DRILL-{role.name}")) for role in roles]
    return ", ".join(numbers)


def jam(stage: Stage) -> str:
    """Wait until silence made the portal ask by itself, then for the delivery."""
    shipment_id = stage.parcel(JAMMED.name).shipment_id
    asked = ApiCall.objects.filter(product="query", subject=shipment_id)
    stage.until(asked.exists, what="a question about the silent parcel")
    polls = asked.count()
    stage.stands(JAMMED.name, "delivered")
    return f"asked {polls}×, {stage.told_exactly(JAMMED.name)}"


def customs(stage: Stage) -> str:
    """Wait for a parcel abroad; customs must have held and released it."""
    stage.stands(ABROAD.name, "delivered")
    codes = stage.codes(ABROAD.name)
    told = stage.told_exactly(ABROAD.name)
    kept = [code for code in codes if code in {"10", "11", "12", "13"}]
    if "13" not in kept or "12" not in kept:
        raise Unmet(f"codes {codes}")
    return f"{'→'.join(kept)}, {told}"


def hand_over(stage: Stage) -> str:
    """Wait for a parcel that another carrier delivers."""
    stage.stands(PASSED_ON.name, "delivered")
    codes = stage.codes(PASSED_ON.name)
    if "7" not in codes:
        raise Unmet(f"codes {codes}")
    return f"{'→'.join(codes[-4:])}, {stage.told_exactly(PASSED_ON.name)}"


def nothing_left(stage: Stage) -> str:
    """Nothing stored may be left unread or unreadable."""
    stage.until(
        lambda: not InboxRow.objects.filter(state="pending").exists(), what="an empty inbox"
    )
    parked = InboxRow.objects.filter(state="parked").count()
    if parked:
        raise Unmet(f"{parked} parked")
    return f"{InboxRow.objects.count()} callbacks, 0 waiting, 0 parked"


SET_OUT = Chapter(
    "set_out",
    _("Long journeys begin"),
    (
        Step(
            "set_out",
            _("One parcel will wait in a jammed hub, one crosses a border, one changes hands."),
            _("a number of each"),
            set_out,
            look="worker",
        ),
    ),
)
ROAD = Chapter(
    "road",
    _("On the road"),
    (
        Step(
            "hub_jam",
            _("A hub jams: the parcel stands still for a day, and the portal asks by itself."),
            _("asked without a push, then delivered"),
            jam,
            look="worker",
        ),
        Step(
            "hand_over",
            _("The carrier hands the parcel to another one for the last stretch."),
            _("the hand-over in the track, delivered"),
            hand_over,
        ),
        Step(
            "customs",
            _("Customs in the destination country wants papers, then lets the parcel go."),
            _("held and cleared in the track, delivered"),
            customs,
        ),
        Step(
            "inbox",
            _("Everything the carriers told us has been read."),
            _("nothing waiting, nothing unreadable"),
            nothing_left,
        ),
    ),
    needs=("set_out",),
)
