"""Raw messages as somebody reads them: masked, indented, cut where they are endless."""

from __future__ import annotations

import json

from apps.core.masking import mask_payload

SHOWN_CHARACTERS = 40_000


def pretty_payload(text: str, *, revealed: bool = False) -> str:
    """Return JSON text indented, names, phones and addresses masked unless revealed.

    Text that is no JSON comes back as it is, masked. JSON inside strings stays inside.
    """
    seen = text if revealed else mask_payload(text)
    try:
        pretty = json.dumps(json.loads(seen), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        pretty = seen
    return pretty if len(pretty) <= SHOWN_CHARACTERS else pretty[:SHOWN_CHARACTERS] + "\n…"
