"""A parcel to a denied name waits; a decision is remembered until its entry changes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from apps.accounts.models import Merchant
from apps.core.actions import Actor
from apps.customs.choices import ScreeningState
from apps.customs.models import ComplianceCheck, Consignment, Screening
from apps.customs.services import recheck_due
from apps.customs.services.denied_lists import import_denied
from apps.customs.services.screening import (
    DecisionRefused,
    decide_screening,
    withdraw_decision,
)
from tests.customs.compliance.bound import consignment_of
from tests.customs.declarations.abroad import GERMANY, abroad
from tests.customs.screening.test_lists import SYNTHETIC, TODAY, WHO, csv_of, take

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("platform", "business", "wall"),
]
PERSON = Actor("user", "1", "lin")
DENIED = "Vorskaev Milan"


def send(shop: Merchant, name: str = DENIED) -> Consignment:
    return consignment_of(abroad(shop, GERMANY | {"to_name": name}))


def last(parcel: Consignment) -> ComplianceCheck:
    return ComplianceCheck.objects.filter(consignment=parcel).latest("id")


def findings(parcel: Consignment) -> dict[str, str]:
    return {
        one.rule_key: one.action for one in last(parcel).findings.filter(set_code="denied_parties")
    }


def test_without_any_list_a_parcel_goes_but_never_reads_as_cleared(shop: Merchant) -> None:
    parcel = send(shop)

    assert findings(parcel) == {"not_screened": "warn"}
    assert last(parcel).result == "warned"
    assert not Screening.objects.exists()


def test_an_old_list_holds_whom_it_names_and_clears_nobody(shop: Merchant) -> None:
    take(as_of=TODAY - dt.timedelta(days=8))

    assert findings(send(shop)) == {"denied_party": "manual_review", "not_screened": "warn"}
    assert findings(send(shop, "Erika Musterfrau")) == {"not_screened": "warn"}


def test_from_the_age_the_house_set_parcels_wait_for_a_list(shop: Merchant) -> None:
    take(as_of=TODAY - dt.timedelta(days=31))

    assert findings(send(shop, "Erika Musterfrau")) == {"not_screened": "manual_review"}


def test_a_name_near_to_nothing_is_no_finding_and_no_row(shop: Merchant) -> None:
    take()

    parcel = send(shop, "Erika Musterfrau")

    assert findings(parcel) == {}
    assert last(parcel).lists["denied_parties"]["stamp"].startswith("fresh,")
    assert not Screening.objects.exists()


def test_a_hit_waits_and_says_nothing_of_the_list_to_the_shop(shop: Merchant) -> None:
    take()

    parcel = send(shop)

    assert last(parcel).result == "held"
    row = Screening.objects.get(consignment=parcel)
    assert (row.state, row.role, row.hits[0]["entry"]) == ("hit", "recipient", "9001")
    assert "9001" not in str(last(parcel).findings.get().evidence)
    assert "VORSKAYEV" not in str(last(parcel).findings.get().evidence).upper()


def test_somebody_else_goes_and_is_remembered(shop: Merchant) -> None:
    take()
    parcel = send(shop)

    row = decide_screening(
        screening=Screening.objects.get(), outcome="cleared", reason="born 1999", actor=PERSON
    )

    assert (row.state, row.decided_by) == ("cleared", "lin")
    assert findings(parcel) == {}
    again = send(shop)
    assert findings(again) == {}
    assert Screening.objects.get(consignment=again).decision_reason == "born 1999"


def test_the_denied_party_is_stopped_for_good(shop: Merchant) -> None:
    take()
    parcel = send(shop)
    decide_screening(
        screening=Screening.objects.get(), outcome="blocked", reason="passport", actor=PERSON
    )

    assert findings(parcel) == {"denied_party": "block"}
    assert findings(send(shop)) == {"denied_party": "block"}


def test_a_decision_taken_back_makes_the_parcel_and_its_brothers_wait(shop: Merchant) -> None:
    take()
    parcel, other = send(shop), send(shop)
    row = Screening.objects.get(consignment=parcel)
    decide_screening(screening=row, outcome="cleared", reason="other", actor=PERSON)
    recheck_due()
    assert findings(other) == {}

    withdraw_decision(screening=row, actor=PERSON)
    recheck_due()

    assert findings(parcel) == findings(other) == {"denied_party": "manual_review"}


def test_an_entry_that_changes_is_asked_about_again(shop: Merchant, tmp_path: Path) -> None:
    take()
    parcel = send(shop)
    row = Screening.objects.get()
    decide_screening(screening=row, outcome="cleared", reason="other", actor=PERSON)
    text = SYNTHETIC.read_text(encoding="utf-8")
    same, changed = tmp_path / "same.csv", tmp_path / "changed.csv"
    same.write_text(text.replace("TEST-3", "TEST-4"), encoding="utf-8")
    changed.write_text(text.replace("Milan Vorskaev", "Milan Vorskaeff"), encoding="utf-8")

    for path, expected in ((same, {}), (changed, {"denied_party": "manual_review"})):
        import_denied(path=path, source="Synthetic", as_of=TODAY, actor=WHO)
        recheck_due()
        assert findings(parcel) == expected


def test_a_newer_list_finds_who_is_under_way_and_lets_go_who_left_it(
    shop: Merchant, tmp_path: Path
) -> None:
    take()
    parcel = send(shop, "Zdenka Mirovitch")
    rows = ["1,Zdenka Mirovitch", *(f"{n},Quorvex Name{n}" for n in range(2, 8))]
    take(csv_of(tmp_path / "new.csv", *rows))

    recheck_due()
    assert findings(parcel) == {"denied_party": "manual_review"}

    take(csv_of(tmp_path / "newer.csv", *rows[1:]), as_of=TODAY + dt.timedelta(days=1))
    recheck_due()
    assert findings(parcel) == {}
    assert Screening.objects.get().state == ScreeningState.CLEAR.value


def test_a_decision_needs_a_reason_and_something_to_decide(shop: Merchant) -> None:
    take()
    send(shop)
    row = Screening.objects.get()

    with pytest.raises(DecisionRefused):
        decide_screening(screening=row, outcome="cleared", reason="  ", actor=PERSON)
    with pytest.raises(DecisionRefused):
        withdraw_decision(screening=row, actor=PERSON)
    row.refresh_from_db()
    assert row.state == "hit"
