"""Every enumeration of webhooks: value, label, colour."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.core.choices import LabelledEnum


class EndpointMode(LabelledEnum):
    """Which shipments an endpoint hears of; test and live never mix."""

    LIVE = "live", _("Live"), "success"
    SANDBOX = "sandbox", _("Sandbox"), "info"


class DeliveryState(LabelledEnum):
    """How far one message to one endpoint has come."""

    PENDING = "pending", _("Waiting"), "default"
    FAILED = "failed", _("Failed, tried again"), "warning"
    SENT = "sent", _("Acknowledged"), "success"
    GIVEN_UP = "given_up", _("Given up"), "danger"


class MessageKind(LabelledEnum):
    """What a message says; receivers must take kinds they do not know."""

    STATUS_CHANGED = "shipment.status_changed", _("Status of a parcel"), "info"
    DECLARATION_INCOMPLETE = (
        "declaration.incomplete",
        _("A declaration lacks something"),
        "warning",
    )
    DECLARATION_COMPLETE = "declaration.complete", _("A declaration is complete"), "info"
    DECLARATION_HELD = "declaration.held", _("Customs asks or holds"), "danger"
    DECLARATION_RELEASED = "declaration.released", _("Customs released it"), "success"
    DECLARATION_REFUSED = "declaration.refused", _("Customs refused it"), "danger"
    ORDER_HELD = "order.held", _("A compliance rule holds a parcel"), "danger"
    ORDER_RELEASED = "order.released", _("No rule holds the parcel any more"), "success"
    TEST = "test", _("Trial"), "default"
