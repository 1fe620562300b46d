"""What is written and attached: replies that stay text, files that are what they say."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from django.utils import translation

from apps.accounts.choices import Role
from apps.accounts.models import Merchant, User
from apps.core import clock
from apps.core.models import ActionLog
from apps.exceptions.errors import CaseForbidden, CaseRefused, CaseUnknown
from apps.exceptions.file_kinds import kind_of, tidy_name
from apps.exceptions.models import CannedReply, Case, CaseFile, CaseLink
from apps.exceptions.models.casework import MOST_FILE_BYTES
from apps.exceptions.replies import UNKNOWN, fill, unknown_in
from apps.exceptions.reply_selectors import filled_replies, replies_for
from apps.exceptions.services import add_file, add_note, add_reply, link_cases, unlink_cases
from apps.exceptions.services.case_files import MOST_FILES
from tests.exceptions.cases import OPENED, make_case
from tests.exceptions.watched import DAY
from tests.support.people import make_user

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def office(*names: str) -> bytes:
    """An archive with files of these names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


@pytest.fixture(autouse=True)
def opened() -> Iterator[None]:
    with clock.frozen(OPENED + DAY), translation.override("en"):
        yield


@pytest.fixture
def case(merchant: Merchant) -> Case:
    return make_case(merchant, carrier="yuantong")


@pytest.fixture
def amy(db: None) -> User:
    return make_user(Role.CUSTOMER_SERVICE, username="amy")


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PNG, "a.png", "image/png"),
        (b"\xff\xd8\xff\xe0x", "IMG.JPEG", "image/jpeg"),
        (b"%PDF-1.7 x", "proof.pdf", "application/pdf"),
        ("签收".encode(), "note.txt", "text/plain"),
        ("签收".encode("gb18030"), "a.csv", "text/csv"),
        (office("[Content_Types].xml", "word/document.xml"), "a.docx", "word"),
        (PNG, "a.jpg", None),
        (PNG, "a.png.exe", None),
        (b"<script>alert(1)</script>", "a.txt", None),
        (b"  \n<svg onload=x>", "a.txt", None),
        (b"MZ\x90\x00", "a.txt", None),
        (b"%PDF-1.7", "a", None),
        (office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "a.docx", None),
        (office("a.txt"), "a.docx", None),
        (b"PK\x03\x04broken", "a.xlsx", None),
        (b"", "a.txt", None),
    ],
)
def test_a_file_is_what_its_content_and_its_name_both_say(
    content: bytes, name: str, kind: str | None
) -> None:
    found = kind_of(content, name) if content else None
    assert (found is None) is (kind is None)
    assert kind is None or kind in (found.content_type if found else "")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/a.png", "a.png"), ("C:\\x\\a.png", "a.png"), ("a\u202egnp.png", "agnp.png"),
        ("x" * 300 + ".png", "x" * 116 + ".png"), ("a\r\nb.png", "ab.png"),
    ],
)  # fmt: skip
def test_a_files_name_is_shown_without_tricks(name: str, shown: str) -> None:
    assert tidy_name(name) == shown


def test_values_of_a_reply_are_never_read_again() -> None:
    values = {"shop": "<b>{number}</b>\n{phone}\u202e", "number": "YT1"}
    assert fill("{ shop } {number} {place} {other}", values) == (
        f"‹b›(number)‹/b› (phone) YT1 {UNKNOWN} {UNKNOWN}"
    )
    assert unknown_in("{number} {other} {x.y}") == ["other"]


@pytest.mark.django_db
def test_a_reply_is_filled_in_the_customers_language_and_masked(case: Case) -> None:
    reply = CannedReply.objects.create(
        code="hold", title="t", title_en="t", rules=[case.rule.code],
        text="{shop}：{carrier} {number} 已 {days} 天", text_en="{carrier} {days} {recipient}",
    )  # fmt: skip
    other = CannedReply.objects.create(code="any", title="t", title_en="t", text="a", text_en="a")
    CannedReply.objects.create(
        code="no", title="t", title_en="t", text="", text_en="", rules=["lost"]
    )
    assert [one for one in replies_for(case) if one.pk >= reply.pk] == [reply, other]
    [said] = filled_replies(case=case, replies=[reply], language="zh-hans")
    assert said == f"{case.merchant.name}：圆通速递 {case.shipment.number} 已 3 天"
    [said] = filled_replies(case=case, replies=[reply], language="en")
    assert said.endswith(f"3 {UNKNOWN}")


@pytest.mark.django_db
def test_notes_and_replies_leave_the_version_alone(case: Case, amy: User) -> None:
    note = add_note(case_id=case.pk, user=amy, text=" called\x00 the shop ")
    reply = add_reply(case_id=case.pk, user=amy, text="On its way")
    assert (note.text, note.kind, reply.kind) == ("called the shop", "comment", "reply")
    case.refresh_from_db()
    assert case.version == 1
    row = ActionLog.objects.get(action="exceptions.case.comment")
    assert row.after == {"note": note.pk}
    for text in ("  ", "x" * 4_001):
        with pytest.raises(CaseRefused):
            add_note(case_id=case.pk, user=amy, text=text)


@pytest.mark.django_db
def test_a_file_is_kept_once_and_there_are_few(case: Case, amy: User) -> None:
    first = add_file(case_id=case.pk, user=amy, name="a.png", content=PNG)
    assert add_file(case_id=case.pk, user=amy, name="b.png", content=PNG) == first
    for n in range(MOST_FILES - 1):
        add_file(case_id=case.pk, user=amy, name="a.txt", content=b"%d" % n)
    with pytest.raises(CaseRefused, match="20"):
        add_file(case_id=case.pk, user=amy, name="a.txt", content=b"one more")
    assert CaseFile.objects.count() == MOST_FILES


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", b""), ("a.png", PNG + b"0" * MOST_FILE_BYTES), ("a.html", b"hello")],
)
def test_what_is_empty_too_large_or_not_listed_is_refused(
    case: Case, amy: User, name: str, content: bytes
) -> None:
    with pytest.raises(CaseRefused):
        add_file(case_id=case.pk, user=amy, name=name, content=content)
    assert not CaseFile.objects.exists()


@pytest.mark.django_db
def test_nobody_else_writes_or_attaches(case: Case, merchant: Merchant) -> None:
    auditor, shop = make_user(Role.AUDITOR), make_user(Role.MERCHANT, merchant=merchant)
    for user, error in ((auditor, CaseForbidden), (shop, CaseUnknown)):
        with pytest.raises(error):
            add_note(case_id=case.pk, user=user, text="x")
        with pytest.raises(error):
            add_file(case_id=case.pk, user=user, name="a.png", content=PNG)
    assert not CaseFile.objects.exists()


@pytest.mark.django_db
def test_two_cases_are_linked_once_from_either_side(
    case: Case, amy: User, merchant: Merchant
) -> None:
    other = make_case(merchant)
    first = link_cases(case_id=other.pk, other_id=case.pk, user=amy)
    assert link_cases(case_id=case.pk, other_id=other.pk, user=amy) == first
    assert (first.left, first.right) == (case, other)
    assert ActionLog.objects.filter(action="exceptions.case.link").count() == 2
    with pytest.raises(CaseRefused):
        link_cases(case_id=case.pk, other_id=case.pk, user=amy)
    assert unlink_cases(case_id=other.pk, other_id=case.pk, user=amy)
    assert not CaseLink.objects.exists()
