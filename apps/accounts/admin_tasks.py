"""Task pages: something a person does to one record, confirmed on a page of its own.

A GET shows what will happen and asks; only the POST calls the service. An error of the
service is shown on the page, with what was typed still in place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from apps.core.errors import PortalError

Values = dict[str, Any]


class ConfirmForm(forms.Form):
    """Asks for nothing but the confirmation."""


class ReasonForm(forms.Form):
    """Asks why, in a few words for the action log."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )


@dataclass(frozen=True)
class Task:
    """One thing to do with one record.

    ``run(request, row, values)`` calls the service and returns the sentence that says it is
    done. ``applies(row)`` hides the task where it makes no sense; the service still checks.
    ``permission`` is ``app.codename``. ``omit(row)`` names fields of the form that make no sense
    for this record.
    """

    name: str
    label: Any
    explain: Any
    permission: str
    run: Callable[[HttpRequest, Any, Values], Any]
    form: type[forms.Form] = ConfirmForm
    icon: str = "bolt"
    danger: bool = False
    applies: Callable[[Any], bool] = lambda row: True
    initial: Callable[[Any], Values] = lambda row: {}
    omit: Callable[[Any], tuple[str, ...]] = lambda row: ()
    personal: bool = False


class TaskPages:
    """Gives an admin its tasks: addresses, pages, and the buttons of the record's page.

    A task marked ``personal`` shows personal data in its form and is offered only while the
    record is revealed.
    """

    tasks: tuple[Task, ...] = ()

    def task_urls(self) -> list[URLPattern]:
        """Return an address for every task."""
        site = self.admin_site  # type: ignore[attr-defined]
        return [
            path(
                f"<path:object_id>/do/{task.name}/",
                site.admin_view(self._view_of(task)),
                name=self.url_name(f"do_{task.name}"),  # type: ignore[attr-defined]
            )
            for task in self.tasks
        ]

    def task_buttons(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """Return what the record's page offers the viewer."""
        return [
            {"task": task, "url": self.task_url(task, row)}
            for task in self.tasks
            if request.user.has_perm(task.permission) and task.applies(row)
        ]

    def task_url(self, task: Task, row: Any) -> str:
        """Return the address of a task for one record."""
        name = self.url_name(f"do_{task.name}")  # type: ignore[attr-defined]
        return reverse(f"admin:{name}", args=[row.pk])

    def task_subject(self, row: Any) -> str:
        """Return what a task's page calls the record."""
        return str(row)

    def _view_of(self, task: Task) -> Callable[..., HttpResponse]:
        def view(request: HttpRequest, object_id: str) -> HttpResponse:
            return self.task_view(request, object_id, task)

        return view

    def task_view(self, request: HttpRequest, object_id: str, task: Task) -> HttpResponse:
        """Ask on GET, do it on POST, and return to where the person came from."""
        row = self.get_visible_or_404(request, object_id)  # type: ignore[attr-defined]
        if not request.user.has_perm(task.permission):
            raise PermissionDenied
        form = self._form_of(request, row, task)
        if request.method == "POST" and form.is_valid():
            try:
                text = task.run(request, row, form.cleaned_data)
            except (PortalError, ValidationError) as error:
                add_error(form, error)
            else:
                messages.success(request, text)
                return HttpResponseRedirect(self._back(request, row))
        return self._page(request, row, task, form)

    def _form_of(self, request: HttpRequest, row: Any, task: Task) -> forms.Form:
        posted = request.method == "POST"
        form = task.form(request.POST) if posted else task.form(initial=task.initial(row))
        for name in task.omit(row):
            form.fields.pop(name, None)
        return form

    def _back(self, request: HttpRequest, row: Any) -> str:
        wanted = self.wanted_address(request)
        return wanted or reverse(f"admin:{self.url_name('change')}", args=[row.pk])  # type: ignore[attr-defined]

    @staticmethod
    def wanted_address(request: HttpRequest) -> str:
        """Return the page of ours that ``next`` names, or an empty text."""
        wanted = request.POST.get("next") or request.GET.get("next") or ""
        return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""

    def _page(self, request: HttpRequest, row: Any, task: Task, form: forms.Form) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            **self.reveal_context(request, row),  # type: ignore[attr-defined]
            "title": task.label,
            "subtitle": self.task_subject(row),
            "row": row,
            "task": task,
            "form": form,
            "back": self._back(request, row),
            "hidden_for_now": task.personal and not self.is_revealed(request, row),  # type: ignore[attr-defined]
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "accounts/task.html", context, status=status)


def add_error(form: forms.Form, error: PortalError | ValidationError) -> None:
    """Put an error beside the fields it names, else above the form.

    A service names fields in ``error.problems`` (each with ``field`` and ``message``), where the
    last part of a dotted field is the form's: ``recipient.phone`` is ``phone``.
    """
    if isinstance(error, ValidationError):
        form.add_error(None, error)
        return
    problems = getattr(error, "problems", ())
    for problem in problems:
        name = problem.field.rpartition(".")[2]
        known = name in form.fields
        form.add_error(name if known else None, problem.message)
    if not problems:
        form.add_error(None, str(error))
