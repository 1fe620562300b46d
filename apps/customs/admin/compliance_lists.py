"""Keyword lists: their words, who wrote and who published them, a file in and a file out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.admin_records import RecordAdmin
from apps.accounts.faces import badge
from apps.core.errors import PortalError
from apps.core.language import spoken
from apps.customs.admin.compliance_list_words import list_users, term_page, versions_of
from apps.customs.choices import ListMatch
from apps.customs.compliance.term_rows import BadRow, TermRow, csv_lines, read_rows
from apps.customs.models import KeywordList, KeywordListVersion, KeywordTerm
from apps.customs.services.compliance_publishing import PUBLISH
from apps.customs.services.keyword_import import import_terms
from apps.customs.services.keyword_lists import (
    EDIT,
    change_terms,
    drop_version,
    publish_list_version,
    restore_list_version,
    save_list,
)

MOST_BYTES = 40_000_000
MOST_TYPED = 20_000
View = Callable[..., HttpResponseBase]


class ListForm(forms.ModelForm):
    """What a list is called and where its words are from."""

    class Meta:
        model = KeywordList
        fields = ("key", "title_zh", "title_en", "source", "checked_on")
        widgets: ClassVar[dict[str, Any]] = {
            "checked_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        }


@admin.register(KeywordList)
class KeywordListAdmin(RecordAdmin):
    """Lists of words that rules look for."""

    merchant_path = None
    can_add = True
    form = ListForm
    ordering = ("key",)
    list_display = ("title", "key", "words", "waits", "checked_on", "source")

    def get_urls(self) -> list[URLPattern]:
        """Add what is done with a list."""
        pages: list[tuple[str, str, View]] = [
            ("about/", "about", self.about_view),
            ("words/", "words", self.words_view),
            ("import/", "import", self.import_view),
            ("progress/", "progress", self.progress_view),
            ("versions/<int:number>/export/", "export", self.export_view),
            ("versions/<int:number>/publish/", "publish", self.publish_view),
            ("versions/<int:number>/drop/", "drop", self.drop_view),
            ("versions/<int:number>/restore/", "restore", self.restore_view),
        ]
        own = [
            path(
                f"<int:object_id>/{route}",
                self.admin_site.admin_view(self._bound(view)),
                name=self.url_name(name),
            )
            for route, name, view in pages
        ]
        return [*own, *super().get_urls()]

    def _bound(self, view: View) -> View:
        def answer(request: HttpRequest, object_id: int, **given: Any) -> HttpResponseBase:
            self._check_may_view(request)
            row = self.get_visible_or_404(request, str(object_id))
            if "number" in given:
                found = row.versions.filter(number=given.pop("number")).first()
                if found is None:
                    raise Http404
                given["version"] = found
            return view(request, row, **given)

        return answer

    def get_queryset(self, request: HttpRequest) -> QuerySet[KeywordList]:
        """Lists with their whole versions, the newest first."""
        whole = KeywordListVersion.objects.filter(ready_at__isnull=False).order_by("-number")
        return super().get_queryset(request).prefetch_related(Prefetch("versions", whole, "whole"))

    @display(description=_("list of words"))
    def title(self, row: KeywordList) -> str:
        """The title in the reader's language."""
        return list_title(row)

    @display(description=_("words that count"))
    def words(self, row: KeywordList) -> Any:
        """How many words the version that counts has."""
        now = [one for one in row.whole if one.published_at]  # type: ignore[attr-defined]
        if not now:
            return badge(_("nothing published"), "warning")
        return f"{now[0].terms_count:,} (v{now[0].number})"

    @display(description=_("waits"))
    def waits(self, row: KeywordList) -> Any:
        """Whether a newer version waits for a second person."""
        newest = row.whole[0] if row.whole else None  # type: ignore[attr-defined]
        if newest is None or newest.published_at:
            return "—"
        return badge(_now("v%(number)d waits to be published") % {"number": newest.number}, "info")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Keep a new list by its service."""
        made = save_list(user=request.user, **form.cleaned_data)
        obj.pk = made.pk

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The service wrote it down."""

    def response_add(
        self, request: HttpRequest, obj: KeywordList, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on to the new list's page."""
        return HttpResponseRedirect(list_page(obj))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a list: its words, its versions, a file in."""
        if self._is_closed_to(request):
            raise Http404
        row = self.get_visible_or_404(request, object_id)
        return self.timed(lambda: self._list_page(request, row), request)

    def _list_page(
        self, request: HttpRequest, row: KeywordList, *, about: ListForm | None = None,
        wrong: str = "",
    ) -> HttpResponse:  # fmt: skip
        form = about or ListForm(instance=row)
        form.fields.pop("key", None)
        context = {
            **self.admin_site.each_context(request),
            "title": list_title(row),
            "list": row,
            "form": form,
            "wrong": wrong,
            "versions": versions_of(row),
            "users": list_users(row.key),
            "may_edit": request.user.has_perm(EDIT),
            "may_publish": request.user.has_perm(PUBLISH),
            "matches": ListMatch.choices(),
            **term_page(row, request.GET),
        }
        status = 422 if wrong or form.errors else 200
        return TemplateResponse(request, "customs/compliance_list.html", context, status=status)

    # What is done with a list

    def about_view(self, request: HttpRequest, row: KeywordList) -> HttpResponseBase:
        """POST: change what a list is called, its source, and when that was looked at."""
        refuse_unless_post(request, EDIT)
        given = request.POST.copy()
        given["key"] = row.key
        form = ListForm(given, instance=row)
        if not form.is_valid():
            return self._list_page(request, row, about=form)
        save_list(user=request.user, **form.cleaned_data)
        messages.success(request, _now("Kept."))
        return HttpResponseRedirect(list_page(row))

    def words_view(self, request: HttpRequest, row: KeywordList) -> HttpResponseBase:
        """POST: a new version with words typed, or without words ticked."""
        refuse_unless_post(request, EDIT)
        try:
            add = list(typed_rows(request))
            remove = [int(one) for one in request.POST.getlist("remove") if one.isdecimal()]
            if not add and not remove:
                raise PortalError(_now("Type a word, or tick those to take out."))
            made = change_terms(keyword_list=row, user=request.user, add=add, remove=remove)
        except PortalError as error:
            return self._list_page(request, row, wrong=str(error))
        messages.success(request, waiting_words(made))
        return HttpResponseRedirect(list_page(row))

    def import_view(self, request: HttpRequest, row: KeywordList) -> HttpResponseBase:
        """POST a file: a new version with its words; JSON, as the page shows how far it is."""
        refuse_unless_post(request, EDIT)
        file = request.FILES.get("file")
        if file is None or (file.size or 0) > MOST_BYTES:
            said = _now("Choose a CSV of at most 40 MB.")
            return JsonResponse({"error": said}, status=422)
        try:
            made = import_terms(keyword_list=row, file=file, user=request.user)
        except PortalError as error:
            return JsonResponse({"error": str(error)}, status=422)
        messages.success(request, waiting_words(made))
        return JsonResponse({"page": list_page(row), "terms": made.terms_count})

    def progress_view(self, request: HttpRequest, row: KeywordList) -> HttpResponseBase:
        """GET: how many words of a file that is being read are stored so far."""
        running = row.versions.filter(ready_at__isnull=True).first()
        stored = KeywordTerm.objects.filter(version=running).count() if running else None
        return JsonResponse({"stored": stored})

    def export_view(
        self, request: HttpRequest, row: KeywordList, version: KeywordListVersion
    ) -> HttpResponseBase:
        """GET: all words of a version as CSV, as they can be read in again."""
        if version.ready_at is None:
            raise Http404
        answer = StreamingHttpResponse(csv_lines(rows_of(version)), content_type="text/csv")
        name = f"{row.key}-v{version.number}.csv"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def publish_view(
        self, request: HttpRequest, row: KeywordList, version: KeywordListVersion
    ) -> HttpResponseBase:
        """POST: let a version count, by somebody who did not write it."""
        refuse_unless_post(request, PUBLISH)
        return self._done(
            request, row,
            lambda: publish_list_version(version=version, approver=request.user),
            _now("Version %(number)d counts now.") % {"number": version.number},
        )  # fmt: skip

    def drop_view(
        self, request: HttpRequest, row: KeywordList, version: KeywordListVersion
    ) -> HttpResponseBase:
        """POST: remove a version nobody published."""
        refuse_unless_post(request, EDIT)
        return self._done(
            request, row,
            lambda: drop_version(version=version, user=request.user),
            _now("Version %(number)d is removed.") % {"number": version.number},
        )  # fmt: skip

    def restore_view(
        self, request: HttpRequest, row: KeywordList, version: KeywordListVersion
    ) -> HttpResponseBase:
        """POST: bring an older version's words back, one click."""
        refuse_unless_post(request, PUBLISH)
        return self._done(
            request, row,
            lambda: restore_list_version(version=version, approver=request.user, note=""),
            _now("The words of version %(number)d count again.") % {"number": version.number},
        )  # fmt: skip

    def _done(
        self, request: HttpRequest, row: KeywordList, doing: Callable[[], Any], said: str
    ) -> HttpResponseBase:
        try:
            doing()
        except PortalError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, said)
        return HttpResponseRedirect(list_page(row))


