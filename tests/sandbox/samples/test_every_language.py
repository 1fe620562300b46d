"""Every product called as the vendor's samples call it, and answered as documented."""

from __future__ import annotations

import pytest

from apps.sandbox.models import (
    SandboxCall,
    SandboxOrder,
    SandboxRide,
    SandboxSubscription,
    SandboxWorkOrder,
)
from tests.sandbox.samples.products import BACK, NASTY, PRODUCTS
from tests.sandbox.samples.wire import code_of, tell
from tests.support.json_shapes import misfits
from tests.support.vendor_languages import FAMILIES, LANGUAGES, Language

MADE = (SandboxCall, SandboxOrder, SandboxRide, SandboxSubscription, SandboxWorkOrder)
SIGNED = [name for name, product in PRODUCTS.items() if product.unsigned]


def named(language: Language) -> str:
    return language.name


@pytest.fixture
def under_way(gateway, moving):
    """Long enough after the number is first asked for that it has a track."""
    tell(gateway, LANGUAGES[0], PRODUCTS["query"].call)
    moving.forward(days=3)
    return gateway


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_sample_is_answered_as_documented(under_way, name):
    product = PRODUCTS[name]
    wrong = {}
    for language in LANGUAGES:
        wrong[language.name] = misfits(tell(under_way, language, product.call), product.answer)
        SandboxSubscription.objects.all().delete()
    assert {language: found for language, found in wrong.items() if found} == {}


@pytest.mark.parametrize("name", SIGNED)
def test_a_wrong_signature_is_refused_with_the_products_code_and_does_nothing(gateway, name):
    product = PRODUCTS[name]
    wrong = {"signature" if product.call.family == "kd100" else "sign": "0" * 32}
    for language in FAMILIES:
        assert code_of(tell(gateway, language, product.call, **wrong)) == product.unsigned
    assert not any(model.objects.exists() for model in MADE)


@pytest.mark.parametrize("name", [name for name in SIGNED if not name.startswith("kd100")])
def test_one_byte_changed_after_signing_is_refused(gateway, name):
    product = PRODUCTS[name]
    for language in LANGUAGES:
        param = language.spell(product.call.param).replace("😀", "😁").replace("ude00", "ude01")
        assert code_of(tell(gateway, language, product.call, param=param)) == product.unsigned
    assert not any(model.objects.exists() for model in MADE)


@pytest.mark.parametrize("language", LANGUAGES, ids=named)
def test_what_was_written_arrives_whatever_way_it_was_encoded(gateway, language):
    tell(gateway, language, PRODUCTS["poll"].call)
    saved = SandboxSubscription.objects.get()
    assert (saved.callback_url, saved.salt) == (BACK, "sält 1/2")
    tell(gateway, language, PRODUCTS["workorder"].call)
    assert SandboxWorkOrder.objects.get().replies.first().content == NASTY
