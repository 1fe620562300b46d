"""The API's description: the OpenAPI document and a page to browse it, without the internet."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

from apps.accounts.api.fallbacks import problem_page, safe_only

RENDERERS: dict[str, tuple[Any, str]] = {
    "yaml": (OpenApiYamlRenderer, "application/yaml"),
    "json": (OpenApiJsonRenderer, "application/json"),
}


@safe_only
def schema(request: HttpRequest) -> HttpResponse:
    """Answer the OpenAPI document, public, in the caller's language.

    YAML unless ``?format=json`` or the Accept header asks for JSON.
    """
    chosen = request.GET.get("format") or _accepted(request)
    if chosen not in RENDERERS:
        return problem_page(request, 400, "bad_parameter", _("format is yaml or json."))
    body = rendered(chosen, "en" if get_language() == "en" else "zh-hans")
    return HttpResponse(body, content_type=RENDERERS[chosen][1] + "; charset=utf-8")


@safe_only
def docs(request: HttpRequest) -> HttpResponse:
    """Show the page that lists every operation and tries it out."""
    return render(request, "accounts/api_docs.html", {"csrf_token_value": get_token(request)})


@lru_cache(maxsize=4)
def rendered(kind: str, language: str) -> bytes:
    """Return the document in ``yaml`` or ``json`` and a language; made once a process."""
    with translation.override(language):
        document = SchemaGenerator().get_schema(request=None, public=True)
        return bytes(RENDERERS[kind][0]().render(document, renderer_context={}))


def _accepted(request: HttpRequest) -> str:
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    return "json" if wants_json else "yaml"
