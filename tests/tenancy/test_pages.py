"""Merchant A's user gets 404 on every page of merchant B: all registered pages, all methods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models
from django.test import Client
from django.urls import URLPattern

from apps.accounts.choices import KeyMode, Role, Scope
from apps.accounts.models import Merchant, User
from apps.accounts.services import issue_api_key
from apps.baidiyun.models import (
    ApiCall,
    DriftFinding,
    InboxRow,
    LadderMove,
    LadderState,
    ProductLimit,
    Quarantine,
    UnknownCode,
)
from apps.baidiyun.products.customs_parts import IntlAccount
from apps.baidiyun.services import (
    bind_booking,
    store_carrier_account,
    store_credential,
    store_poll_request,
)
from apps.core import clock
from apps.core.actions import Actor
from apps.core.counters import count
from apps.core.jobs import current_slot, run_job
from apps.core.models import MetricBucket
from apps.customs.models import (
    ComplianceCheck,
    Consignment,
    CurrencyRate,
    DeniedList,
    FindingOverride,
    HsOffer,
    ImpactRow,
    KeywordList,
    KeywordListVersion,
    ProductImport,
    RuleImpact,
    RuleSet,
    RuleSetVersion,
    Screening,
    Threshold,
)
from apps.exceptions.models import (
    CannedReply,
    Case,
    Contact,
    Flag,
    Incident,
    KindPolicy,
    LanePace,
    NpsAnswer,
    Rule,
    RuleTrial,
    ThresholdSet,
    Verdict,
)
from apps.exceptions.rule_rows import content_of
from apps.monitoring.services import silence_alarm
from apps.notifications.choices import Audience, NoticeSeverity
from apps.notifications.models import Delivery, Notice
from apps.notifications.services import queue_notice
from apps.orders.models import Booking, CarrierRule, Claim, LiveShare
from apps.sandbox.models import SandboxControl
from apps.shipments.choices import LedgerVerdict
from apps.shipments.models import (
    CodeMapping,
    CompletenessHour,
    Leg,
    LegFinding,
    MappingReplay,
    UnmappedCode,
)
from apps.shipments.services import add_manual_event, enter_booking
from apps.webhooks.choices import EndpointMode, MessageKind
from apps.webhooks.services import Draft, add_endpoint, queue_messages
from tests.customs.factories import make_consignment, make_exporter, make_product, missing
from tests.monitoring.alarms import make_alarm
from tests.notifications.conftest import make_mail, make_robot
from tests.orders.builders import booking_of, make_merchant, make_order


def pages() -> Iterator[tuple[type[models.Model], URLPattern]]:
    """Every page of the admin that is about one object of the portal's own apps."""
    own = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}
    for model, page in admin.site._registry.items():
        if model._meta.app_label not in own:
            continue
        for pattern in page.get_urls():
            if isinstance(pattern, URLPattern) and "object_id" in str(pattern.pattern):
                yield model, pattern


PAGES = [
    pytest.param(model, pattern, id=f"{model._meta.label}:{pattern.pattern}")
    for model, pattern in pages()
]


@pytest.fixture
def foreign(db: None) -> Merchant:
    """Merchant B with one row in every table a page shows."""
    merchant = make_merchant(name="别家")
    order = make_order(merchant)
    booking = booking_of(order)
    add_manual_event(shipment_id=booking.parcel.shipment_id, status="in_transit", text="已发出")
    issue_api_key(
        merchant=merchant,
        name="theirs",
        scopes=list(Scope),
        mode=KeyMode.SANDBOX,
        actor=Actor.system("test"),
    )
    token = bind_booking(subject=booking.pk, carrier="yuantong", mode="sandbox")
    store_poll_request(token=token.token)
    plant_platform_rows(booking.pk)
    plant_webhook_rows(merchant)
    plant_route_rows(booking, merchant)
    plant_ledger_rows(booking, merchant)
    plant_leg(booking)
    plant_flag(booking, merchant)
    plant_case(booking, merchant)
    plant_voice(booking, merchant)
    plant_notice()
    plant_incident()
    count("cleaned", "phone")
    HsOffer.objects.create(merchant=merchant, text="别家的瑜伽垫", codes=["950691"])
    plant_customs(merchant)
    plant_compliance()
    plant_carrier_account(merchant)
    plant_alarm()
    run_job(job="sweep", slot=current_slot(60), work=dict)
    User.objects.create_user("theirs", merchant=merchant, is_staff=True)
    return merchant


