"""Which role may do what, as a table: role → patterns over ``app.codename``."""

from __future__ import annotations

from fnmatch import fnmatchcase

from apps.accounts.choices import Role

READ_BUSINESS = ("orders.view_*", "shipments.view_*", "webhooks.view_*", "exceptions.view_flag")
TURN_SANDBOX = ("sandbox.view_sandboxcontrol", "sandbox.change_sandboxcontrol")
"""The sandbox's desk; such permissions exist only where the sandbox is installed."""

READ_PRODUCTS = ("customs.view_product", "customs.view_productimport")
KEEP_PRODUCTS = (
    *READ_PRODUCTS,
    "customs.add_product",
    "customs.change_product",
    "customs.add_hsconfirmation",
    "customs.add_productimport",
    "customs.change_productimport",
)
"""The product master: its fields, papers, confirmed HS codes, and files of products."""

DECLARE = (
    "customs.view_*",
    "customs.add_exporter",
    "customs.change_exporter",
    "customs.change_consignment",
    "customs.change_declaration",
    "customs.answer_customs",
    "customs.add_hsconfirmation",
    "customs.change_hsconfirmation",
    "customs.*_certificate",
    "customs.add_hsoffer",
    "customs.change_hsoffer",
    "customs.*_hsalias",
    "customs.override_finding",
    "customs.decide_screening",
)
"""What customs staff do all day: fill in, confirm codes, answer customs."""

SUPPLY = (
    "customs.view_hsconfirmation",
    "customs.view_certificate",
    "customs.view_exporter",
    "customs.change_exporter",
    "customs.view_consignment",
    "customs.change_consignment",
    "customs.view_declaration",
    "customs.view_recordversion",
    "customs.view_declarationstep",
)
"""What a merchant's people do about their own declarations."""

WRITE_RULES = (
    "customs.add_ruleset",
    "customs.change_ruleset",
    "customs.add_keywordlist",
    "customs.change_keywordlist",
)
"""Drafts of compliance rules and lists of words; what binds is published by somebody else."""

READ_PLATFORM = (
    "baidiyun.view_*",
    "core.view_*",
    "monitoring.view_*",
    "notifications.view_*",
    "django_celery_beat.view_*",
)

PERMISSIONS: dict[Role, tuple[str, ...]] = {
    Role.OPERATOR: (
        *READ_BUSINESS,
        *KEEP_PRODUCTS,
        *READ_PLATFORM,
        *TURN_SANDBOX,
        *DECLARE,
        *WRITE_RULES,
        "orders.change_order",
        "orders.change_booking",
        "orders.change_parcel",
        "orders.change_claim",
        "orders.print_label",
        "orders.cancel_order",
        "orders.work_on_bookings",
        "baidiyun.change_inboxrow",
        "baidiyun.change_quarantine",
        "webhooks.change_delivery",
        "notifications.change_notice",
        "notifications.change_delivery",
        "monitoring.change_alarm",
        "shipments.change_shipment",
        "shipments.poll_shipment",
        "shipments.*_mappingreplay",
        "exceptions.view_*",
        "exceptions.change_flag",
        "exceptions.change_case",
        "exceptions.change_incident",
        "exceptions.add_contact",
        "accounts.view_merchant",
        "accounts.reveal_personal_data",
    ),
    Role.CUSTOMER_SERVICE: (
        *READ_BUSINESS,
        "customs.view_*",
        "exceptions.view_*",
        "exceptions.change_case",
        "notifications.view_*",
        "notifications.change_notice",
        "exceptions.add_contact",
        "shipments.poll_shipment",
        "orders.cancel_order",
        "orders.work_on_bookings",
        "orders.change_order",
        "orders.print_label",
        "accounts.view_merchant",
        "accounts.reveal_personal_data",
    ),
    Role.MANAGER: (
        *READ_BUSINESS,
        *KEEP_PRODUCTS,
        *READ_PLATFORM,
        *TURN_SANDBOX,
        *DECLARE,
        *WRITE_RULES,
        "customs.publish_ruleset",
        "customs.override_incomplete",
        "customs.review_override",
        "customs.retire_deniedlist",
        "customs.*_threshold",
        "customs.*_currencyrate",
        "orders.change_*",
        "orders.add_carrierrule",
        "orders.raise_live_share",
        "orders.release_live_brake",
        "orders.print_label",
        "orders.cancel_order",
        "orders.work_on_bookings",
        "shipments.add_position",
        "shipments.*_mappingreplay",
        "shipments.*_carrierhandover",
        "exceptions.view_*",
        "exceptions.change_flag",
        "exceptions.change_case",
        "exceptions.change_incident",
        "exceptions.add_contact",
        "exceptions.approve_compensation",
        "exceptions.change_kindpolicy",
        "exceptions.change_verdict",
        "exceptions.*_thresholdset",
        "exceptions.add_backtest",
        "exceptions.*_rule",
        "exceptions.add_ruletrial",
        "exceptions.*_calendarday",
        "exceptions.*_casetarget",
        "exceptions.*_rulereminder",
        "exceptions.*_ownergroup",
        "exceptions.*_cannedreply",
        "shipments.change_shipment",
        "shipments.poll_shipment",
        "baidiyun.change_inboxrow",
        "baidiyun.change_quarantine",
        "webhooks.change_delivery",
        "webhooks.change_endpoint",
        "notifications.change_notice",
        "notifications.change_delivery",
        "monitoring.change_alarm",
        "monitoring.*_alertrule",
        "monitoring.change_objective",
        "notifications.*_robot",
        "notifications.*_mailtarget",
        "accounts.*_merchant",
        "accounts.*_apikey",
        "accounts.view_user",
        "accounts.change_user",
        "accounts.add_user",
        "accounts.reveal_personal_data",
        "baidiyun.change_ladderstate",
        "baidiyun.*_productlimit",
        "baidiyun.*_credential",
        "baidiyun.*_carrieraccount",
        "django_celery_beat.change_*",
        "django_celery_beat.add_*",
    ),
    Role.AUDITOR: (
        *READ_BUSINESS,
        "customs.view_*",
        "exceptions.view_*",
        *READ_PLATFORM,
        "sandbox.view_sandboxcontrol",
        "accounts.view_*",
    ),
    Role.MERCHANT: (
        *READ_BUSINESS,
        *SUPPLY,
        *KEEP_PRODUCTS,
        "orders.cancel_order",
        "shipments.add_position",
        "exceptions.view_contact",
        "exceptions.view_npsanswer",
        "exceptions.add_contact",
        "accounts.view_apikey",
    ),
}

NEVER = ("*.delete_*",)
MANAGERS_ONLY = ("baidiyun.*_credential", "baidiyun.*_carrieraccount")
"""What no wider pattern gives to anybody else: which accounts we hold at the platform and shops
with carriers."""


def is_allowed(role: Role, permission: str) -> bool:
    """Tell whether a role holds ``app.codename``; deleting is nobody's."""
    if any(fnmatchcase(permission, pattern) for pattern in NEVER):
        return False
    reserved = any(fnmatchcase(permission, pattern) for pattern in MANAGERS_ONLY)
    if reserved and role is not Role.MANAGER:
        return False
    return any(fnmatchcase(permission, pattern) for pattern in PERMISSIONS[role])
