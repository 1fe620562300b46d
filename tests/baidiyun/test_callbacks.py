"""The way in, through Django's whole stack: one statement for a good push, an answer for all."""

from __future__ import annotations

import io
import json
from urllib.parse import quote, urlencode

import psycopg
import pytest
from django.db import OperationalError, connection

from apps.baidiyun import intake
from apps.baidiyun.models import InboxRow, Quarantine, Subscription
from apps.core.counters import counter_totals
from tests.baidiyun import payloads
from tests.baidiyun.conftest import address, salt

pytestmark = pytest.mark.django_db

SUCCESS = {"result": True, "returnCode": "200", "message": "成功"}


def refused(response, status: int, code: str) -> None:
    """The answer is a refusal in the platform's envelope without a traceback."""
    assert response.status_code == status
    answer = json.loads(response.content)
    assert answer["result"] is False
    assert answer["returnCode"] == code
    assert set(answer) == {"result", "returnCode", "message"}
    assert b"Traceback" not in response.content


@pytest.mark.parametrize("raw", [payloads.POLLING, payloads.ABORT, payloads.VECTOR_PUSH])
def test_a_signed_tracking_push_is_stored_as_it_came(token_of, push, raw):
    response = push(token_of(), raw)
    assert (response.status_code, json.loads(response.content)) == (200, SUCCESS)
    row = InboxRow.objects.get()
    assert (row.param, row.topic, row.source, row.state) == (raw, "tracking", "push", "pending")
    assert row.subject is None
    assert not Quarantine.objects.exists()


def test_a_signed_order_push_is_stored_with_its_topic(token_of, push):
    subscription = token_of("booking", number="")
    form = {"taskId": "T", "param": payloads.ORDER_PUSH}
    form["sign"] = payloads.sign(payloads.ORDER_PUSH, salt(subscription))
    assert push(subscription, body=urlencode(form).encode()).status_code == 200
    assert InboxRow.objects.get().topic == "booking"


@pytest.fixture
def statements(monkeypatch):
    """Every statement that goes to the database, by whichever kind of cursor."""
    said = []
    execute = psycopg.Cursor.execute

    def listen(cursor, query, *given, **named):
        said.append(str(query))
        return execute(cursor, query, *given, **named)

    monkeypatch.setattr(psycopg.Cursor, "execute", listen)
    return said


def test_a_good_push_costs_exactly_one_statement(token_of, push, statements):
    subscription = token_of()
    statements.clear()
    assert push(subscription).status_code == 200
    assert [said.split()[:3] for said in statements] == [["INSERT", "INTO", "baidiyun_inboxrow"]]
    assert "set_config('synchronous_commit', 'on', true)" in statements[0]


def test_the_statement_of_a_push_is_prepared_once_and_used_again(token_of, push):
    for _ in range(3):
        push(token_of())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement ~ 'inboxrow'")
        assert cursor.fetchone() == (1,)


def test_the_answer_says_its_length(token_of, push):
    response = push(token_of())
    assert response.headers["Content-Length"] == str(len(response.content))


def test_a_duplicate_answers_success_and_is_stored_once(token_of, push):
    subscription = token_of()
    for _ in range(3):
        assert json.loads(push(subscription).content) == SUCCESS
    assert InboxRow.objects.count() == 1


def test_the_same_words_about_two_tokens_are_two_messages(token_of, push):
    push(token_of())
    push(token_of())
    assert InboxRow.objects.count() == 2


def test_both_salt_keys_are_alive(token_of, push):
    assert push(token_of(kid="k1")).status_code == 200
    assert push(token_of(kid="k2")).status_code == 200


def test_raw_utf8_form_bytes_are_taken_in(token_of, push):
    subscription = token_of()
    sign = payloads.sign(payloads.POLLING, salt(subscription))
    body = f"param={payloads.POLLING}&sign={sign}".encode()
    assert push(subscription, body=body).status_code == 200
    assert InboxRow.objects.get().param == payloads.POLLING


def test_fields_may_come_in_the_url_too(token_of, push):
    subscription = token_of()
    sign = payloads.sign(payloads.POLLING, salt(subscription))
    path = f"{address(subscription)}?sign={sign}&orderId=7"
    body = f"param={quote(payloads.POLLING)}".encode()
    assert push(subscription, body=body, path=path).status_code == 200


def test_python_spelling_is_verified_over_its_exact_bytes(token_of, push):
    raw = json.dumps(json.loads(payloads.POLLING))
    assert raw != payloads.POLLING
    assert push(token_of(), raw).status_code == 200
    assert InboxRow.objects.get().param == raw


