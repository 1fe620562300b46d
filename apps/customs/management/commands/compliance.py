"""Write a rule set to a file, read one into the draft of a set, or list what is wrong with it."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.core import clock
from apps.core.errors import PortalError
from apps.customs.compliance.content import SetContent, to_json
from apps.customs.compliance.rule_table import BadTable, read_rules, rule_lines
from apps.customs.compliance_live import content_of
from apps.customs.compliance_problems import MOST_BYTES, draft_problems, read_draft
from apps.customs.models import RuleSet, RuleSetVersion
from apps.customs.services.compliance_publishing import save_draft


class Command(BaseCommand):
    """`compliance CODE --export FILE`, `--import FILE --user NAME`, `--check`, or `--verify`."""

    help = (
        "Writes a rule set to a file (.json everything, .csv its rules), reads one into its draft, "
        "lists what is wrong with the draft, or compares every version with its digest."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Name the set and what to do with it."""
        parser.add_argument("code", nargs="?", default="", help="code of the rule set")
        parser.add_argument("--number", type=int, help="export this version instead of the draft")
        parser.add_argument("--user", default="", help="whose edit an import is")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--export", type=Path, metavar="FILE")
        what.add_argument("--import", type=Path, metavar="FILE", dest="read")
        what.add_argument("--check", action="store_true")
        what.add_argument("--verify", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it; every refusal is a CommandError with its sentence."""
        if options["verify"]:
            self._verify()
            return
        rule_set = RuleSet.objects.filter(code=options["code"]).first()
        if rule_set is None:
            raise CommandError(f"There is no rule set {options['code']!r}.")
        try:
            if options["export"]:
                self._export(rule_set, options["export"], options["number"])
            elif options["read"]:
                self._import(rule_set, options["read"], options["user"])
            else:
                self._check(rule_set)
        except (PortalError, BadTable, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error

    def _export(self, rule_set: RuleSet, path: Path, number: int | None) -> None:
        if number is None:
            content = read_draft(rule_set.draft)
        else:
            version = rule_set.versions.filter(number=number).first()
            if version is None:
                raise CommandError(f"There is no version {number}.")
            content = content_of(version)
        text = "".join(rule_lines(content.rules)) if path.suffix == ".csv" else _json(content)
        path.write_bytes(text.encode())
        self.stdout.write(f"{len(content.rules)} rules written to {path}")

    def _import(self, rule_set: RuleSet, path: Path, name: str) -> None:
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            raise CommandError("Say by --user whose edit this is: somebody else has to publish it.")
        if path.stat().st_size > MOST_BYTES:
            raise CommandError("The file is larger than a rule set may be (4 MB).")
        with transaction.atomic():
            content = _content_of_file(path, rule_set)
            saved = save_draft(
                rule_set=rule_set,
                content=content,
                expected_version=rule_set.draft_version,
                user=user,
            )
        self.stdout.write(f"{len(content.rules)} rules are in the draft ({saved.draft_version}).")
        self._check(saved)

    def _check(self, rule_set: RuleSet) -> None:
        for one in draft_problems(read_draft(rule_set.draft), at=clock.now()):
            mark = "!" if one.stops else "-"
            self.stdout.write(f"{mark} {one.rule_key} {one.path}: {one.message_en}")

    def _verify(self) -> None:
        count = 0
        for version in RuleSetVersion.objects.order_by("pk").iterator(chunk_size=20):
            content_of(version)
            count += 1
        self.stdout.write(f"{count} versions say what they were published with.")


def _json(content: SetContent) -> str:
    return json.dumps(to_json(content), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _content_of_file(path: Path, rule_set: RuleSet) -> SetContent:
    """Return what a file says; a CSV replaces the rules and leaves the draft's sets as they are."""
    text = path.read_bytes().decode("utf-8-sig")
    if path.suffix == ".csv":
        rules = read_rules(text.splitlines(keepends=True))
        known = read_draft(rule_set.draft) if rule_set.draft else SetContent(rule_set.code, ())
        return dataclasses.replace(known, rules=rules)
    try:
        return read_draft(json.loads(text))
    except (json.JSONDecodeError, RecursionError) as error:
        raise CommandError(f"This is no JSON: {error}") from error
