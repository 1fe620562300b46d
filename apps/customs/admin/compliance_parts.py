"""What rules of a set stand on: named sets of countries, requirements, kinds of documents."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import PortalError
from apps.customs.admin.compliance_drafts import Draft
from apps.customs.admin.compliance_editor import Choices, both_names, countries, need_fields
from apps.customs.admin.compliance_rows import problem_words
from apps.customs.admin.compliance_rule_input import Unreadable
from apps.customs.admin.compliance_versions import page_context
from apps.customs.choices import CertificateKind, IdentifierKind
from apps.customs.compliance.content import (
    DocumentTypeContent,
    NamedSet,
    RequirementContent,
    to_json,
)
from apps.customs.models import RuleSet
from apps.customs.services.compliance_editing import keep_part, mark_of
from apps.customs.services.compliance_publishing import EDIT

MOST_BYTES, MOST_ROWS, MOST_VALUES, LONGEST = 200_000, 400, 300, 300
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,19}")
TITLES = {
    "named_sets": gettext_lazy("Named sets of countries"),
    "requirements": gettext_lazy("Requirements of countries"),
    "document_types": gettext_lazy("Kinds of documents"),
}
EXPLAIN = {
    "named_sets": gettext_lazy(
        "A name rules use instead of a list of countries. A set may hold other sets."
    ),
    "requirements": gettext_lazy(
        "Which number of the recipient or sender a country wants; any one of those named does."
        " Each number is checked by its own form."
    ),
    "document_types": gettext_lazy("What rules ask for by name, and which papers serve as it."),
}
Row = Mapping[str, Any]


def parts_view(model_admin: Any, request: HttpRequest, *, rule_set: RuleSet) -> HttpResponseBase:
    """Show the tables of a set; POST keeps one of them."""
    draft = Draft(rule_set)
    wrong: dict[str, str] = {}
    sent: dict[str, Any] = {}
    part = request.POST.get("part", "")
    if request.method == "POST":
        if not request.user.has_perm(EDIT):
            raise PermissionDenied
        try:
            _keep(request, rule_set, part)
        except Unreadable as error:
            wrong = error.problems
            sent = {part: _rows_sent(request)}
        except PortalError as error:
            wrong = {"": str(error)}
        else:
            messages.success(request, _("Kept in the draft."))
            return HttpResponseRedirect(f"{request.path}#{part}")
    context = {
        **page_context(model_admin, request, draft),
        "title": _("Countries and documents"),
        "tables": [_table(name, draft, sent) for name in TITLES],
        "part": part,
        "wrong": wrong.get("", ""),
        "editor": {"columns": columns(draft), "wrong": {part: wrong}, "words": script_words(),
                   "readonly": not request.user.has_perm(EDIT)},
        "problems": [problem_words(one) for one in draft.problems if not one.rule_key],
    }  # fmt: skip
    status = 422 if wrong else 200
    return TemplateResponse(request, "customs/compliance_parts.html", context, status=status)


def _keep(request: HttpRequest, rule_set: RuleSet, part: str) -> None:
    reader = READERS.get(part)
    if reader is None:
        raise Unreadable({"": _("This cannot be read.")})
    wrong: dict[str, str] = {}
    rows = [reader(row, number, wrong) for number, row in enumerate(_rows_sent(request))]
    if wrong:
        raise Unreadable(wrong)
    was = request.POST.get("was", "")
    keep_part(rule_set=rule_set, part=part, rows=rows, was=was, user=request.user)


def _rows_sent(request: HttpRequest) -> list[Row]:
    text = request.POST.get("rows", "[]")
    try:
        rows = json.loads(text) if len(text) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise Unreadable({"": _("This table cannot be read.")})
    return [row if isinstance(row, dict) else {} for row in rows]


def _table(name: str, draft: Draft, sent: Mapping[str, Any]) -> dict[str, Any]:
    held = getattr(draft.content, name)
    return {
        "name": name,
        "held": f"held-{name}",
        "title": TITLES[name],
        "explain": EXPLAIN[name],
        "was": mark_of(held),
        "rows": sent.get(name, to_json(held)),
        "count": len(held),
    }


def columns(draft: Draft) -> dict[str, list[dict[str, Any]]]:
    """Return the columns the script draws, table by table."""
    own = countries(draft.content.named_sets)
    plain: Choices = [(code, title) for code, title in own if not code.startswith("@")]
    first, last = (
        _column("valid_from", _("valid from"), "day"),
        _column("valid_to", _("valid until"), "day"),
    )
    titles = [_column("title_zh", _("Chinese title")), _column("title_en", _("English title"))]
    source = _column("source", _("source"), "wide")
    code = _column("code", _("code"), "code")
    return {
        "named_sets": [code, *titles, _column("members", _("countries"), "many", own)],
        "requirements": [
            _column("country", _("country"), "one", plain),
            _column("field", _("field"), "pick", _identifier_fields()),
            _column("kinds", _("numbers that do"), "many", _pairs(IdentifierKind)),
            _column("mandatory", _("mandatory"), "yes"), first, last, source,
        ],
        "document_types": [
            code, *titles,
            _column("certificates", _("papers that do"), "many", _pairs(CertificateKind)),
            first, last, source,
        ],
    }  # fmt: skip


def _column(name: str, label: str, kind: str = "text", choices: Choices | None = None) -> Any:
    return {"name": name, "label": label, "kind": kind, "choices": choices or []}


def _identifier_fields() -> Choices:
    named = [one for one in need_fields() if one[0].endswith("identifiers")]
    return named or [("recipient.identifiers", "recipient.identifiers")]


def _pairs(words: Any) -> Choices:
    return [(one.value, str(one.label)) for one in words if one.value]


def script_words() -> dict[str, str]:
    """Return the words of the tables' script."""
    return {"add": _("add…"), "remove": _("Remove"), "nothing": _("Nothing found"),
            "row": _("Another row"), "empty": _("Nothing here yet.")}  # fmt: skip


