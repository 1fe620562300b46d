"""How the admin looks: titles, menu, home page. The menu is the order of a working day."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

MENU = (
    (
        "",
        (
            (_("Today"), "today", "admin:index"),
            (
                _("Exception cases"),
                "assignment",
                "exceptions.case",
                "exceptions.view_case",
                "apps.exceptions.badge.cases_badge",
            ),
            (_("Incidents"), "crisis_alert", "exceptions.incident"),
            (_("Not booked"), "assignment_late", "orders.booking"),
            (_("Orders"), "receipt_long", "orders.order"),
            (_("Shipments"), "local_shipping", "shipments.shipment"),
            (_("Events"), "timeline", "shipments.event"),
            (_("Findings about legs"), "conversion_path_off", "shipments.legfinding"),
            (
                _("Track review"),
                "rate_review",
                "admin:exceptions_flag_review",
                "exceptions.change_flag",
                "apps.exceptions.badge.waiting_badge",
            ),
            (_("Flags"), "flag", "exceptions.flag"),
            (
                _("Learning"),
                "school",
                "admin:exceptions_flag_learning",
                "exceptions.view_kindpolicy",
            ),
            (_("Claims"), "request_quote", "orders.claim"),
            (
                _("Customer called"),
                "call",
                "admin:exceptions_contact_record",
                "exceptions.add_contact",
            ),
            (
                _("Voice of the customer"),
                "record_voice_over",
                "admin:exceptions_contact_voice",
                "exceptions.view_contact",
            ),
        ),
    ),
    (
        _("Customs"),
        (
            (
                _("Customs desk"),
                "assignment_turned_in",
                "admin:customs_consignment_desk",
                "customs.view_consignment",
            ),
            (_("Declarations"), "description", "customs.consignment"),
            (_("Products"), "inventory_2", "customs.product"),
            (_("Imports of products"), "upload_file", "customs.productimport"),
            (_("HS suggestions"), "manage_search", "customs.hsoffer"),
            (_("Everyday words"), "translate", "customs.hsalias"),
            (_("Exporters"), "domain", "customs.exporter"),
            (_("Compliance rules"), "gavel", "customs.ruleset"),
            (_("Why was it allowed"), "quick_reference_all", "customs.compliancecheck"),
            (_("Overrides"), "rate_review", "customs.findingoverride"),
            (_("Names near to denied parties"), "person_search", "customs.screening"),
            (_("Lists of denied parties"), "gpp_maybe", "customs.deniedlist"),
            (_("Keyword lists"), "list_alt", "customs.keywordlist"),
            (_("Thresholds"), "balance", "customs.threshold"),
            (_("Exchange rates"), "currency_exchange", "customs.currencyrate"),
        ),
    ),
    (
        _("Carrier cloud"),
        (
            (_("Gateway"), "speed", "baidiyun.ladderstate"),
            (_("Callbacks"), "inbox", "baidiyun.inboxrow"),
            (_("Completeness"), "fact_check", "shipments.completenesshour"),
            (_("Refused callbacks"), "gpp_bad", "baidiyun.quarantine"),
            (_("API calls"), "swap_horiz", "baidiyun.apicall"),
            (_("Subscriptions"), "notifications_active", "baidiyun.subscription"),
            (_("Unknown codes"), "help", "baidiyun.unknowncode"),
            (_("Codes without a meaning"), "unknown_document", "shipments.unmappedcode"),
            (_("Meanings of codes"), "dictionary", "shipments.mappingreplay"),
            (_("Rules of hand-overs"), "swap_horiz", "shipments.carrierhandover"),
            (_("Deviations"), "difference", "baidiyun.driftfinding"),
            (_("Sandbox desk"), "experiment", "sandbox.sandboxcontrol"),
        ),
    ),
    (
        _("Webhooks"),
        (
            (_("Messages"), "outgoing_mail", "webhooks.message"),
            (_("Deliveries"), "send", "webhooks.delivery"),
            (_("Endpoints"), "webhook", "webhooks.endpoint"),
        ),
    ),
    (
        _("Routes and carriers"),
        (
            (_("Routes"), "alt_route", "orders.liveshare"),
            (_("Carrier rules"), "rule", "orders.carrierrule"),
            (_("Rules of cases"), "gavel", "exceptions.rule"),
            (_("Reminders of cases"), "notifications_active", "exceptions.rulereminder"),
            (_("Pace of lanes in customs"), "speed", "exceptions.lanepace"),
            (_("Calendar"), "calendar_month", "exceptions.calendarday"),
            (_("Owner groups"), "groups", "exceptions.ownergroup"),
            (_("Canned replies"), "quick_phrases", "exceptions.cannedreply"),
        ),
    ),
    (
        _("Running it"),
        (
            (_("Alarms"), "notification_important", "monitoring.alarm"),
            (_("Objectives"), "track_changes", "monitoring.objective"),
            (_("Alert rules"), "rule_settings", "monitoring.alertrule"),
            (_("Silences"), "notifications_paused", "monitoring.silence"),
            (_("Runbook"), "menu_book", "runbook:index", "monitoring.view_alarm"),
            (_("Notices"), "campaign", "notifications.notice"),
            (_("WeCom robots"), "smart_toy", "notifications.robot"),
            (_("Mail targets"), "mail", "notifications.mailtarget"),
            (_("Told and not told"), "outbox", "notifications.delivery"),
            (_("Delays"), "timer", "core.metricbucket"),
            (_("Job runs"), "event_repeat", "core.jobrun"),
            (_("Schedule"), "schedule", "django_celery_beat.periodictask"),
            (_("Counters"), "bar_chart", "core.counter"),
            (_("Action log"), "history", "core.actionlog"),
        ),
    ),
    (
        _("Access"),
        (
            (_("Merchants"), "storefront", "accounts.merchant"),
            (_("People"), "group", "accounts.user"),
            (_("API keys"), "key", "accounts.apikey"),
            (_("Platform accounts"), "vpn_key", "baidiyun.credential"),
            (_("Carrier accounts"), "flight_takeoff", "baidiyun.carrieraccount"),
        ),
    ),
)
"""Groups of (title, icon, model or address, permission, badge) in the order of a working day.

