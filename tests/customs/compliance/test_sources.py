"""What other sources find joins the same check."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from apps.accounts.models import Merchant
from apps.core.actions import Actor
from apps.customs import services
from apps.customs.compliance_selectors import holding_findings, words_found
from apps.customs.compliance_sources import Sourced, forget_source, register_source
from apps.customs.errors import NotAllowedNow
from apps.customs.services import recheck_due
from tests.customs.compliance.bound import checks_of, consignment_of
from tests.customs.declarations.abroad import abroad
from tests.orders.builders import booking_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("platform", "business", "wall", "rules_only"),
]
HIT = Sourced(
    "name_near", "manual_review", ("名单", "List"), ("近似", "Near"), ("核对", "Compare"),
    field="recipient.name", words=("erika",),
)  # fmt: skip


@dataclass
class Names:
    """A source with a list of its own."""

    code: str = "names"
    of: str = "2026-11-20"
    hits: list[Sourced] = field(default_factory=lambda: [HIT])

    def stamp(self, at: dt.datetime) -> str:
        return self.of

    def look(self, **given: Any) -> list[Sourced]:
        return self.hits


@pytest.fixture
def names() -> Iterator[Names]:
    source = Names()
    register_source(source)
    yield source
    forget_source(source.code)


def test_a_source_holds_a_parcel_without_any_rule(shop: Merchant, names: Names) -> None:
    order = abroad(shop)
    (check,) = checks_of(order)
    assert (check.result, check.lists) == ("held", {"names": {"stamp": "2026-11-20"}})
    (found,) = holding_findings(check.consignment_id)
    assert (found.set_code, found.field, words_found(found)) == (
        "names",
        "recipient.name",
        ["erika"],
    )
    assert booking_of(order).hold_reasons == ["compliance"]


def test_what_a_source_decides_is_not_let_go_by_an_override(shop: Merchant, names: Names) -> None:
    row = consignment_of(abroad(shop))
    with pytest.raises(NotAllowedNow) as refused:
        services.override_finding(
            consignment=row, rule_key="name_near", reason="knows her",
            actor=Actor("user", "1", "mei"), role="manager",
        )  # fmt: skip
    assert refused.value.code == "decided_elsewhere"


def test_a_newer_list_has_what_waits_checked_again(shop: Merchant, names: Names) -> None:
    order = abroad(shop)
    names.of, names.hits = "2026-11-22", []
    assert recheck_due() == 1
    assert [(one.cause, one.result) for one in checks_of(order)][-1] == ("lists", "passed")