def test_unknown_fields_are_taken_in(token_of, push):
    raw = json.dumps(json.loads(payloads.POLLING) | {"brandNew": {"a": [1]}})
    assert push(token_of(), raw).status_code == 200


def expect_refusal(response, subscription, reason, status, code):
    refused(response, status, code)
    assert not InboxRow.objects.exists()
    kept = Quarantine.objects.get()
    assert (kept.reason, kept.topic, kept.token) == (reason, subscription.topic, subscription.token)
    subscription.refresh_from_db()
    assert subscription.poll_wanted_at is not None
    assert counter_totals(name="callbacks.refused") == {reason: 1}


def test_a_wrong_signature_is_refused_counted_and_quarantined(token_of, push):
    subscription = token_of()
    body = payloads.push_body(payloads.POLLING, "not the salt")
    expect_refusal(push(subscription, body=body), subscription, "bad_signature", 403, "503")
    assert bytes(Quarantine.objects.get().body) == body


def test_a_changed_byte_breaks_the_signature(token_of, push):
    subscription = token_of()
    body = payloads.push_body(payloads.POLLING, salt(subscription)).replace(b"2021", b"2022", 1)
    expect_refusal(push(subscription, body=body), subscription, "bad_signature", 403, "503")


def test_a_missing_signature_is_refused(token_of, push):
    subscription = token_of()
    body = urlencode({"param": payloads.POLLING}).encode()
    expect_refusal(push(subscription, body=body), subscription, "no_signature", 403, "503")


def test_an_unknown_salt_key_is_refused(token_of, push):
    subscription = token_of()
    response = push(subscription, path=address(subscription, kid="k9"))
    expect_refusal(response, subscription, "unknown_kid", 403, "503")


def test_the_signature_of_another_token_does_not_hold(token_of, push):
    mine, other = token_of(), token_of()
    response = push(mine, body=payloads.push_body(payloads.POLLING, salt(other)))
    expect_refusal(response, mine, "bad_signature", 403, "503")


@pytest.mark.parametrize(
    "raw",
    [
        "not json", payloads.POLLING[:100], "[]", "null", "{}", "NaN",
        '{"status":"polling","lastResult":[]}',
        '{"status":"polling","lastResult":{"data":"x"}}',
        '{"status":"polling","lastResult":{"data":[[]]}}',
        '{"status":"polling","lastResult":{"nu":{}}}',
        "[" * 5_000,
    ],
)  # fmt: skip
def test_rightly_signed_but_malformed_goes_to_quarantine_and_is_polled(token_of, push, raw):
    subscription = token_of()
    expect_refusal(push(subscription, raw), subscription, "malformed", 400, "400")


@pytest.mark.parametrize("body", [b"", b"a=1", b"param=&sign=X", b"=&=&", b"%%%"])
def test_a_form_without_param_is_refused(token_of, push, body):
    subscription = token_of()
    expect_refusal(push(subscription, body=body), subscription, "no_param", 400, "400")


def test_multipart_is_refused_clearly(token_of, client):
    subscription = token_of()
    response = client.post(address(subscription), {"param": payloads.POLLING, "sign": "X"})
    expect_refusal(response, subscription, "not_a_form", 415, "400")


def test_json_bodies_are_refused_clearly(token_of, push):
    subscription = token_of()
    response = push(subscription, body=b'{"param":1}', content_type="application/json")
    expect_refusal(response, subscription, "not_a_form", 415, "400")


def test_bytes_that_are_not_utf8_are_refused(token_of, push):
    subscription = token_of()
    response = push(subscription, body=b"param=\xff&sign=X")
    expect_refusal(response, subscription, "not_a_form", 415, "400")


def test_nul_cannot_reach_the_database(token_of, push):
    subscription = token_of()
    raw = payloads.POLLING.replace("寄件", "\x00")
    expect_refusal(push(subscription, raw), subscription, "malformed", 400, "400")


def test_a_five_megabyte_body_is_refused_without_being_kept(token_of, push):
    subscription = token_of()
    raw = payloads.POLLING.replace("寄件", "件" * 1_700_000)
    response = push(subscription, raw)
    expect_refusal(response, subscription, "too_large", 413, "400")
    kept = Quarantine.objects.get()
    assert (bytes(kept.body), kept.size > 5_000_000) == (b"", True)


