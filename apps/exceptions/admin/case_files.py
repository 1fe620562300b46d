"""Files of a case: taken in by one form, given out as downloads and never shown in the page."""

from __future__ import annotations

from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.translation import gettext as _

from apps.core.errors import PortalError
from apps.exceptions import services
from apps.exceptions.file_kinds import ENDINGS
from apps.exceptions.models import Case, CaseFile
from apps.exceptions.models.casework import MOST_FILE_BYTES

ACCEPTED = ",".join(f".{ending}" for ending in ENDINGS)
"""What the browser's file dialog offers; the service looks at the content."""


def upload(request: HttpRequest, case: Case) -> HttpResponse:
    """POST a file: answers 201, or one sentence that says what is wrong with it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    found = request.FILES.get("file")
    if found is None:
        return JsonResponse({"error": _("Choose a file first.")}, status=422)
    if (found.size or 0) > MOST_FILE_BYTES:
        return JsonResponse({"error": _("A file may have at most 5 MB.")}, status=422)
    try:
        made = services.add_file(
            case_id=case.pk,
            user=request.user,  # type: ignore[arg-type]
            name=found.name or "",
            content=found.read(),
        )
    except PortalError as error:
        return JsonResponse({"error": str(error), "code": error.code}, status=422)
    said = _("“%(name)s” is attached.") % {"name": made.name}
    return JsonResponse({"said": said}, status=201)


def download(case: Case, file_id: int) -> HttpResponse:
    """Send one file of the case; a browser saves it, whatever it is."""
    row = CaseFile.objects.filter(case=case, pk=file_id).first()
    if row is None:
        raise Http404(_("There is no such file."))
    response = HttpResponse(bytes(row.content), content_type=row.content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row.name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
