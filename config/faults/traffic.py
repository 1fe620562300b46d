"""What goes on in the portal meanwhile: orders that are booked, parcels that report."""

from __future__ import annotations

import itertools
import threading

import requests

from config.drill.bodies import order_body
from config.faults.ground import Ground

AT_ONCE = 60
EVERY_SECONDS = 2.0
ASK_SECONDS = 10.0
CARRIERS = ("yuantong", "zhongtong", "shunfeng", "yunda")


class Traffic(threading.Thread):
    """Places orders until stopped: many at first, so that callbacks flow, then one in two s.

    An order the portal cannot take is the fault's business, not ours; it is only counted.
    """

    def __init__(self, made: Ground) -> None:
        super().__init__(daemon=True)
        self.made = made
        self.taken = self.refused = 0
        self.stopping = threading.Event()

    def run(self) -> None:
        """Order, wait, order."""
        for index in itertools.count():
            self._order(index)
            if index >= AT_ONCE and self.stopping.wait(EVERY_SECONDS):
                return

    def _order(self, index: int) -> None:
        number = f"FAULTS-{index}"
        key = self.made.keys[index % len(self.made.keys)]
        try:
            answer = requests.post(
                f"{self.made.web}/api/v1/orders",
                json=order_body(number, carrier=CARRIERS[index % len(CARRIERS)], index=index),
                headers={"Authorization": f"Bearer {key}", "Idempotency-Key": number},
                timeout=ASK_SECONDS,
            )
        except requests.RequestException:
            self.refused += 1
            return
        if answer.status_code == 201:
            self.taken += 1
        else:
            self.refused += 1
