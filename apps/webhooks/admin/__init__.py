"""The faces of webhooks."""

from apps.webhooks.admin.deliveries import DeliveryAdmin
from apps.webhooks.admin.endpoints import EndpointAdmin
from apps.webhooks.admin.messages import MessageAdmin

__all__ = ["DeliveryAdmin", "EndpointAdmin", "MessageAdmin"]
