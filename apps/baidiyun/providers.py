"""Two platforms behind one interface, so that a service can change from one to the other.

A provider asks for exactly one number and answers typed; it stores nothing and repeats nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from apps.baidiyun.choices import Product
from apps.baidiyun.client import call_kd100
from apps.baidiyun.credentials import credentials_for, kd100_credentials
from apps.baidiyun.errors import CallFailed, InvalidRequest
from apps.baidiyun.products import detection, kd100, tracking
from apps.baidiyun.products.common import Reply, no_data
from apps.baidiyun.products.detection import Guess
from apps.baidiyun.products.snapshot import Snapshot
from apps.baidiyun.services.asking import ask, refused_before_sending, settle, unanswered

T = TypeVar("T")


class Provider(Protocol):
    """What every platform can do for us. Raises NotConfigured where it has no credentials."""

    name: str

    def query_tracking(
        self, *, carrier: str, number: str, phone: str = "", from_: str = "", to: str = ""
    ) -> Reply[Snapshot]:
        """Return the track of a number."""

    def detect(self, *, number: str) -> Reply[tuple[Guess, ...]]:
        """Return the carriers a number may belong to, best guess first."""

    def subscribe(
        self, *, carrier: str, number: str, callback_url: str, salt: str = "", phone: str = ""
    ) -> Reply[None]:
        """Ask to be told about a number; kd100.com has no salt."""


class BaidiyunProvider:
    """The carrier cloud itself."""

    name = "baidiyun"

    def __init__(self, mode: str) -> None:
        self.mode = mode

    def query_tracking(
        self, *, carrier: str, number: str, phone: str = "", from_: str = "", to: str = ""
    ) -> Reply[Snapshot]:
        """Ask query.do at level 4."""
        who = credentials_for(self.mode)
        return ask(
            product=Product.QUERY,
            mode=self.mode,
            build=lambda: tracking.build_query(
                key=who.key,
                customer=who.customer,
                carrier=carrier,
                number=number,
                phone=phone,
                from_=from_,
                to=to,
            ),
            read=tracking.read_query,
            message="query.answer",
        )

    def detect(self, *, number: str) -> Reply[tuple[Guess, ...]]:
        """Ask autonumber/auto."""
        key = credentials_for(self.mode).key
        return ask(
            product=Product.DETECT,
            mode=self.mode,
            build=lambda: detection.build_detect(key=key, number=number),
            read=detection.parse_detection,
            message="detect.answer",
        )

    def subscribe(
        self, *, carrier: str, number: str, callback_url: str, salt: str = "", phone: str = ""
    ) -> Reply[None]:
        """Subscribe at poll."""
        key = credentials_for(self.mode).key
        return ask(
            product=Product.SUBSCRIBE,
            mode=self.mode,
            build=lambda: tracking.build_subscribe(
                key=key,
                carrier=carrier,
                number=number,
                callback_url=callback_url,
                salt=salt,
                phone=phone,
            ),
            read=no_data,
        )


class Kd100Provider:
    """kd100.com, the second source."""

    name = "kd100"

    def __init__(self, mode: str) -> None:
        self.mode = mode

    def query_tracking(
        self, *, carrier: str, number: str, phone: str = "", from_: str = "", to: str = ""
    ) -> Reply[Snapshot]:
        """Ask tracking/realtime."""
        who = kd100_credentials(self.mode)
        return self._ask(
            Product.KD100_QUERY,
            lambda: kd100.build_realtime(
                api_key=who.key,
                secret=who.secret,
                carrier=carrier,
                number=number,
                phone=phone,
                from_=from_,
                to=to,
            ),
            kd100.parse_realtime,
            "kd100.realtime.answer",
        )

    def detect(self, *, number: str) -> Reply[tuple[Guess, ...]]:
        """Ask carriers/detect."""
        who = kd100_credentials(self.mode)
        return self._ask(
            Product.KD100_DETECT,
            lambda: kd100.build_detect(api_key=who.key, secret=who.secret, number=number),
            kd100.parse_detection,
            "kd100.detect.answer",
        )

    def subscribe(
        self, *, carrier: str, number: str, callback_url: str, salt: str = "", phone: str = ""
    ) -> Reply[None]:
        """Subscribe at tracking/create; ``salt`` is not used: the webhook is not signed by us."""
        who = kd100_credentials(self.mode)
        return self._ask(
            Product.KD100_SUBSCRIBE,
            lambda: kd100.build_create(
                api_key=who.key,
                secret=who.secret,
                carrier=carrier,
                number=number,
                webhook_url=callback_url,
                phone=phone,
            ),
            no_data,
            "",
        )

    def _ask(
        self,
        product: Product,
        build: Callable[[], kd100.JsonRequest],
        read: Callable[[Any], T],
        message: str,
    ) -> Reply[T]:
        try:
            answer, _ = call_kd100(product=product, mode=self.mode, request=build())
        except InvalidRequest as error:
            return refused_before_sending(error)
        except CallFailed as error:
            return unanswered(error)
        return settle(product=product, answer=answer, read=read, message=message)


PROVIDERS: dict[str, Callable[[str], Provider]] = {
    BaidiyunProvider.name: BaidiyunProvider,
    Kd100Provider.name: Kd100Provider,
}


def provider_for(name: str, *, mode: str) -> Provider:
    """Return a platform by name; raises KeyError for one nobody wrote."""
    return PROVIDERS[name](mode)
