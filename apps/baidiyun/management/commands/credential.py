"""Keep an account at the platform, sealed; its parts come from the environment or a prompt."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts.models import Merchant
from apps.baidiyun.choices import Mode
from apps.baidiyun.errors import BaidiyunError
from apps.baidiyun.models import Credential
from apps.baidiyun.services import retire_credential, store_credential
from apps.core.actions import Actor

PARTS = ("key", "customer", "secret")


class Command(BaseCommand):
    """`credential store --mode live [--merchant slug]`; `credential list`; `credential retire`.

    A part is read from ``CREDENTIAL_KEY``/``_CUSTOMER``/``_SECRET``, from the file named by the
    same name with ``_FILE``, or asked for: never from the command line, which others can see.
    """

    help = "Store, list or retire accounts at the platform (sealed; never shown again)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the action, the mode and whose account it is."""
        parser.add_argument("action", choices=("store", "list", "retire"))
        parser.add_argument("--mode", choices=Mode.values(), default=Mode.LIVE.value)
        parser.add_argument("--merchant", default="", help="slug; shared by all without it")
        parser.add_argument("--id", type=int, help="retire: which row")
        parser.add_argument("--note", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and list what there is."""
        actor = Actor.system("credential")
        try:
            if options["action"] == "store":
                key, customer, secret = (_part(name) for name in PARTS)
                store_credential(
                    mode=options["mode"],
                    merchant=_merchant(options["merchant"]),
                    actor=actor,
                    note=options["note"],
                    key=key,
                    customer=customer,
                    secret=secret,
                )
            elif options["action"] == "retire":
                retire_credential(
                    credential_id=options["id"] or 0, actor=actor, note=options["note"]
                )
        except (BaidiyunError, Credential.DoesNotExist) as error:
            raise CommandError(str(error)) from None
        for row in Credential.objects.select_related("merchant").order_by("id"):
            whose = row.merchant.slug if row.merchant else "shared"
            state = "active" if row.active else "retired"
            self.stdout.write(f"{row.pk} {row.mode} {whose} {row.fingerprint} {state}")


def _part(name: str) -> str:
    variable = f"CREDENTIAL_{name.upper()}"
    if variable in os.environ:
        return os.environ[variable]
    if f"{variable}_FILE" in os.environ:
        return Path(os.environ[f"{variable}_FILE"]).read_text().strip()
    return getpass.getpass(f"{name}: ")


def _merchant(slug: str) -> Merchant | None:
    if not slug:
        return None
    found = Merchant.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"there is no merchant {slug!r}")
    return found
