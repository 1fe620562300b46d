"""The page a message links to: what was told, and a button that acknowledges it.

A GET changes nothing: chat programs fetch the links they show.
"""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.accounts.scoping import merchant_of
from apps.core.errors import PortalError
from apps.notifications.choices import NoticeSeverity
from apps.notifications.models import Notice
from apps.notifications.models.notice import MOST_NAME
from apps.notifications.policy import may_acknowledge
from apps.notifications.services import acknowledge_notice
from apps.notifications.tokens import TokenExpired, notice_uid_of

TEMPLATE = "notifications/acknowledge.html"


class NameForm(forms.Form):
    """Asks who acknowledges, of whoever is not logged in."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=MOST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name", "enterkeyhint": "done"}),
    )


class NobodyForm(forms.Form):
    """Asks nothing: it is known who acknowledges."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge(request: HttpRequest, token: str) -> HttpResponse:
    """Show a notice to whoever holds its link; POST acknowledges it, by log-in or by name.

    A link that is none of ours is 404, one that is too old 410. Its address is told to no other
    site; with no referrer at all browsers post without an origin, and the form would be refused.
    """
    try:
        uid = notice_uid_of(token)
    except TokenExpired:
        return _page(request, {"expired": True}, status=410)
    notice = Notice.objects.filter(uid=uid).first() if uid else None
    if notice is None:
        raise Http404
    user = _staff(request)
    kind = NobodyForm if user else NameForm
    form = kind(request.POST if request.method == "POST" else None)
    context = {"form": form, "user_name": user.get_username() if user else ""}
    if request.method == "POST" and form.is_valid():
        try:
            done = acknowledge_notice(
                notice_uid=notice.uid, name=form.cleaned_data.get("name", ""), user=user
            )
        except PortalError as error:
            form.add_error(None, str(error))
        else:
            return _page(request, _shown(done.notice) | {"done": done})
    status = 422 if form.is_bound and not form.is_valid() else 200
    return _page(request, _shown(notice) | context, status=status)


def _staff(request: HttpRequest) -> User | None:
    """Return the operator's person who looks, if it is one."""
    user = request.user
    if not isinstance(user, User) or not user.is_staff or merchant_of(user) is not None:
        return None
    return user


def _shown(notice: Notice) -> dict[str, object]:
    return {
        "notice": notice,
        "severity": NoticeSeverity(notice.severity),
        "may_acknowledge": may_acknowledge(kind=notice.kind, severity=notice.severity),
    }


def _page(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    response = TemplateResponse(request, TEMPLATE, context, status=status)
    response.headers["Referrer-Policy"] = "same-origin"
    return response
