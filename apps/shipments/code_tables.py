"""What codes of other houses mean: the posts' EMSEVT, 17TRACK, AfterShip, 快递鸟.

Sources as in the field notes (customs.md §4.1): EMSEVT events of UPU, 17TRACK v2 sub-statuses,
AfterShip tags and sub-tags, 快递鸟's states. Each line: code, status, substatus, customs phase.
A code whose meaning is not beyond doubt is left out: it lands in the queue that operators clear.
"""

from __future__ import annotations

UPU, TRACK17, AFTERSHIP, KDNIAO = "upu", "17track", "aftership", "kdniao"

_UPU = """
EMA picked_up
EMB in_transit
EXA customs pending pending
EXB customs held held
EXC customs cleared released
EXD exception stuck
EXX exception
EMC in_transit
EMJ in_transit
EMK in_transit
EMD in_transit
EDA exception stuck
EDB customs pending pending
EME customs held held
EDC customs cleared released
EMF in_transit
EDD in_transit
EDE in_transit
EDF at_destination
EDG out_for_delivery
EDH ready_for_pickup
EMG at_destination
EMH attempt_failed
EMI delivered
EDX exception detained refused
"""
_TRACK17 = """
InfoReceived created
InTransit in_transit
InTransit_PickedUp picked_up
InTransit_Departure in_transit
InTransit_Arrival in_transit
InTransit_Other in_transit
InTransit_CustomsProcessing customs processing processing
InTransit_CustomsReleased customs cleared released
InTransit_CustomsRequiringInformation customs held info_required
AvailableForPickup ready_for_pickup
AvailableForPickup_Other ready_for_pickup
OutForDelivery out_for_delivery
OutForDelivery_Other out_for_delivery
DeliveryFailure attempt_failed
DeliveryFailure_Other attempt_failed other
DeliveryFailure_NoBody attempt_failed unreachable
DeliveryFailure_Security attempt_failed other
DeliveryFailure_Rejected refused
DeliveryFailure_InvalidAddress attempt_failed other
Delivered delivered
Delivered_Other delivered
Exception exception
Exception_Other exception
Exception_Returning returning
Exception_Returned returned
Exception_NoBody attempt_failed unreachable
Exception_Security exception detained
Exception_Damage exception damaged
Exception_Rejected refused
Exception_Delayed exception overdue
Exception_Lost exception lost
Exception_Destroyed exception damaged
Exception_Cancel cancelled
Expired expired
"""
_AFTERSHIP = """
InfoReceived created
InfoReceived_001 created
InTransit in_transit
InTransit_001 in_transit
InTransit_002 picked_up
InTransit_003 in_transit
InTransit_004 in_transit
InTransit_005 customs cleared released
InTransit_006 customs processing processing
InTransit_007 in_transit
OutForDelivery out_for_delivery
OutForDelivery_001 out_for_delivery
AttemptFail attempt_failed
AttemptFail_001 attempt_failed
AttemptFail_002 attempt_failed unreachable
AvailableForPickup ready_for_pickup
AvailableForPickup_001 ready_for_pickup
Delivered delivered
Delivered_001 delivered
Delivered_002 delivered self
Delivered_003 delivered self
Exception exception
Exception_001 exception
Exception_003 refused
Exception_004 customs held held
Exception_006 customs held info_required
Exception_010 returning
Exception_011 returned
Exception_012 exception damaged
Exception_013 exception lost
Expired expired
Expired_001 expired
"""
_KDNIAO = """
1 picked_up
2 in_transit
201 at_destination
202 out_for_delivery
211 ready_for_pickup
3 delivered
301 delivered
302 delivered after_exception
304 delivered proxy
311 delivered locker
4 exception
402 exception overdue
403 exception stuck
404 refused
405 exception
406 returned
407 returning
412 exception overdue
601 customs pending pending
602 customs processing processing
603 customs cleared released
604 customs held held
"""
LINES: dict[str, str] = {UPU: _UPU, TRACK17: _TRACK17, AFTERSHIP: _AFTERSHIP, KDNIAO: _KDNIAO}


def read_lines(block: str) -> list[tuple[str, str, str, str]]:
    """Return (code, status, substatus, phase) of each line of a table."""
    found = []
    for line in block.strip().splitlines():
        code, status, *more = line.split()
        substatus, phase = [*more, "", ""][:2]
        found.append((code, status, substatus, phase))
    return found