def chunked(client, subscription, body):
    """A request whose server undid the chunks and marked the end, as gunicorn does."""
    return client.generic(
        "POST", address(subscription), b"", content_type="application/x-www-form-urlencoded",
        CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked",
        **{"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True},
    )  # fmt: skip


def test_a_chunked_body_over_the_limit_is_refused(token_of, client):
    subscription = token_of()
    response = chunked(client, subscription, b"x" * 5_000_000)
    expect_refusal(response, subscription, "too_large", 413, "400")
    assert Quarantine.objects.get().size == 5_000_000


def test_a_chunked_push_is_taken_in(token_of, client):
    subscription = token_of()
    body = payloads.push_body(payloads.POLLING, salt(subscription))
    assert chunked(client, subscription, body).status_code == 200


def test_a_body_of_unknown_length_is_refused(token_of, client):
    subscription = token_of()
    response = client.generic(
        "POST", address(subscription), b"x", content_type="application/x-www-form-urlencoded",
        CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked",
    )  # fmt: skip
    expect_refusal(response, subscription, "no_length", 411, "400")


def test_a_refused_body_is_cut_at_64_kilobytes(token_of, push):
    push(token_of(), body=b"param=" + b"x" * 200_000 + b"&sign=Y")
    kept = Quarantine.objects.get()
    assert (len(kept.body), kept.size) == (65_536, 200_013)


def test_a_strangers_token_is_refused_and_polls_nobody(token_of, push, client):
    mine = token_of()
    response = client.generic(
        "POST", "/callbacks/baidiyun/tracking/k1/strangerstrangerstranger",
        payloads.push_body(payloads.POLLING, "guess"),
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    refused(response, 403, "503")
    mine.refresh_from_db()
    assert mine.poll_wanted_at is None
    assert Quarantine.objects.get().slot < 200


def test_a_refusal_of_our_own_token_takes_a_slot_no_stranger_can(token_of, push):
    push(token_of(), body=b"param=x&sign=y")
    assert Quarantine.objects.get().slot >= 200


@pytest.mark.parametrize(
    "path",
    [
        "", "tracking", "tracking/k1", "tracking/k1/short", "weather/k1/tokentokentoken00001",
        "tracking/k1/tokentokentoken00001/more", "tracking/k%00/tokentokentoken00001",
        "tracking/k1/" + "t" * 65, "tracking/k1/%E5%8D%95%E5%8F%B7" + "t" * 20,
    ],
)  # fmt: skip
def test_an_address_nobody_gave_out_is_404_and_leaves_nothing(client, path):
    response = client.generic("POST", f"/callbacks/baidiyun/{path}", b"param=x&sign=y")
    refused(response, 404, "400")
    assert not Quarantine.objects.exists()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_only_post_is_spoken(token_of, client, method):
    response = client.generic(method, address(token_of()))
    assert response.status_code == 405
    assert not Quarantine.objects.exists()


def test_a_push_needs_no_csrf_token_no_host_and_gets_no_cookie(token_of):
    from django.test import Client

    subscription = token_of()
    response = Client(enforce_csrf_checks=True).generic(
        "POST", address(subscription), payloads.push_body(payloads.POLLING, salt(subscription)),
        content_type="application/x-www-form-urlencoded", HTTP_HOST="anything.example",
    )  # fmt: skip
    assert response.status_code == 200
    assert not response.cookies


def test_without_postgres_the_platform_is_asked_to_retry(token_of, push, monkeypatch):
    subscription = token_of()

    def dead(**given):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(intake, "store_push", dead)
    refused(push(subscription), 503, "500")


@pytest.mark.django_db(transaction=True)
def test_when_postgres_is_really_gone_the_answer_is_503(token_of, push, monkeypatch):
    subscription = token_of()
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    refused(push(subscription), 503, "500")
    refused(push(subscription, body=b"param=x&sign=y"), 503, "500")
    monkeypatch.undo()
    connection.close()
    assert not InboxRow.objects.exists()


def test_a_bug_of_ours_is_an_answer_too(token_of, push, monkeypatch):
    subscription = token_of()

    def broken(**given):
        raise KeyError("secret detail")

    monkeypatch.setattr(intake, "store_push", broken)
    response = push(subscription)
    refused(response, 500, "500")
    assert b"secret detail" not in response.content


def test_no_log_line_holds_the_token(token_of, push, caplog, monkeypatch):
    subscription = token_of()
    caplog.set_level("DEBUG")
    push(subscription)
    push(subscription, body=b"param=x&sign=y")
    push(subscription, path=address(subscription) + "/more")

    def dead(**given):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(intake, "store_push", dead)
    push(subscription)
    logged = " ".join(
        record.getMessage() for record in caplog.records if "sql" not in record.__dict__
    )
    assert "push_refused" in logged
    assert subscription.token not in logged


def test_a_second_refusal_keeps_the_first_time_the_poll_was_wanted(token_of, push):
    subscription = token_of()
    push(subscription, body=b"param=x&sign=y")
    first = Subscription.objects.get().poll_wanted_at
    push(subscription, body=b"param=x&sign=z")
    assert Subscription.objects.get().poll_wanted_at == first