def _text(row: Row, name: str, path: str, wrong: dict[str, str], *, most: int = LONGEST) -> str:
    value = row.get(name, "")
    if not isinstance(value, str) or len(value) > most or "\x00" in value:
        wrong[f"{path}.{name}"] = _("At most %(most)d characters.") % {"most": most}
        return ""
    return value.strip()


def _many(row: Row, name: str, path: str, wrong: dict[str, str]) -> tuple[str, ...]:
    values = row.get(name, [])
    fits = isinstance(values, list) and 0 < len(values) <= MOST_VALUES
    if not fits or not all(isinstance(one, str) and len(one) <= 40 for one in values):
        wrong[f"{path}.{name}"] = _("Choose at least one.")
        return ()
    return tuple(dict.fromkeys(values))


def _code(row: Row, path: str, wrong: dict[str, str]) -> str:
    code = _text(row, "code", path, wrong, most=20)
    if not CODE.fullmatch(code):
        wrong[f"{path}.code"] = _("Letters, digits and _; begins with a letter.")
    return code


def _day(row: Row, name: str, path: str, wrong: dict[str, str]) -> dt.date | None:
    value = row.get(name)
    if value in (None, ""):
        return None
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError:
        wrong[f"{path}.{name}"] = _("This is no date; write it as 2027-01-31.")
        return None


def _days(row: Row, path: str, wrong: dict[str, str]) -> tuple[dt.date, dt.date | None]:
    first, last = _day(row, "valid_from", path, wrong), _day(row, "valid_to", path, wrong)
    if first is None:
        wrong.setdefault(f"{path}.valid_from", _("From which day?"))
        first = dt.date.min
    if last and last < first:
        wrong[f"{path}.valid_to"] = _("It ends before it begins.")
    return first, last


def read_set(row: Row, number: int, wrong: dict[str, str]) -> NamedSet:
    """Return a named set of a row; what is wrong goes to ``wrong`` by path."""
    path = str(number)
    return NamedSet(
        code=_code(row, path, wrong),
        members=_many(row, "members", path, wrong),
        title_zh=_text(row, "title_zh", path, wrong, most=80),
        title_en=_text(row, "title_en", path, wrong, most=80),
    )


def read_requirement(row: Row, number: int, wrong: dict[str, str]) -> RequirementContent:
    """Return a requirement of a row; what is wrong goes to ``wrong`` by path."""
    path = str(number)
    first, last = _days(row, path, wrong)
    country = _text(row, "country", path, wrong, most=2)
    if both_names(country) == f"{country} ({country})" or len(country) != 2:
        wrong[f"{path}.country"] = _("There is no such country.")
    return RequirementContent(
        country=country,
        field=_text(row, "field", path, wrong, most=60) or "recipient.identifiers",
        kinds=_many(row, "kinds", path, wrong),
        mandatory=bool(row.get("mandatory")),
        valid_from=first,
        valid_to=last,
        source=_text(row, "source", path, wrong),
    )


def read_document(row: Row, number: int, wrong: dict[str, str]) -> DocumentTypeContent:
    """Return a kind of document of a row; what is wrong goes to ``wrong`` by path."""
    path = str(number)
    first, last = _days(row, path, wrong)
    return DocumentTypeContent(
        code=_code(row, path, wrong),
        title_zh=_text(row, "title_zh", path, wrong, most=80),
        title_en=_text(row, "title_en", path, wrong, most=80),
        certificates=_many(row, "certificates", path, wrong),
        valid_from=first,
        valid_to=last,
        source=_text(row, "source", path, wrong),
    )


READERS: dict[str, Callable[[Row, int, dict[str, str]], Any]] = {
    "named_sets": read_set,
    "requirements": read_requirement,
    "document_types": read_document,
}