def refuse_unless_post(request: HttpRequest, permission: str) -> None:
    """Raise Http404 for anything but a POST, PermissionDenied for whoever may not."""
    if request.method != "POST":
        raise Http404
    if not request.user.has_perm(permission):
        raise PermissionDenied


def typed_rows(request: HttpRequest) -> Iterator[TermRow]:
    """Yield the words typed, one a line, compared as was chosen. Raises PortalError."""
    text = request.POST.get("words", "").replace("\x00", "")[:MOST_TYPED]
    match = request.POST.get("match", "")
    match = match if match in ListMatch.values() else ListMatch.WORD.value
    lines = [f'"{line.strip().replace(chr(34), chr(34) * 2)}",{_language(line)},{match}\n'
             for line in text.splitlines() if line.strip()]  # fmt: skip
    if not lines:
        return
    try:
        found = list(read_rows(["term,language,match\n", *lines]))
    except BadRow as error:
        raise PortalError(_now("These words cannot be read.")) from error
    for row in found:
        if isinstance(row, BadRow):
            raise PortalError(_now("Line %(number)d is no word.") % {"number": row.number - 1})
        yield row


def _language(line: str) -> str:
    return "zh" if any("\u3400" <= letter <= "\u9fff" for letter in line) else "en"


def rows_of(version: KeywordListVersion) -> Iterator[TermRow]:
    """Yield the words of a version, as a CSV has them."""
    rows = KeywordTerm.objects.filter(version=version).order_by("term", "match")
    values = rows.values_list("term", "language", "match", "valid_from", "valid_to")
    for number, one in enumerate(values.iterator(chunk_size=5000), 2):
        yield TermRow(number, *one)


def list_title(row: KeywordList) -> str:
    """Return a list's title in the reader's language."""
    own = row.title_zh if spoken() == "zh" else row.title_en
    return own or row.title_zh or row.key


def list_page(row: KeywordList) -> str:
    """Return the address of a list's page."""
    return reverse("admin:customs_keywordlist_change", args=[row.pk])


def waiting_words(version: KeywordListVersion) -> str:
    """Return what is said of a version that waits for a second person."""
    said = {"number": version.number, "terms": f"{version.terms_count:,}"}
    return _now("Version %(number)d with %(terms)s words waits for somebody to publish it.") % said
