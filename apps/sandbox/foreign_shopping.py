"""Shoppers abroad: who they are, what they may be sold, and what the shop tells customs.

The shop's articles stand in the portal's product master under the same SKUs. One order in five
forgets something customs needs: such a parcel waits until somebody supplies it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from apps.sandbox.rng import weighted

FORGETFUL_RATE = 0.2
FOODS = frozenset({"TEA-250", "VITD-90"})
"""Articles the US wants prior notice of, which no shop gives with the order."""
UNCODED = frozenset({"LAMP-2"})
"""Articles whose HS code nobody has confirmed."""
KEPT_FROM_EU = frozenset({"VITD-90", "TOY-CAT"})
"""Articles a rule of the starter set holds there: gelatine, and a toy without a CE declaration."""
EU = frozenset({"DE", "FR"})
CLASSES = {"TEA-250": "food", "VITD-90": "supplement"}
FIRM = "Stripe Payments"


@dataclass(frozen=True, slots=True)
class Somebody:
    """A customer abroad; ``tax_id`` is (kind, number), empty where the country wants none."""

    country: str
    name: str
    street: str
    city: str
    region: str
    postcode: str
    phone: str
    tax_id: tuple[str, str] | tuple[()] = ()


PEOPLE: tuple[Somebody, ...] = (
    Somebody("US", "Emily Carter", "1420 Maple Ave Apt 5", "Seattle", "WA", "98101",
             "+1 206 555 0142"),
    Somebody("US", "José Núñez", "88 Sunset Blvd", "Los Angeles", "CA", "90028",
             "(213) 555-0177"),
    Somebody("GB", "Oliver Smith", "221B Baker Street", "London", "", "NW1 6XE",
             "+44 20 7946 0958"),
    Somebody("DE", "Jürgen Müller", "Schönhauser Allee 10", "Berlin", "", "10119",
             "+49 30 901820"),
    Somebody("FR", "Amélie Dubois", "12 rue de l’Église", "Paris", "", "75015",
             "+33 1 99 00 12 34"),
    Somebody("JP", "佐藤 花子", "2-8-1 Nishi-Shinjuku, Shinjuku-ku", "Tokyo", "Tokyo", "163-8001",
             "+81 3-5321-1111"),
    Somebody("AU", "Mia O’Brien", "5/20 George St", "Sydney", "NSW", "2000", "+61 2 5550 1234"),
    Somebody("BR", "João Almeida", "Avenida Paulista 1578", "São Paulo", "SP", "01310-200",
             "+55 11 3251 5644", ("br_cpf", "390.533.447-05")),
)  # fmt: skip
WISHES: tuple[tuple[str, float], ...] = (
    ("youzhengguoji", 26), ("disifang", 16), ("yw56", 12), ("emsguoji", 12), ("dhlen", 18),
    ("jet", 10),
)  # fmt: skip
US_WISHES: tuple[tuple[str, float], ...] = (("usps", 30), *WISHES)


def choose_somebody(rng: Random) -> Somebody:
    """One of the customers abroad."""
    return rng.choice(PEOPLE)


def recipient_of(somebody: Somebody) -> dict[str, Any]:
    """The recipient of an order, in parts."""
    return {
        "name": somebody.name,
        "phone": somebody.phone,
        "email": "shopper@example.com",
        "country": somebody.country,
        "province": somebody.region,
        "city": somebody.city,
        "street": somebody.street,
        "postcode": somebody.postcode,
    }


def choose_carrier(country: str, rng: Random) -> str:
    """Who shall carry it: only carriers that leave the country can."""
    return weighted(rng, US_WISHES if country == "US" else WISHES)


def is_sold_to(country: str, sku: str, *, complete: bool) -> bool:
    """Whether the shop sells an article there; ``complete`` leaves out what would have to wait."""
    is_held = (country == "US" and sku in FOODS) or (country in EU and sku in KEPT_FROM_EU)
    must_wait = sku in UNCODED or is_held
    return not (complete and must_wait)


def customs_of(
    somebody: Somebody,
    *,
    shop: str,
    number: str,
    amount: Decimal,
    placed_at: dt.datetime,
    rng: Random,
    complete: bool,
) -> dict[str, Any]:
    """What the shop says for customs; ``complete`` forgets nothing."""
    said: dict[str, Any] = {
        "incoterm": "DDP" if somebody.country in {"DE", "FR"} else "DAP",
        "reason": "sale",
        "platform": shop,
        "shop_url": f"https://{shop}.example.com",
        "payment": {
            "number": f"pi_{number.lower()}",
            "firm": FIRM,
            "amount": str(amount),
            "currency": "USD",
            "paid_at": placed_at.isoformat(timespec="seconds"),
        },
    }
    if somebody.tax_id:
        kind, value = somebody.tax_id
        said["tax_ids"] = [
            {"kind": kind, "value": value, "country": somebody.country, "consent": True}
        ]
    if not complete and rng.random() < FORGETFUL_RATE:
        said.pop("tax_ids" if somebody.tax_id and rng.random() < 0.7 else "payment")
    return said
