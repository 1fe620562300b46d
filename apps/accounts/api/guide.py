"""What the OpenAPI document says before the first operation: conventions and problem codes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

SECTIONS: tuple[tuple[Any, Any], ...] = (
    (
        _("Authentication"),
        _(
            "`Authorization: Bearer lm_…` with a key of your shop, and nowhere else. A key has "
            "scopes (`orders:read`, `orders:write`, `shipments:read`, `positions:write`, "
            "`products:read`, `products:write`, `contacts:read`, `contacts:write`), an end date, "
            "and a mode: orders of a sandbox key only ever reach the simulated carrier cloud. "
            "People who are logged in to the portal may use the API too; their writes need "
            "the CSRF token."
        ),
    ),
    (
        _("Whose data"),
        _(
            "A key sees its own shop and everything of it. Whatever belongs to another shop is "
            "404, as if it were not there. The operator's staff see all shops, with names, "
            "phones and addresses masked."
        ),
    ),
    (
        _("Formats"),
        _(
            "JSON in UTF-8, at most 1,000,000 bytes. Times are ISO 8601 in UTC; a time you send "
            'must carry its zone. Money is text in major units (`"19.90"`) beside a currency of '
            "three letters; weights are whole grams, sizes whole millimetres. Fields and query "
            "parameters we do not know are refused, so that a typing error cannot go unnoticed; "
            "answers may grow new fields at any time."
        ),
    ),
    (
        _("Language"),
        _(
            "`Accept-Language: zh-hans` (the default) or `en` decides the language of sentences "
            "and labels. Codes and status words never change with it."
        ),
    ),
    (
        _("Paging"),
        _(
            "Lists are newest first. Follow `next` until it is null; a cursor stays valid, and "
            "rows that arrive meanwhile neither shift nor repeat the others. There is no count "
            "and no page number: they would cost more the more there is."
        ),
    ),
    (
        _("Repeating safely"),
        _(
            "Send an `Idempotency-Key` with every write. A repeat with the same body gets the "
            "first answer again, also while the first is still being worked on: it waits."
        ),
    ),
    (
        _("Rate"),
        _(
            "Every answer to a key tells `RateLimit-Limit`, `RateLimit-Remaining` and "
            "`RateLimit-Reset` (seconds). Beyond the limit it is 429 with `Retry-After`."
        ),
    ),
    (
        _("Problems"),
        _(
            "Every error is `application/problem+json` (RFC 9457). Decide by `code`, show "
            "`detail`, and name `request_id` when you ask us."
        ),
    ),
)

CODES: dict[str, tuple[int, Any]] = {
    "malformed_json": (400, _("The body is no JSON in UTF-8; `position` says where.")),
    "duplicate_key": (400, _("An object names a key twice; `keys` lists them.")),
    "unreadable": (400, _("The body ended too early.")),
    "bad_request": (400, _("The request itself is malformed.")),
    "bad_parameter": (400, _("A query parameter is not acceptable; `errors` names it.")),
    "unknown_parameter": (400, _("A query parameter does not exist; `known` lists those that do.")),
    "repeated_parameter": (400, _("A query parameter is given several times; only one is meant.")),
    "bad_cursor": (400, _("The cursor is not one of ours.")),
    "bad_page_size": (400, _("`page_size` is not from 1 to 200.")),
    "bad_idempotency_key": (400, _("The `Idempotency-Key` is too long or not printable.")),
    "merchant_required": (400, _("Staff must say for which shop they write: `?merchant=`.")),
    "not_authenticated": (401, _("There is no key.")),
    "invalid_key": (401, _("The key is unknown, revoked, expired, or its shop is not active.")),
    "permission_denied": (403, _("The key lacks the scope, the person the permission.")),
    "forbidden": (403, _("This is not allowed.")),
    "not_found": (404, _("There is nothing here, or it is another shop's.")),
    "unknown_path": (404, _("The API has no such path.")),
    "method_not_allowed": (405, _("The path has no such method; `Allow` lists those it has.")),
    "not_acceptable": (406, _("The `Accept` header excludes JSON.")),
    "personal_data": (403, _("Papers with people's data are for whoever may see them.")),
    "document_refused": (422, _("The document lacks something; `errors` names it.")),
    "version_changed": (409, _("Somebody wrote a newer version meanwhile; read it first.")),
    "duplicate_order": (409, _("The shop has used this number; `existing_id` is that order.")),
    "already_picked_up": (409, _("Too late to cancel: the parcel can only be returned.")),
    "ambiguous_reference": (409, _("Several have this reference; `candidates` lists them.")),
    "merchant_inactive": (409, _("The shop may not place orders.")),
    "body_too_large": (413, _("The body is larger than `limit_bytes`.")),
    "too_many_points": (413, _("More positions than `limit`; send them in several requests.")),
    "too_many_items": (413, _("More items than `limit`; send them in several requests.")),
    "unsupported_media_type": (415, _("The body is not declared as application/json.")),
    "invalid": (422, _("Fields are not acceptable; `errors` names each by its dotted path.")),
    "idempotency_key_reused": (422, _("The `Idempotency-Key` was used for another request.")),
    "rate_limited": (429, _("Too many requests; wait `retry_after_seconds`.")),
    "server_error": (500, _("Something failed on our side.")),
    "unavailable": (503, _("The database cannot be reached; try again soon.")),
}

TAGS: dict[str, Any] = {
    "orders": _("What customers bought and where it goes: placing, reading, cancelling."),
    "declarations": _("What customs needs of parcels that cross a border, and their papers."),
    "products": _("What a shop sells, by SKU, as customs wants to know it."),
    "shipments": _("Parcels on their way, with everything the carriers said."),
    "customers": _("What customers said: contacts, complaints, recommendations."),
}


def introduction() -> str:
    """Return the conventions and the table of problem codes, as Markdown."""
    parts = [f"## {title}\n\n{text}" for title, text in SECTIONS]
    head = f"| {_('Code')} | {_('Status')} | {_('Meaning')} |\n| --- | --- | --- |"
    rows = [f"| `{code}` | {status} | {meaning} |" for code, (status, meaning) in CODES.items()]
    folded = f"<details><summary>{_('All codes')}</summary>"
    return "\n\n".join([*parts, folded, "\n".join([head, *rows]), "</details>"])


def introduce(result: dict[str, Any], **_options: Any) -> dict[str, Any]:
    """Put the conventions at the head of the document (a drf-spectacular hook)."""
    result["info"]["description"] = introduction()
    result["tags"] = [{"name": name, "description": str(text)} for name, text in TAGS.items()]
    for methods in result["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                parameter["description"] = parameter.get("description", "").strip()
    return result
