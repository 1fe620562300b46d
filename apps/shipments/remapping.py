"""What a stored node means once the meaning of its code has changed. Pure."""

from __future__ import annotations

from apps.shipments.choices import Certainty
from apps.shipments.codes import Meaning, meaning_of_stored
from apps.shipments.nodes import UNKNOWN, Row, withdrawn


def remap_row(row: Row) -> Row:
    """Return the row with what its code means now; a node without a code stays as it is.

    A node whose code was its snapshot's overall state keeps that lesser certainty, and words
    that take a signature back still count for more than the code: the same as if the node came
    today.
    """
    if not row.code:
        return row
    known = meaning_of_stored(row.code)
    meaning = known or UNKNOWN
    if known is not None and row.certainty == Certainty.STATE.value:
        meaning = Meaning(known.status, known.substatus, row.certainty)
    if "签收" in row.text:
        meaning = withdrawn(row.text, meaning)
    return row._replace(
        status=meaning.status, substatus=meaning.substatus, certainty=meaning.certainty
    )
