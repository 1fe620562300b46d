"""The queue of names: who may see and decide, what is masked, what the lists are worth."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.accounts.choices import Role
from apps.accounts.models import Merchant
from apps.customs.models import Screening
from tests.customs.screening.test_lists import take
from tests.customs.screening.test_parcels import findings, send
from tests.support.admin_pages import logged_in

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("platform", "business", "wall"),
]
QUEUE = reverse("admin:customs_screening_changelist")


def test_without_a_list_the_queue_and_the_desk_say_that_nobody_is_cleared(
    shop: Merchant,
) -> None:
    client = logged_in(Role.MANAGER, language="zh-hans")

    for page in (QUEUE, reverse("admin:customs_consignment_desk")):
        assert "任何人都不算通过" in client.get(page).content.decode()


def test_a_name_waits_in_the_queue_masked_and_is_told_word_by_word(shop: Merchant) -> None:
    take()
    send(shop)
    row = Screening.objects.get()
    client = logged_in(Role.MANAGER, language="zh-hans")

    queue = client.get(QUEUE).content.decode()
    page = client.get(reverse("admin:customs_screening_change", args=[row.pk])).content.decode()

    assert "Vorskaev" not in queue + page
    assert "Ворскаев" not in queue + page

    client.post(reverse("admin:customs_screening_reveal", args=[row.pk]))
    page = client.get(reverse("admin:customs_screening_change", args=[row.pk])).content.decode()
    assert "Милан Ворскаев" in page
    assert "Vorskaev Milan" in page
    assert "名单截至：Synthetic 2026-11-22。" in page


def test_a_person_decides_with_a_reason_and_the_parcel_goes_on(shop: Merchant) -> None:
    take()
    parcel = send(shop)
    row = Screening.objects.get()
    client = logged_in(Role.MANAGER)
    page = reverse("admin:customs_screening_do_clear", args=[row.pk])

    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "born 1999"}).status_code == 302

    assert findings(parcel) == {}


@pytest.mark.parametrize(("role", "status"), [(Role.AUDITOR, 403), (Role.MERCHANT, 404)])
def test_who_may_not_decide_does_not(role: Role, status: int, shop: Merchant) -> None:
    take()
    send(shop)
    row = Screening.objects.get()
    page = reverse("admin:customs_screening_do_clear", args=[row.pk])

    assert (
        logged_in(role, shop if role is Role.MERCHANT else None)
        .post(page, {"reason": "x"})
        .status_code
        == status
    )

    row.refresh_from_db()
    assert row.state == "hit"
