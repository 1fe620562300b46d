"""What changes webhooks: endpoints, the outbox, deliveries."""

from apps.webhooks.services.cleaning import purge_messages
from apps.webhooks.services.comparing import compare_with_receivers
from apps.webhooks.services.endpoints import add_endpoint, switch_endpoint
from apps.webhooks.services.queueing import Draft, queue_messages
from apps.webhooks.services.resealing import reseal_endpoints
from apps.webhooks.services.sending import resend_delivery, send_due

__all__ = [
    "Draft",
    "add_endpoint",
    "compare_with_receivers",
    "purge_messages",
    "queue_messages",
    "reseal_endpoints",
    "resend_delivery",
    "send_due",
    "switch_endpoint",
]
