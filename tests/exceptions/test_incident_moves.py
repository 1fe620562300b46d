"""What people do to incidents: own, word, move cases, resolve, take back; and who may not."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from apps.accounts.choices import Role
from apps.accounts.models import Merchant, User
from apps.core import clock
from apps.core.models import ActionLog
from apps.exceptions.errors import (
    IncidentForbidden,
    IncidentRefused,
    IncidentStands,
    IncidentUnknown,
)
from apps.exceptions.models import Case, CaseTally, Incident
from apps.exceptions.services import (
    attach_cases,
    detach_cases,
    look_for_incidents,
    own_incident,
    resolve_incident,
    undo_incident_move,
    word_incident,
)
from apps.monitoring.case_fires import case_fires
from tests.exceptions.cases import tallied
from tests.exceptions.storms import NOW, WUHAN, make_look, open_storm
from tests.support.people import make_user
from tests.support.query_counts import assert_query_count

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def person(name: str, role: Role, merchant: Merchant | None = None) -> User:
    """Make somebody with a role."""
    return make_user(role, merchant=merchant, username=name)


@pytest.fixture
def op(db: None) -> User:
    """Somebody of operations."""
    return person("op", Role.OPERATOR)


@pytest.fixture
def incident(merchant: Merchant) -> Incident:
    """An incident with 40 cases, of which one waits and one is acknowledged."""
    make_look()
    cases = open_storm(merchant, 40)
    look_for_incidents(now=NOW)
    tally_before = {"open": 40}
    assert tallied() == tally_before
    Case.objects.filter(pk=cases[0].pk).update(
        state="waiting", waiting_for="carrier", waiting_since=NOW - MINUTE, acknowledged_at=NOW
    )
    Case.objects.filter(pk=cases[1].pk).update(state="acknowledged", acknowledged_at=NOW)
    row = CaseTally.objects.get(count=40)
    row.count = 38
    row.save()
    for state in ("waiting", "acknowledged"):
        row.pk, row.state, row.count = None, state, 1
        row.save()
    return Incident.objects.get()


def states() -> dict[str, int]:
    """Return how many cases are in each state."""
    found: dict[str, int] = {}
    for state in Case.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_resolving_closes_its_cases_and_taking_it_back_opens_the_same_ones(incident, op):
    before = states()
    with clock.frozen(NOW + MINUTE):
        resolve_incident(incident_id=incident.pk, user=op, note="Fire at the hub")
        assert states() == {"resolved": 40}
        assert tallied() == {}
        assert set(Case.objects.values_list("closer", "close_reason")) == {
            ("incident", "incident_over")
        }
        undo_incident_move(incident_id=incident.pk, user=op)
    assert states() == before == tallied()
    waiting = Case.objects.get(state="waiting")
    assert (waiting.waiting_for, waiting.waiting_since) == ("carrier", NOW - MINUTE)
    assert waiting.waited_seconds == 0
    incident.refresh_from_db()
    assert (incident.state, incident.cases_count) == ("open", 40)


def test_taking_back_the_end_opens_no_case_that_has_a_newer_twin(incident, op, merchant):
    with clock.frozen(NOW + MINUTE):
        resolve_incident(incident_id=incident.pk, user=op)
        old = Case.objects.order_by("id").first()
        assert old is not None
        twin = Case.objects.get(pk=old.pk)
        twin.pk, twin.uid, twin.state, twin.closed_at = None, "cas_twin", "open", None
        twin.closer, twin.close_reason, twin.incident = "", "", None
        twin.save()
        undo_incident_move(incident_id=incident.pk, user=op)
    old.refresh_from_db()
    assert old.state == "resolved"
    assert Case.objects.filter(incident=incident, closed_at=None).count() == 39


def test_a_resolved_incident_is_not_resolved_again(incident, op):
    resolve_incident(incident_id=incident.pk, user=op)
    with pytest.raises(IncidentStands):
        resolve_incident(incident_id=incident.pk, user=op)


def test_what_is_taken_out_by_hand_stays_out_until_it_is_taken_back(incident, op):
    out = list(Case.objects.values_list("id", flat=True)[:3])
    assert detach_cases(incident_id=incident.pk, user=op, case_ids=out) == 3
    look_for_incidents(now=NOW + MINUTE)
    assert not Case.objects.filter(pk__in=out, incident__isnull=False).exists()
    undo_incident_move(incident_id=incident.pk, user=op)
    incident.refresh_from_db()
    assert (incident.cases_count, Case.objects.filter(incident=incident).count()) == (40, 40)


def test_what_is_put_in_by_hand_stays_in_though_nothing_speaks_for_it(incident, op, merchant):
    other = [case.pk for case in open_storm(merchant, 2, hub=WUHAN)]
    assert attach_cases(incident_id=incident.pk, user=op, case_ids=other) == 2
    look_for_incidents(now=NOW + MINUTE)
    assert Case.objects.filter(pk__in=other, incident=incident).count() == 2


@pytest.mark.parametrize("ids", [[], [0], list(range(1, 1_002))])
def test_cases_that_are_not_there_cannot_be_moved(incident, op, ids):
    with pytest.raises(IncidentRefused):
        attach_cases(incident_id=incident.pk, user=op, case_ids=ids)
    assert not ActionLog.objects.filter(action="exceptions.incident.attached").exists()


def test_sandbox_cases_are_not_put_into_a_live_incident(incident, op, merchant):
    other = [case.pk for case in open_storm(merchant, 1, mode="sandbox")]
    with pytest.raises(IncidentRefused):
        attach_cases(incident_id=incident.pk, user=op, case_ids=other)


def test_nobody_takes_back_what_somebody_else_did(incident, op):
    out = list(Case.objects.values_list("id", flat=True)[:1])
    detach_cases(incident_id=incident.pk, user=op, case_ids=out)
    with pytest.raises(IncidentStands):
        undo_incident_move(incident_id=incident.pk, user=person("other", Role.MANAGER))


def test_the_message_is_edited_in_both_languages_and_written_down(incident, op):
    word_incident(incident_id=incident.pk, user=op, message="请稍候", message_en="Please wait")
    own_incident(incident_id=incident.pk, user=op)
    incident.refresh_from_db()
    assert (incident.message, incident.message_en, incident.owner) == (
        "请稍候", "Please wait", op,
    )  # fmt: skip
    with pytest.raises(IncidentRefused):
        word_incident(incident_id=incident.pk, user=op, message="请稍候", message_en=" ")
    with pytest.raises(IncidentRefused):
        word_incident(incident_id=incident.pk, user=op, message="请" * 1001, message_en="x")
    actions = ActionLog.objects.filter(actor_id=str(op.pk)).values_list("action", flat=True)
    assert sorted(actions) == ["exceptions.incident.owned", "exceptions.incident.worded"]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CUSTOMER_SERVICE])
def test_who_only_looks_changes_nothing(incident, role):
    with pytest.raises(IncidentForbidden):
        resolve_incident(incident_id=incident.pk, user=person("looks", role))
    assert Case.objects.filter(closed_at=None).count() == 40


def test_for_a_merchants_user_there_is_no_incident(incident, merchant):
    with pytest.raises(IncidentUnknown):
        resolve_incident(incident_id=incident.pk, user=person("shop", Role.MERCHANT, merchant))
    assert Case.objects.filter(closed_at=None).count() == 40


@pytest.mark.parametrize(
    ("role", "seen", "done"),
    [(Role.OPERATOR, 200, 302), (Role.AUDITOR, 200, 403), (Role.MERCHANT, 404, 404)],
)
def test_the_page_shows_and_does_what_the_role_may(incident, merchant, role, seen, done):
    client = Client()
    client.force_login(person("one", role, merchant if role is Role.MERCHANT else None))
    address = f"/admin/exceptions/incident/{incident.pk}/"
    shown = client.get(f"{address}change/")
    assert shown.status_code == seen
    assert ("合肥" in shown.content.decode()) is (seen == 200)
    with clock.frozen(NOW + MINUTE):
        answer = client.post(f"{address}do/resolve/", {"note": "over"})
    assert answer.status_code == done
    assert (Case.objects.filter(closed_at=None).count() == 0) is (done == 302)


def test_looking_at_the_end_resolves_nothing(incident):
    client = Client()
    client.force_login(person("one", Role.OPERATOR))
    page = client.get(f"/admin/exceptions/incident/{incident.pk}/do/resolve/")
    assert "40" in page.content.decode()
    incident.refresh_from_db()
    assert incident.state == "open"


def test_the_home_page_shows_the_incident_while_it_lasts(incident, op):
    client = Client()
    client.force_login(op)
    Incident.objects.update(owner=op)
    request = client.get("/admin/exceptions/incident/").wsgi_request
    assert [fire.colour for fire in case_fires(request, mode="live")] == ["danger"]
    assert list(case_fires(request, mode="sandbox")) == []
    resolve_incident(incident_id=incident.pk, user=op)
    assert list(case_fires(request, mode="live")) == []


def test_a_red_case_that_was_escalated_is_on_the_home_page(merchant, op):
    open_storm(merchant, 2, red_at=NOW, escalated_at=NOW)
    Case.objects.update(severity="red")
    client = Client()
    client.force_login(op)
    request = client.get("/admin/exceptions/incident/").wsgi_request
    (fire,) = case_fires(request, mode="live")
    assert (fire.colour, "2" in str(fire.title)) == ("danger", True)


def test_a_case_says_what_customers_are_told_while_its_incident_lasts(incident, op):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(op)
    word_incident(
        incident_id=incident.pk, user=op, message="请稍候", message_en="Please be patient"
    )
    case = Case.objects.filter(incident=incident).order_by("id")[0]
    address = f"/admin/exceptions/case/{case.pk}/change/"
    assert "Please be patient" in client.get(address).content.decode()
    resolve_incident(incident_id=incident.pk, user=op)
    assert "Please be patient" not in client.get(address).content.decode()


def test_the_list_of_incidents_takes_a_constant_number_of_queries(op):
    client = Client()
    client.force_login(op)

    def make(count: int) -> None:
        known = Incident.objects.count()
        for n in range(known, known + count):
            Incident.objects.create(
                cause="hub", key=f"{n:04d}", severity="amber", expected=1.0, observed=20,
                odds=-30.0, owner=op,
            )  # fmt: skip

    assert_query_count(
        "admin.incidents", make=make, visit=lambda: client.get("/admin/exceptions/incident/")
    )