def plant_customs(merchant: Merchant) -> None:
    """One parcel of merchant B abroad with its declaration, its exporter, and dated figures."""
    make_exporter(merchant)
    parcel = make_consignment(merchant, findings=[missing()])
    DeniedList.objects.create(source="x", as_of=dt.date(2026, 1, 1), digest="x", imported_by="x")
    Screening.objects.create(consignment=parcel, role="recipient", name="别人", state="hit")
    Threshold.objects.get_or_create(
        area="EU", kind="theirs", valid_from=dt.date(2026, 1, 1),
        defaults={"amount": 150, "currency": "EUR", "source": "x"},
    )  # fmt: skip
    CurrencyRate.objects.get_or_create(
        currency="EUR", valid_from=dt.date(2026, 1, 1), defaults={"cny": 8, "source": "x"}
    )
    make_product(merchant, "THEIRS", name_cn="别家", code="850760")
    ProductImport.objects.create(merchant=merchant, file_name="别家.csv")


def plant_carrier_account(merchant: Merchant) -> None:
    """One account of merchant B with a carrier abroad."""
    store_carrier_account(
        merchant=merchant, carrier="dhlen", mode="sandbox",
        account=IntlAccount("theirNumber"), actor=Actor.system("test"),
    )  # fmt: skip


def plant_compliance() -> None:
    """A rule set and a list of words with a version each; merchant B's parcel checked, let go."""
    consignment = Consignment.objects.get()
    now = clock.now()
    rules, words = RuleSet.objects.first(), KeywordList.objects.first()
    rules = rules or RuleSet.objects.create(code="rules", title_zh="规则", title_en="Rules")
    words = words or KeywordList.objects.create(key="words", title_zh="词", title_en="Words")
    KeywordListVersion.objects.get_or_create(keyword_list=words, number=1)
    RuleSetVersion.objects.get_or_create(
        rule_set=rules, number=1,
        defaults={"content": {"code": rules.code, "rules": []}, "digest": "x",
                  "state": "published", "binds_from": now, "author": "a", "approver": "b"},
    )  # fmt: skip
    ComplianceCheck.objects.create(
        consignment=consignment, merchant_id=consignment.merchant_id, record_version=1,
        stage="order", cause="ordered", versions={}, snapshot={"words": ["别家"]},
        input_digest="x", result="passed",
    )  # fmt: skip
    FindingOverride.objects.create(
        consignment=consignment,
        rule_key="r1",
        rule_digest="x",
        reason="别家",
        by="b",
        role="manager",
    )  # fmt: skip
    run = RuleImpact.objects.create(
        rule_set=rules, before={"code": rules.code, "rules": []}, draft_version=1, at=now,
        after={"code": rules.code, "rules": []}, state="done", blocked=1, done=1,
    )  # fmt: skip
    ImpactRow.objects.create(impact=run, consignment=consignment, is_blocked=True, rule_keys=["r1"])


def plant_alarm() -> None:
    """One alarm, silenced."""
    until = clock.real_now() + dt.timedelta(hours=1)
    silence_alarm(uid=make_alarm().uid, until=until, why="x", actor=Actor.system("test"))


def plant_notice() -> None:
    """One notice about merchant B's parcels, on its way."""
    queue_notice(
        kind="case.escalated", audience=Audience.OPERATIONS, severity=NoticeSeverity.RED,
        dedupe_key="theirs", title="别家的包裹", title_en="别家",
    )  # fmt: skip
    make_robot("别家的群")
    Delivery.objects.create(
        notice=Notice.objects.get(dedupe_key="theirs"), mail_target=make_mail("别家的信箱"), rank=0
    )


def plant_incident() -> None:
    """One incident with merchant B's parcels in it."""
    Incident.objects.create(
        cause="hub", key="3401", severity="amber", expected=1.0, observed=20, odds=-30.0,
        message="别家的包裹",
    )  # fmt: skip


