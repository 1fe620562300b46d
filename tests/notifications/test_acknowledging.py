"""The page a message links to: looking changes nothing, a forged link opens nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.signing import TimestampSigner, dumps
from django.test import Client

from apps.accounts.models import User
from apps.core.errors import PortalError
from apps.core.models import ActionLog
from apps.notifications import acknowledging, tokens
from apps.notifications.acknowledging import Acknowledgement
from apps.notifications.choices import NoticeSeverity
from apps.notifications.models import Notice
from apps.notifications.tokens import new_token
from tests.notifications.conftest import tell
from tests.support.people import make_merchant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hooks")]


def address(notice: Notice) -> str:
    return f"/n/{new_token(notice.uid)}/"


def state(notice: Notice) -> tuple[bool, str]:
    notice.refresh_from_db()
    return notice.acknowledged_at is not None, notice.acknowledged_by


def test_looking_changes_nothing_however_often(client, hooks):
    hooks["alarm."] = lambda _: pytest.fail("a look is no acknowledgement")
    notice = tell()
    for method in ("get", "head", "get"):
        answer = getattr(client, method)(address(notice), HTTP_USER_AGENT="WeCom preview")
        assert answer.status_code == 200
    assert state(notice) == (False, "")
    assert not ActionLog.objects.exists()


def test_a_name_acknowledges_and_is_written_down(client, hooks):
    heard: list[Acknowledgement] = []

    def hook(found: Acknowledgement) -> str:
        heard.append(found)
        return "告警已确认"

    acknowledging.register("alarm.", hook)
    notice = tell()
    answer = client.post(address(notice), {"name": " 张三 "})
    assert state(notice) == (True, "张三")
    assert "告警已确认" in answer.content.decode()
    assert [(one.name, one.user, one.notice.subject) for one in heard] == [("张三", None, "alm_1")]
    row = ActionLog.objects.get()
    assert (row.actor_kind, row.actor_name) == ("link", "张三")


@pytest.mark.parametrize("name", ["", "   ", "\x00", "长" * 61])
def test_nobody_acknowledges_without_a_name(client, name):
    notice = tell()
    assert client.post(address(notice), {"name": name}).status_code in {200, 422}
    assert state(notice) == (False, "")


def test_who_is_logged_in_needs_no_name_and_cannot_borrow_one(client):
    notice = tell()
    client.force_login(User.objects.create_user("wang", is_staff=True))
    client.post(address(notice), {"name": "somebody else"})
    assert state(notice) == (True, "wang")
    assert ActionLog.objects.get().actor_kind == "user"


def test_a_merchants_user_is_a_stranger_here(client):
    notice = tell()
    client.force_login(User.objects.create_user("shop", is_staff=True, merchant=make_merchant()))
    client.post(address(notice))
    assert state(notice) == (False, "")


def test_the_second_hears_who_was_first(client, hooks):
    notice = tell()
    client.post(address(notice), {"name": "张三"})
    answer = client.post(address(notice), {"name": "李四"})
    assert state(notice) == (True, "张三")
    assert "张三" in answer.content.decode()
    assert ActionLog.objects.count() == 1


def test_what_its_owner_refuses_is_shown_and_changes_nothing(client, hooks):
    def refuse(_: Acknowledgement) -> str:
        raise PortalError("It is over already.")

    acknowledging.register("alarm.", refuse)
    notice = tell()
    answer = client.post(address(notice), {"name": "张三"})
    assert answer.status_code == 422
    assert "It is over already." in answer.content.decode()
    assert state(notice) == (False, "")
    assert not ActionLog.objects.exists()


def test_a_post_without_the_forms_token_is_refused():
    notice = tell()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address(notice), {"name": "张三"}).status_code == 403
    assert state(notice) == (False, "")


def forgeries(notice: Notice, other: Notice) -> list[str]:
    good = new_token(notice.uid)
    uid, stamp, signature = good.split(".")
    late = new_token(other.uid).split(".")[1]
    return [
        notice.uid,
        f"{other.uid}.{stamp}.{signature}",
        f"{uid}.{late}x.{signature}",
        f"{uid}.{stamp}.{signature[:-1]}",
        f"{uid}.{stamp}.",
        good + "." + signature,
        good * 9,
        TimestampSigner(salt="password_reset", sep=".").sign(notice.uid),
        TimestampSigner(key="k" * 50, salt=tokens.SALT, sep=".").sign(notice.uid),
        dumps(notice.uid, salt=tokens.SALT),
        new_token("ntc_nobody"),
        "%00",
        "..%2f",
    ]


@pytest.mark.parametrize("number", range(13))
def test_a_forged_link_opens_nothing(client, number):
    notice, other = tell(1), tell(2)
    forged = forgeries(notice, other)[number]
    for method in ("get", "post"):
        answer = getattr(client, method)(f"/n/{forged}/", {"name": "evil"})
        assert answer.status_code == 404, forged
        assert "回调停了" not in answer.content.decode()
    assert state(notice) == (False, "")
    assert state(other) == (False, "")


def test_a_link_ends_after_seven_days_and_tells_nothing_then(client, monkeypatch):
    notice = tell()
    old = address(notice)
    monkeypatch.setattr(tokens, "LIFE", dt.timedelta(seconds=-1))
    for method in ("get", "post"):
        answer = getattr(client, method)(old, {"name": "张三"})
        assert answer.status_code == 410
        assert "回调停了" not in answer.content.decode()
    assert state(notice) == (False, "")


@pytest.mark.parametrize(
    "values", [{"kind": "alarm.recovered"}, {"severity": NoticeSeverity.NOTICE}]
)
def test_what_is_over_or_only_informs_cannot_be_acknowledged(client, values):
    notice = tell(**values)
    assert "<form" not in client.get(address(notice)).content.decode()
    client.post(address(notice), {"name": "张三"})
    assert state(notice) == (False, "")


def test_words_of_others_are_only_words_on_the_page(client):
    notice = tell(title="<script>alert(1)</script>", body="<img src=x onerror=alert(1)>")
    page = client.get(address(notice)).content.decode()
    assert "<script>alert" not in page
    assert "<img" not in page
    answer = client.post(address(notice), {"name": "<b onclick=x>张"})
    assert "<b onclick" not in answer.content.decode()


def test_the_page_is_kept_nowhere_and_names_itself_to_no_other_site(client):
    answer = client.get(address(tell()))
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert client.put(address(Notice.objects.get())).status_code == 405


def test_one_acknowledgement_settles_all_that_was_told_of_the_subject(client, hooks):
    first, second = tell(1), tell(2, subject="alm_1", kind="alarm.escalated")
    client.post(address(second), {"name": "张三"})
    assert state(first) == (True, "张三")
    assert not Notice.objects.filter(second_at__isnull=False).exists()


def test_the_longest_prefix_hears_and_a_second_owner_is_refused(hooks):
    short, long = (lambda _: "short"), (lambda _: "long")
    acknowledging.register("case", short)
    acknowledging.register("cases.", long)
    acknowledging.register("cases.", long)
    assert acknowledging.hook_for("cases.escalated") is long
    assert acknowledging.hook_for("other") is None
    with pytest.raises(ValueError, match="registered"):
        acknowledging.register("case", long)
