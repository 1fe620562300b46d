"""What the picker of HS codes asks for: candidates of a text, a choice, taking it back. JSON.

Anybody who may confirm codes may ask; whose products, offers and merchants are not theirs do not
exist. An error is one sentence under ``error``. A suggestion fills nothing in: a person's click
does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.accounts.models import Merchant
from apps.accounts.scoping import merchant_of, scope_to
from apps.core.actions import Actor
from apps.core.errors import PortalError
from apps.customs import services
from apps.customs.hs import live
from apps.customs.hs.nomenclature import lines
from apps.customs.hs.query import Query
from apps.customs.hs.ranking import Candidate
from apps.customs.hs.sources import chapter_names
from apps.customs.models import HsOffer, Product
from apps.customs.services.hs_offers import TOP

RIGHT = "customs.add_hsconfirmation"
FIELDS = ("title", "title_cn", "material", "use", "category")
MOST_TEXT, MOST_DIGITS = 500, 18
MOST_CALLED = 4
Answer = Callable[[HttpRequest], dict[str, Any]]


def picker_urls(wrap: Callable[..., Any], url_name: Callable[[str], str]) -> list[URLPattern]:
    """The three addresses of the picker, below those of offers."""
    doings: dict[str, Answer] = {"ask": ask, "choose": choose, "undo": undo}
    return [
        path(f"{name}/", wrap(_answering(doing)), name=url_name(name))
        for name, doing in doings.items()
    ]


def _answering(doing: Answer) -> Callable[[HttpRequest], HttpResponseBase]:
    def view(request: HttpRequest) -> HttpResponseBase:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        try:
            return JsonResponse(doing(request))
        except BadRequest as error:
            return JsonResponse({"error": str(error)}, status=400)
        except PortalError as error:
            return JsonResponse({"error": str(error)}, status=409)

    return view


def ask(request: HttpRequest) -> dict[str, Any]:
    """Candidates of a text; kept as an offer wherever it is known whose goods they are."""
    product = _row(request, "product", Product)
    offer = _row(request, "offer", HsOffer)
    merchant_id = product.merchant_id if product else _merchant_id(request)
    typed = {name: text_of(request, name) for name in FIELDS}
    query = _query(product, typed, merchant_id)
    if merchant_id is None:
        found, offer_id = tuple(live.suggester().suggest(query, TOP)), None
    else:
        offered = services.offer_hs(
            merchant_id=merchant_id,
            query=query,
            product=product,
            offer=offer,
        )
        found, offer_id = offered.candidates, offered.offer.pk
    shown = [told(candidate, rank) for rank, candidate in enumerate(found, 1)]
    return {"offer": offer_id, "candidates": shown}


def choose(request: HttpRequest) -> dict[str, Any]:
    """Take a candidate, another code, or none of them."""
    offer = _row(request, "offer", HsOffer)
    if offer is None:
        raise Http404
    row = services.choose_hs(
        offer=offer, code=text_of(request, "code"), actor=Actor.user(request.user)
    )
    return {
        "offer": row.pk,
        "outcome": row.outcome,
        "code": row.chosen_code,
        "shown": pointed(row.chosen_code),
        "confirmed": bool(row.chosen_code and row.product_id),
    }


def undo(request: HttpRequest) -> dict[str, Any]:
    """Take a choice back."""
    offer = _row(request, "offer", HsOffer)
    if offer is None:
        raise Http404
    row = services.undo_choice(offer=offer, actor=Actor.user(request.user))
    return {"offer": row.pk, "outcome": row.outcome}


def told(candidate: Candidate, rank: int) -> dict[str, Any]:
    """A candidate as the page shows it."""
    chapter, heading, line = candidate.path
    code = candidate.hs6
    if (get_language() or "").startswith("zh"):
        chapter = chapter_names()[code[:2]]
    return {
        "rank": rank,
        "code": code,
        "shown": pointed(code),
        "path": [[code[:2], chapter], [pointed(code[:4]), heading], [pointed(code), line]],
        "words": list(candidate.words),
        "called": live.suggester().table.words_for(code)[:MOST_CALLED],
        "why": why_words(candidate),
        "certain": candidate.score >= 1,
    }


def why_words(candidate: Candidate) -> str:
    """Why a candidate is suggested, in a few words."""
    return {
        "confirmed": _("confirmed before for this very text"),
        "similar": _("similar goods were confirmed so"),
        "alias": _("everyday word"),
        "everyday": _("name of such goods"),
        "reference": _("reference of goods"),
        "tariff": _("words of the tariff"),
    }[candidate.why]


def pointed(code: str) -> str:
    """A code with its points: 8507.60."""
    return ".".join(part for part in (code[:4], code[4:6], code[6:]) if part)


def text_of(request: HttpRequest, name: str) -> str:
    """A text of the question; too long a one, or one with NUL, is refused."""
    text = request.POST.get(name, "").strip()
    if len(text) > MOST_TEXT or "\x00" in text:
        raise BadRequest(_("This text is too long or holds what no text may."))
    return text


def _query(product: Product | None, typed: dict[str, str], merchant_id: int | None) -> Query:
    if product is not None and not (typed["title"] or typed["title_cn"]):
        return live.query_of(product)
    return Query(
        title=typed["title"],
        title_cn=typed["title_cn"],
        material=typed["material"],
        use=typed["use"],
        category=typed["category"],
        merchant_id=merchant_id,
    )


def _row(request: HttpRequest, name: str, model: type[Any]) -> Any:
    given = request.POST.get(name, "")
    if not given:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) <= MOST_DIGITS):
        raise Http404
    row = scope_to(request.user, model.objects.all()).filter(pk=given).first()
    if row is None:
        raise Http404
    return row


def _merchant_id(request: HttpRequest) -> int | None:
    own = merchant_of(request.user)
    if own is not None:
        return own
    given = request.POST.get("merchant", "")
    if not given:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) <= MOST_DIGITS):
        raise Http404
    if not Merchant.objects.filter(pk=given).exists():
        raise Http404
    return int(given)


def known_line(code: str) -> str:
    """The English text of a line, "" for a code that is none."""
    line = lines().get(code[:6])
    return line.text if line else ""