def plant_webhook_rows(merchant: Merchant) -> None:
    """One endpoint with a message on its way to it."""
    add_endpoint(
        merchant=merchant, mode=EndpointMode.SANDBOX, url="https://theirs.example/hook",
        actor=Actor.system("test"),
    )  # fmt: skip
    queue_messages(
        [Draft(merchant.pk, "sandbox", MessageKind.TEST.value, "shp_x", {}, clock.now())]
    )


def plant_ledger_rows(booking: Booking, merchant: Merchant) -> None:
    """One comparison and one hour of merchant B."""
    enter_booking(
        shipment_id=booking.parcel.shipment_id, verdict=LedgerVerdict.AGREED, ours="x", theirs="x"
    )
    CompletenessHour.objects.create(
        hour=clock.now(), merchant=merchant, mode="sandbox", carrier="yuantong", expected=1
    )


def plant_leg(booking: Booking) -> None:
    """A finding about a leg of merchant B's parcel, and a code nobody knows that it came with."""
    shipment_id, now = booking.parcel.shipment_id, clock.now()
    leg = Leg.objects.filter(shipment_id=shipment_id)[0]
    LegFinding.objects.create(shipment_id=shipment_id, leg=leg, code="loop", detail={"place": "x"})
    UnmappedCode.objects.create(
        source="upu", code="EMZ", count=1, sample="别家的", first_seen_at=now, last_seen_at=now
    )


def plant_case(booking: Booking, merchant: Merchant) -> None:
    """One case about a parcel of merchant B."""
    rule, now = Rule.objects.select_related("group").order_by("pk")[0], clock.now()
    Case.objects.create(
        merchant=merchant, shipment_id=booking.parcel.shipment_id, rule=rule, group=rule.group,
        severity="red", anchored_at=now, acknowledge_by=now, resolve_by=now,
    )  # fmt: skip
    LanePace.objects.create(
        direction="import", origin="CN", destination="DE", parcels=30, p90_hours=40,
        reckoned_on=now.date(),
    )  # fmt: skip


def plant_flag(booking: Booking, merchant: Merchant) -> None:
    """One flag over a track of merchant B with its verdict, and what the detector goes by."""
    flag = Flag.objects.create(
        merchant=merchant, shipment_id=booking.parcel.shipment_id, kind="drift", first_row=1,
        last_row=2, rows=2, started_at=clock.now(), ended_at=clock.now(), score=3.0,
    )  # fmt: skip
    Verdict.objects.create(flag=flag, state="expired", decider="time", kind="drift")
    KindPolicy.objects.get_or_create(kind="drift")
    ThresholdSet.objects.create(version=1, values={"top_speed": 40.0})
    CannedReply.objects.get_or_create(
        code="theirs", defaults={"title": "x", "title_en": "x", "text": "x", "text_en": "x"}
    )
    rule = Rule.objects.select_related("group").get(code="stalled_domestic")
    RuleTrial.objects.create(rule=rule, content=content_of(rule))


def plant_voice(booking: Booking, merchant: Merchant) -> None:
    """What customers of merchant B said."""
    shipment = booking.parcel.shipment_id
    Contact.objects.create(
        merchant=merchant, shipment_id=shipment, reason="late", channel="phone", is_complaint=True
    )
    NpsAnswer.objects.create(merchant=merchant, shipment_id=shipment, score=9)


def plant_platform_rows(subject: int) -> None:
    """One callback, refused callback, call and unknown code."""
    now = clock.real_now()
    InboxRow.objects.create(
        topic="booking", source="poll", subject=subject, body_hash=b"h" * 32, param="{}",
        received_at=now, next_at=now,
    )  # fmt: skip
    Quarantine.objects.create(slot=1, reason="bad_signature", body=b"x", size=1, received_at=now)
    ApiCall.objects.create(product="book", mode="sandbox", ok=True, at=now, subject=subject)
    UnknownCode.objects.create(source="tracking", code="999", first_seen_at=now, last_seen_at=now)
    plant_gateway_rows()


