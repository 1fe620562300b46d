"""Everyday words and what they mean, kept by operators."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.errors import PortalError
from apps.customs.hs import live
from apps.customs.hs.nomenclature import is_line, lines
from apps.customs.models import HsAlias

LONGEST_NAME = 80
_POINTS = re.compile(r"[\s.]")


class AliasRefused(PortalError):
    """The word or the code cannot be."""

    code = "alias_refused"
    permanent = True


def save_alias(*, alias: HsAlias, actor: Actor) -> HsAlias:
    """Keep a new or changed everyday word; suggestions know it within seconds.

    Raises AliasRefused for an empty word, and for a code that is no heading or line of HS 2022.
    """
    alias.word = " ".join(alias.word.split())
    alias.code = clean_code(alias.code)
    if not alias.word:
        raise AliasRefused(_("The word is empty."), code="no_word")
    with transaction.atomic():
        before = _state(HsAlias.objects.filter(pk=alias.pk).first())
        alias.added_by = alias.added_by or actor.name[:LONGEST_NAME]
        alias.changed_at = clock.now()
        alias.save()
        record_action(
            action="customs.hs_alias.saved",
            actor=actor,
            subject=alias,
            before=before,
            after=_state(alias),
        )
        transaction.on_commit(live.look_now)
    return alias


def clean_code(code: str) -> str:
    """Return the digits of a heading or line of HS 2022; raises AliasRefused for anything else."""
    digits = _POINTS.sub("", code)
    if is_line(digits) or (len(digits) == 4 and any(line.startswith(digits) for line in lines())):
        return digits
    raise AliasRefused(_("This is no heading or line of HS 2022."), code="no_such_code")


def _state(alias: HsAlias | None) -> dict[str, Any]:
    if alias is None:
        return {}
    return {"word": alias.word, "code": alias.code, "is_active": alias.is_active}
