"""The words of findings that only forms have. Looked up by `finding_words`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

FORM_WORDS: dict[str, tuple[Any, Any]] = {
    "no_china_code": (
        _("%(field)s: China's customs has no number for “%(value)s”"),
        _("Choose another value, or ask customs staff to extend the table."),
    ),
    "wrong_mode": (
        _("There is no export list for the mode “%(value)s”"),
        _("Choose 9610, 9710, 9810 or 1210, or use the postal forms."),
    ),
    "schema": (
        _("The message would not be accepted: %(detail)s"),
        _("Correct the value in the record; nothing is cut or filled in."),
    ),
    "ewaybill": (
        _("The e-waybill would not be accepted: %(detail)s"),
        _("Correct the value in the record."),
    ),
}
