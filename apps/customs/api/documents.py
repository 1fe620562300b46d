"""Documents of a declaration: which there are, what each lacks, and the files."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.problems import Problem
from apps.accounts.api.rendering import FastJSONRenderer
from apps.accounts.api.schema import COMMON, answers
from apps.accounts.api.views import MERCHANT_PARAMETER, ApiView
from apps.accounts.choices import Scope
from apps.core import clock
from apps.customs.api import document_examples as examples
from apps.customs.choices import DocumentKind
from apps.customs.document_list import Offered, documents_offered
from apps.customs.documents.built import JSON, PDF, XML, DocumentRefused
from apps.customs.documents.forms import PRINTED
from apps.customs.finding_words import words_of
from apps.customs.findings import Finding
from apps.customs.models import Declaration
from apps.customs.services.documents import Document, make_document

MAX_ID = 40
MOST_TOLD = 100
DRAFT = "draft"
YES = "1"
ID = OpenApiParameter(
    name="uid",
    location=OpenApiParameter.PATH,
    type=str,
    description=_("The declaration's id (`dec_…`)."),
)
KIND = OpenApiParameter(
    name="kind",
    location=OpenApiParameter.PATH,
    type=str,
    enum=[kind.value for kind in DocumentKind],
    description=_("Which document."),
)


class PdfRenderer(FastJSONRenderer):
    """Lets a caller ask for PDF; what goes wrong is still told as JSON."""

    media_type = PDF
    format = "pdf"


class XmlRenderer(FastJSONRenderer):
    """Lets a caller ask for XML; what goes wrong is still told as JSON."""

    media_type = XML
    format = "xml"


class LackSerializer(serializers.Serializer[Any]):
    """One thing a document lacks."""

    code = serializers.CharField(help_text=_("Stable and machine readable."))
    field = serializers.CharField(help_text=_("Dotted path in the record."))
    line = serializers.IntegerField(allow_null=True, help_text=_("The line's position."))
    supplier = serializers.CharField(help_text=_("Who can supply it."))
    message = serializers.CharField(help_text=_("A sentence in the language of the request."))
    fix = serializers.CharField(help_text=_("What to do about it."))


class DocumentSerializer(serializers.Serializer[Any]):
    """One document of a declaration's parcel."""

    kind = serializers.CharField(help_text=_("What the file is asked for by."))
    name = serializers.CharField(help_text=_("What people call it."))
    ready = serializers.BooleanField(help_text=_("Whether it can be handed out."))
    draft = serializers.BooleanField(help_text=_("Whether a marked draft can be printed."))
    missing = LackSerializer(many=True, help_text=_("What it lacks, at most 100."))


class DocumentView(ApiView):
    """What the views of documents share."""

    queryset = Declaration.objects.all()
    http_method_names = ["get", "head"]
    scopes = {"GET": Scope.ORDERS_READ}
    pagination_class = None
    filter_backends = []

    def find(self, uid: str) -> Declaration:
        """Return the caller's declaration of that id, or raise the 404 problem."""
        rows = self.scoped(Declaration.objects.select_related("consignment__merchant"))
        found = rows.filter(uid=uid).first() if uid.isprintable() and len(uid) <= MAX_ID else None
        if found is None:
            raise Problem(404, "not_found", _("There is nothing here."))
        return found


class Documents(DocumentView):
    """The documents of the parcel a declaration is for."""

    serializer_class = DocumentSerializer

    @extend_schema(
        operation_id="list_declaration_documents",
        tags=["declarations"],
        summary=_("List a declaration's documents"),
        description=_("Papers and messages its borders want, and what each still lacks."),
        parameters=[ID, *COMMON],
        responses=answers({200: DocumentSerializer(many=True)}, 404),
        examples=examples.DOCUMENT_LIST,
    )
    def get(self, request: Request, uid: str) -> Response:
        """Answer all of them."""
        offered = documents_offered(self.find(uid).consignment, on=clock.now().date())
        return Response([offered_data(one) for one in offered])


class DocumentFile(DocumentView):
    """One document as a file."""

    renderer_classes = [FastJSONRenderer, PdfRenderer, XmlRenderer]
    parameters = frozenset({MERCHANT_PARAMETER, DRAFT})

    @extend_schema(
        operation_id="get_declaration_document",
        tags=["declarations"],
        summary=_("Get a declaration's document"),
        description=_(
            "The file, made from the version that counts: the same version gives the same bytes. "
            "What lacks something is a 422 `document_refused` that names each. `draft=1` prints a "
            "paper with a mark across. Staff sessions get papers masked and no data."
        ),
        parameters=[
            ID,
            KIND,
            OpenApiParameter(name=DRAFT, type=str, enum=[YES], description=_("A marked draft.")),
            *COMMON,
        ],
        responses={
            **answers({}, 404, 422),
            (200, PDF): OpenApiResponse(OpenApiTypes.BINARY, description=_("A paper.")),
            (200, XML): OpenApiResponse(OpenApiTypes.STR, description=_("A message of China.")),
            (200, JSON): OpenApiResponse(OpenApiTypes.OBJECT, description=_("Data.")),
        },
        examples=examples.DOCUMENT_FILE,
    )
    def get(self, request: Request, uid: str, kind: str) -> HttpResponse:
        """Answer the file."""
        wanted = DocumentKind.parse(kind)
        declaration = self.find(uid)
        if wanted is None:
            raise Problem(404, "not_found", _("There is no such document."))
        if self.is_staff_session and wanted not in PRINTED:
            raise Problem(403, "personal_data", _("Data is handed out to the merchant only."))
        try:
            made = make_document(
                consignment=declaration.consignment,
                kind=wanted,
                actor=self.actor,
                draft=request.query_params.get(DRAFT) == YES,
                masked=self.is_staff_session,
            )
        except DocumentRefused as error:
            raise Problem(
                422,
                "document_refused",
                _("This document cannot be made yet."),
                missing=[lack_data(one) for one in error.findings[:MOST_TOLD]],
            ) from None
        return as_answer(made)


def offered_data(one: Offered) -> dict[str, Any]:
    """Return a document as the list shows it."""
    return {
        "kind": one.kind.value,
        "name": str(one.kind.label),
        "ready": one.is_ready,
        "draft": one.has_draft,
        "missing": [lack_data(finding) for finding in one.findings[:MOST_TOLD]],
    }


def lack_data(finding: Finding) -> dict[str, Any]:
    """Return a finding with its words."""
    words = words_of(finding)
    return {
        "code": finding.code,
        "field": finding.field,
        "line": finding.line,
        "supplier": finding.supplier.value,
        "message": words.message,
        "fix": words.fix,
    }


def as_answer(made: Document) -> HttpResponse:
    """Return a document as a download that no browser runs."""
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
