"""Texts on forms: descriptions that say nothing, formulas, markup, signs nobody can print. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from apps.customs.areas import in_eu
from apps.customs.checks.base import BLOCK, CODES, SHOP, WARN, Case, found, is_unprintable
from apps.customs.checks.vague import better_wording, vagueness
from apps.customs.choices import Direction
from apps.customs.findings import Finding
from apps.customs.record import Line

CODES.update(
    {
        "name_formula": (BLOCK, SHOP),
        "name_markup": (BLOCK, SHOP),
        "name_unprintable": (BLOCK, SHOP),
        "name_too_long": (BLOCK, SHOP),
        "description_empty": (BLOCK, SHOP),
        "description_refused": (BLOCK, SHOP),
        "description_vague": (WARN, SHOP),
        "description_not_latin": (BLOCK, SHOP),
        "name_not_latin": (WARN, SHOP),
    }
)
LINE_TEXTS = ("description_en", "description_cn", "material", "use", "brand", "model")
PARTIES = ("seller", "recipient", "exporter", "importer", "responsible")
LONGEST = 250
"""Characters of a goods' name in China's list (customs.md §1.4: gname ≤ 250)."""
LONGEST_BETTER = 80
"""What a finding's detail holds: half a wording would be copied as it is."""

_STRICT = frozenset({"US"})
_READ_CHINESE = frozenset({"JP", "HK", "MO", "TW"})
_FORMULA = re.compile(r"\s*(?:[=\uff1d]|[+@-]\s*[A-Za-z]+\w*\s*[(!|]|[+-]\s*\d[\d.]*\s*[-+*/(])")
_MARKUP = re.compile(
    r"<\s*[A-Za-z/!?]|&(?:#\d+|#x[0-9a-f]+|[a-z]{2,8});|javascript:", re.IGNORECASE
)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_PLAIN = re.compile(r"[\x20-\x7e\u00a0-\u024f\u3000-\u303f\u3400-\u9fff\uff00-\uffef]*\Z")


def names(case: Case) -> Iterator[Finding]:
    """Yield what is wrong with texts: of every line, then of the parties."""
    strict = [
        border.key
        for border in case.borders
        if border.direction is Direction.IMPORT
        and (in_eu(border.country) or border.country in _STRICT)
    ]
    imports = any(border.direction is Direction.IMPORT for border in case.borders)
    for line in case.record.lines:
        yield from _of_line(line, strict, imports)
    for root in PARTIES:
        party = getattr(case.record, root)
        if party is not None:
            texts = {"name": party.name, "local_name": party.local_name}
            texts["address.street"] = party.address.street
            for name, text in texts.items():
                if problem := text_problem(text):
                    yield found(problem, f"{root}.{name}", text=text[:40])
    if imports:
        yield from _unreadable(case)


def _unreadable(case: Case) -> Iterator[Finding]:
    """Names the destination cannot read: none of their letters is Latin."""
    if case.record.destination in _READ_CHINESE:
        return
    for root in ("seller", "recipient"):
        name = getattr(case.record, root).name
        if name.strip() and not _LATIN.search(name):
            yield found("name_not_latin", f"{root}.name", text=name[:40])


def _of_line(line: Line, strict: list[str], imports: bool) -> Iterator[Finding]:
    fields = LINE_TEXTS if line.description_en or line.description_cn else ("title", *LINE_TEXTS)
    for name in fields:
        text = getattr(line, name)
        if not text:
            continue
        if problem := text_problem(text):
            yield found(problem, f"lines.{name}", line.position, text=text[:40])
        elif len(text) > LONGEST:
            yield found("name_too_long", f"lines.{name}", line.position, most=LONGEST)
    if imports and line.description_en.strip() and not _LATIN.search(line.description_en):
        yield found("description_not_latin", "lines.description_en", line.position)
    for name in ("description_en", "description_cn"):
        yield from _description(line, name, strict)


def _description(line: Line, name: str, strict: list[str]) -> Iterator[Finding]:
    text = getattr(line, name)
    if not text.strip():
        return
    verdict = vagueness(text, line.brand)
    if verdict == "empty":
        yield found("description_empty", f"lines.{name}", line.position, text=text[:40])
    elif verdict:
        refused = verdict == "refused" and bool(strict) and name == "description_en"
        code = "description_refused" if refused else "description_vague"
        borders = tuple(strict) if refused else ()
        told = {"text": text[:40]} | _better(line, name)
        yield found(code, f"lines.{name}", line.position, borders=borders, **told)


def _better(line: Line, name: str) -> dict[str, str]:
    """A better wording in the language of the field, where the product's own data allow one."""
    if name != "description_en":
        return {}
    latin = [text for text in (line.description_en, line.title) if _LATIN.search(text)]
    better = better_wording(latin, material=line.material, use=line.use, brand=line.brand)
    return {"better": better} if 0 < len(better) <= LONGEST_BETTER else {}


@lru_cache(maxsize=8192)
def text_problem(text: str) -> str:
    """Return the code of what no form may carry in a text, "" for a clean one."""
    if _FORMULA.match(text):
        return "name_formula"
    if _MARKUP.search(text):
        return "name_markup"
    if _PLAIN.match(text) or not any(is_unprintable(sign) for sign in text):
        return ""
    return "name_unprintable"
