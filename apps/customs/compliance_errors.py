"""Why a draft is not saved or published, and a list not taken: each a sentence that says what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.errors import PortalError
from apps.customs.compliance.drafting_problem import Problem


class RulesRefused(PortalError):
    """Something about rules, versions or lists cannot be done; ``code`` says which reason."""

    code = "rules_refused"
    permanent = True


class SamePerson(RulesRefused):
    """Who wrote it cannot be the one who publishes it."""

    code = "same_person"

    def __init__(self) -> None:
        super().__init__(
            _("You wrote part of this. Somebody else has to look at it and publish it.")
        )


class NotYours(RulesRefused):
    """The person may not do this."""

    code = "not_permitted"

    def __init__(self) -> None:
        super().__init__(_("Your role does not allow this."))


class RulesBusy(RulesRefused):
    """Parcels are being judged just now; nothing was changed."""

    code = "busy"
    permanent = False

    def __init__(self) -> None:
        super().__init__(
            _("Parcels are being checked just now. Nothing was published; try again in a moment.")
        )


class DraftRefused(RulesRefused):
    """The content cannot be published; ``problems`` name each place."""

    code = "draft_refused"

    def __init__(self, problems: Sequence[Problem], message: Any = "") -> None:
        super().__init__(message or _("This cannot be published as it is; see what is named."))
        self.problems = tuple(problems)


class ImpactRefused(RulesRefused):
    """The impact of a draft cannot be worked out; ``reason`` says why."""

    code = "impact_refused"

    def __init__(self, reason: str) -> None:
        said = {
            "nothing_differs": _("The draft changes nothing for any parcel."),
            "unreadable": _("The draft cannot be evaluated yet; put right what is named first."),
            "under_way": _("A preview of this draft is under way."),
        }
        super().__init__(said[reason])
        self.reason = reason