def plant_gateway_rows() -> None:
    """The ladder with a move, a call limit, a deviation, an account, and the sandbox's desk."""
    now = clock.real_now()
    SandboxControl.objects.get_or_create(id=1)
    LadderState.objects.get_or_create(id=1, defaults={"since": now})
    CodeMapping.objects.create(code="777", status="refused", version=1)
    MappingReplay.objects.create(code="777", status="refused", since=now.date())
    MetricBucket.objects.create(name="callback.applied", grain="minute", start=now, bucket=1)
    LadderMove.objects.create(at=now, from_step="full", to_step="widened", reason="errors")
    ProductLimit.objects.get_or_create(
        mode="sandbox", product="query", defaults={"per_second": 1, "burst": 1}
    )
    DriftFinding.objects.create(
        product="tracking.push", kind="unknown_field", path="x", first_seen_at=now, last_seen_at=now
    )
    store_credential(
        mode="sandbox", key="aKey", customer="aCustomer", secret="aSecret",
        actor=Actor.system("test"),
    )  # fmt: skip


def plant_route_rows(booking: Booking, merchant: Merchant) -> None:
    """One share, carrier rule and claim of merchant B."""
    LiveShare.objects.create(merchant=merchant, percent=1, note="theirs")
    CarrierRule.objects.create(merchant=merchant, carrier="yuantong", note="theirs")
    Claim.objects.create(booking=booking, kind="freight", expected=10, charged=12)


@pytest.fixture
def stranger(foreign: Merchant) -> Client:
    """A logged-in user of merchant A."""
    user = User.objects.create_user("ours", merchant=make_merchant(), is_staff=True)
    user.groups.add(Group.objects.get(name=Role.MERCHANT.value))
    client = Client()
    client.force_login(user)
    return client


def row_of(model: type[models.Model], foreign: Merchant) -> Any:
    """The planted row of a table; failing here means a new page has no case yet."""
    rows = model._default_manager.all()
    if model is User:
        rows = rows.filter(merchant=foreign)
    if model is Merchant:
        rows = rows.filter(pk=foreign.pk)
    row = rows.order_by("pk").first()
    assert row is not None, f"plant a row of {model._meta.label} for this test"
    return row


def address_of(model: type[models.Model], pattern: URLPattern, pk: Any) -> str:
    """The page's address for one row."""
    tail = str(pattern.pattern).replace("<path:object_id>", str(pk))
    tail = tail.replace("<int:object_id>", str(pk)).replace("<slug:key>", "r1")
    tail = tail.replace("<int:file_id>", "1").replace("<int:number>", "1")
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/{tail}"


def test_there_are_pages_to_try():
    assert len(PAGES) > 30


@pytest.mark.parametrize(("model", "pattern"), PAGES)
def test_another_merchants_page_is_not_there(stranger, foreign, model, pattern):
    address = address_of(model, pattern, row_of(model, foreign).pk)
    assert "<" not in address
    for method in ("get", "post"):
        answer = getattr(stranger, method)(address, follow=True)
        assert answer.status_code in {404, 405}, (method, address, answer.status_code)
        assert "别家" not in answer.content.decode()


def test_the_same_pages_open_for_the_merchant_itself(foreign):
    user = User.objects.get(username="theirs")
    user.groups.add(Group.objects.get(name=Role.MERCHANT.value))
    client = Client()
    client.force_login(user)
    for label in ("orders.Order", "shipments.Shipment"):
        model = apps.get_model(label)
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        row = row_of(model, foreign)
        assert client.get(f"{address}{row.pk}/change/").status_code == 200


@pytest.mark.parametrize("label", ["orders.Order", "shipments.Shipment", "shipments.Event"])
def test_another_merchants_rows_are_in_no_list(stranger, foreign, label):
    model = apps.get_model(label)
    answer = stranger.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/")
    assert answer.status_code == 200
    assert answer.context["cl"].result_count == 0


def test_another_merchants_parcels_are_not_on_the_worklist(stranger, foreign):
    booking = row_of(Booking, foreign)
    Booking.objects.filter(pk=booking.pk).update(problem="refused", state="failed")
    answer = stranger.get("/admin/orders/booking/")
    assert answer.status_code == 200
    assert booking.parcel.order.number not in answer.content.decode()
