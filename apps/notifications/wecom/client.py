"""The thin client: one POST to a robot. Its key never stands in a log, an error or a repr."""

from __future__ import annotations

import orjson

from apps.core.http import AddressRefused, HttpFailure, Outbound
from apps.core.within import TookTooLong, within
from apps.notifications import reasons
from apps.notifications.outcome import Outcome, Verdict
from apps.notifications.wecom.build import Body
from apps.notifications.wecom.parse import parse_answer

PATH = "/cgi-bin/webhook/send"
SOCKET_SECONDS, HARD_SECONDS = 4.0, 6.0
GUARDED, OPEN = Outbound(), Outbound(allow_private=True)


def send_to_robot(
    *, name: str, key: str, base_url: str, body: Body, allow_private: bool
) -> Outcome:
    """Send one message and return what came of it; nothing is raised.

    Takes six seconds at most. Only a sandbox robot may live at a private address.
    """
    address = f"{base_url.rstrip('/')}{PATH}?key={key}"
    client = OPEN if allow_private else GUARDED
    raw = orjson.dumps(body)

    def post() -> Outcome:
        answer = client.post_json(address, raw, timeout=SOCKET_SECONDS)
        return parse_answer(answer.status, answer.text)

    try:
        return within(HARD_SECONDS, f"robot {name}", post)
    except TookTooLong:
        return Outcome(Verdict.LATER, None, reasons.NO_ANSWER)
    except AddressRefused:
        return Outcome(Verdict.LATER, None, reasons.PRIVATE)
    except HttpFailure as failure:
        why = reasons.NO_ANSWER if failure.sent else reasons.NO_CONNECTION
        return Outcome(Verdict.LATER, None, why)
    except (OSError, ValueError):
        return Outcome(Verdict.LATER, None, reasons.NO_CONNECTION)