Permission and badge may be left out."""

UNFOLD = {
    "SITE_TITLE": "Lastmile",
    "SITE_HEADER": "Lastmile",
    "SITE_SUBHEADER": _("Logistics operations"),
    "SITE_SYMBOL": "local_shipping",
    "SITE_URL": "",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("portal/favicon.svg"),
        }
    ],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "6px",
    "ENVIRONMENT": "apps.monitoring.menu.mode_badge",
    "DASHBOARD_CALLBACK": "apps.monitoring.home.page.home_context",
    "STYLES": [lambda request: static("portal/portal.css")],
    "COMMAND": {"search_models": False, "search_callback": "apps.monitoring.finder.find"},
    "MENU": MENU,
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "show_all_applications": False,
        "navigation": "apps.monitoring.menu.navigation",
    },
    "LOGIN": {
        "image": None,
        "redirect_after": lambda request: reverse_lazy("admin:index"),
        "form": "apps.accounts.login.LoginForm",
    },
    "COLORS": {
        "primary": {
            "50": "oklch(97.1% .014 231)",
            "100": "oklch(94.3% .028 230)",
            "200": "oklch(88.8% .055 229)",
            "300": "oklch(80.6% .094 230)",
            "400": "oklch(71.0% .128 233)",
            "500": "oklch(62.0% .138 237)",
            "600": "oklch(52.5% .130 241)",
            "700": "oklch(45.5% .112 242)",
            "800": "oklch(39.5% .092 241)",
            "900": "oklch(35.0% .074 241)",
            "950": "oklch(27.0% .056 243)",
        }
    },
}
