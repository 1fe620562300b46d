"""The OpenAPI document: complete, committed, and true."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from apps.accounts.api.description import rendered
from apps.accounts.api.guide import CODES
from tests.support.orders import body
from tests.support.shipments import make_shipment

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "docs" / "openapi.yaml"
OPERATIONS = {
    "list_orders",
    "create_order",
    "get_order",
    "cancel_order",
    "bring_number",
    "list_shipments",
    "get_shipment",
    "get_completeness",
    "report_positions",
    "get_track",
    "plan_route",
    "list_products",
    "get_product",
    "put_product",
    "list_declarations",
    "get_declaration",
    "supply_declaration",
    "list_declaration_documents",
    "get_declaration_document",
    "list_contacts",
    "post_contacts",
    "list_nps",
    "post_nps",
}


@pytest.fixture(scope="module")
def document() -> dict:
    return yaml.safe_load(rendered("yaml", "en"))


def operations(document: dict) -> list[tuple[str, str, dict]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_committed_document_is_the_one_that_is_served():
    """`python manage.py spectacular --lang en --file docs/openapi.yaml` writes it anew."""
    assert COMMITTED.read_text(encoding="utf-8") == rendered("yaml", "en").decode()


def test_the_document_is_valid_and_made_without_a_warning(tmp_path, capsys):
    target = tmp_path / "openapi.yaml"
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--lang", "en", "--file", str(target)
    )
    assert target.read_text(encoding="utf-8") == COMMITTED.read_text(encoding="utf-8")


def test_every_operation_is_there_with_its_id_summary_and_description(document):
    found = operations(document)
    assert {operation["operationId"] for _path, _method, operation in found} == OPERATIONS
    for _path, _method, operation in found:
        assert operation["summary"]
        assert operation["description"]
        assert operation["tags"]


def test_every_operation_types_its_problems(document):
    for path, method, operation in operations(document):
        statuses = set(operation["responses"])
        assert {"400", "401", "403", "406", "429", "500"} <= statuses, (path, method)
        for status, response in operation["responses"].items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"]
                schema = response["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}


def test_every_parameter_and_every_field_is_described(document):
    bare = [
        (path, parameter["name"])
        for path, _method, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if not parameter.get("description")
    ]
    fields = [
        (name, field)
        for name, schema in document["components"]["schemas"].items()
        for field, definition in schema.get("properties", {}).items()
        if not definition.get("description") and not name.startswith("Paginated")
    ]
    assert (bare, fields) == ([], [])


def test_every_operation_has_an_example_of_success(document):
    for path, method, operation in operations(document):
        success = next(body for status, body in operation["responses"].items() if status < "300")
        assert success["content"]["application/json"].get("examples"), (path, method)


def test_the_examples_of_new_orders_are_accepted(client, document):
    operation = document["paths"]["/api/v1/orders"]["post"]
    examples = operation["requestBody"]["content"]["application/json"]["examples"]
    statuses = [
        client.post("/api/v1/orders", example["value"], format="json").status_code
        for example in examples.values()
    ]
    assert statuses == [201] * len(examples)


def test_answers_have_exactly_the_documented_fields(client, merchant, document):
    schemas = document["components"]["schemas"]
    order = client.post("/api/v1/orders", body(), format="json").json()
    shipment = client.get(f"/api/v1/shipments/{make_shipment(merchant, events=1).uid}").json()
    assert set(order) == set(schemas["OrderDetail"]["properties"])
    assert set(order["recipient"]) == set(schemas["Recipient"]["properties"])
    assert set(order["parcels"][0]) == set(schemas["Parcel"]["properties"])
    assert set(shipment) == set(schemas["ShipmentDetail"]["properties"])
    assert set(shipment["events"][0]) == set(schemas["Event"]["properties"])


def test_every_code_a_view_can_answer_is_listed():
    sources = [*ROOT.glob("apps/accounts/api/*.py"), *ROOT.glob("apps/*/api/*.py")]
    pattern = re.compile(
        r"(?<!_)(?:Problem|problem|problem_page)\(\s*(?:request,\s*)?(\d{3}),\s*\"(\w+)\""
    )
    raised = {
        (code, int(status))
        for source in sources
        for status, code in pattern.findall(source.read_text(encoding="utf-8"))
    }
    listed = {(code, status) for code, (status, _meaning) in CODES.items()}
    assert len(raised) >= 15
    assert raised <= listed


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "headers", "kind"),
    [
        ("/api/v1/schema", {}, "application/yaml"),
        ("/api/v1/schema?format=yaml", {}, "application/yaml"),
        ("/api/v1/schema?format=json", {}, "application/json"),
        ("/api/v1/schema", {"Accept": "application/json"}, "application/json"),
    ],
)
def test_the_document_is_served_to_everybody_as_yaml_and_json(path, headers, kind):
    answer = Client().get(path, headers={"Accept-Language": "en", **headers})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith(kind)
    read = json.loads if "json" in kind else yaml.safe_load
    assert set(read(answer.content)["paths"]) >= {"/api/v1/orders", "/api/v1/shipments/{ref}"}


@pytest.mark.django_db
def test_an_unknown_format_is_a_problem():
    answer = Client().get("/api/v1/schema?format=xml")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_parameter")


@pytest.mark.django_db
def test_the_document_speaks_chinese_too(document):
    chinese = yaml.safe_load(rendered("yaml", "zh-hans"))
    english, own = document["paths"]["/api/v1/orders"]["post"], chinese["paths"]["/api/v1/orders"]
    assert own["post"]["summary"] != english["summary"]
    assert set(chinese["paths"]) == set(document["paths"])
    assert set(chinese["components"]["schemas"]) == set(document["components"]["schemas"])


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "title"), [("en", "Lastmile API"), ("zh-hans", "接口")])
def test_the_page_works_without_the_internet_and_without_inline_script(language, title):
    answer = Client().get("/api/v1/docs", headers={"Accept-Language": language})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert title in page
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
    assert not re.search(r"<script(?![^>]*src=)", page)
    assert not re.search(r"\son\w+=", page)


@pytest.mark.django_db
def test_what_the_page_loads_is_there():
    from django.contrib.staticfiles import finders

    page = Client().get("/api/v1/docs").content.decode()
    loaded = re.findall(r"(?:src|href)=\"/static/([^\"]+)\"", page)
    assert len(loaded) == 4
    assert all(finders.find(name) for name in loaded)


def test_no_language_is_left_active_by_making_the_document():
    with translation.override("en"):
        rendered.cache_clear()
        rendered("yaml", "zh-hans")
        assert translation.get_language() == "en"
