"""A member takes her own book along, a stranger has it checked, and nobody learns more than the file says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from badges.ledger.models import LedgerBatch
from badges.programme.models import Glance
from badges.statements import as_proof, views
from portal.accounts.models import Member
from portal.core import proofs
from portal.core.clock import now, programme_day
from tests.badges.statements.conftest import paper_of
from tests.helpers.queries import count_queries

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
TAKE, VERIFY = "/vi/my/book/take/", "/vi/verify/"
DAYS = {"first": "2026-05-01", "last": "2026-05-31"}


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    cache.clear()


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def brought(browser: Client, text: str, path: str = VERIFY) -> Any:
    return browser.post(path, {"file": SimpleUploadedFile("s.json", text.encode())})


def signed(member: Member) -> str:
    return as_proof.signed(paper_of(member)).decode()


@pytest.mark.parametrize(
    ("form", "kind", "begins"),
    [
        ("csv", "text/csv; charset=utf-8", b"\xef\xbb\xbfSao k\xc3\xaa"),
        ("pdf", "application/pdf", b"%PDF-"),
        ("json", "application/json", b'{"format": "points-statement/1"'),
    ],
)
def test_she_takes_it_in_each_form_and_it_is_kept_nowhere(
    form: str, kind: str, begins: bytes, book: Member, signed_in: SignedIn
) -> None:
    answer = signed_in(book).post(TAKE, DAYS | {"form": form})
    assert answer.status_code == 200
    assert answer.content.startswith(begins)
    assert answer["Content-Type"] == kind
    assert answer["Content-Disposition"] == f'attachment; filename="statement-2026-05-01-2026-05-31.{form}"'
    assert {"private", "no-store"} <= {part.strip() for part in answer["Cache-Control"].split(",")}
    [line] = Glance.objects.filter(member=book)
    assert (line.by, line.purpose) == (book, f"statement {form} 2026-05-01 2026-05-31")


def test_a_year_is_one_click_from_the_book_and_ends_today(book: Member, signed_in: SignedIn) -> None:
    browser, today = signed_in(book), programme_day(now())
    page = words(browser.get("/vi/my/book/"))
    assert f'action="{TAKE}"' in page
    assert f'name="year" value="{today.year}"' in page
    answer = browser.post(TAKE, {"year": str(today.year), "form": "csv"})
    assert answer["Content-Disposition"].endswith(f'"statement-{today.year}-01-01-{today.isoformat()}.csv"')


def test_a_visitor_is_led_to_the_door_and_nobody_can_name_another_book(alice: Member, signed_in: SignedIn) -> None:
    assert Client().get(TAKE)["Location"].startswith("/vi/accounts/login/?next=")
    assert Client().post(TAKE, DAYS | {"form": "csv"}).status_code == 302
    answer = signed_in(alice).post(f"{TAKE}?member=1", DAYS | {"form": "csv", "member": "1", "who": "bob"})
    assert alice.name in answer.content.decode()
    assert signed_in(alice).get(f"{TAKE}bob/").status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (DAYS | {"last": "2026-04-01", "form": "csv"}, "Ngày cuối đứng trước ngày đầu."),
        (DAYS | {"first": "2998-04-01", "last": "2999-04-01", "form": "csv"}, "Những ngày này còn chưa tới."),
        (DAYS | {"first": "0001-01-01", "form": "pdf"}, "Nhà không giữ sổ của ngày như thế."),
        (DAYS | {"last": "9999-12-31", "form": "pdf"}, "Nhà không giữ sổ của ngày như thế."),
        ({"first": "", "last": "hôm qua", "form": "csv"}, "Bạn chọn một ngày nhé."),
        ({"year": "3000", "form": "csv"}, "Những ngày này còn chưa tới."),
        ({"year": "abc", "form": "csv"}, "Mang sổ Hạt theo"),
        (DAYS, "Hãy chọn một dạng"),
        (DAYS | {"form": "exe"}, "Hãy chọn một dạng"),
    ],
)
def test_bad_days_are_refused_kindly_and_kept(
    sent: dict[str, str], said: str, alice: Member, signed_in: SignedIn
) -> None:
    answer = signed_in(alice).post(TAKE, sent)
    assert answer.status_code == 422
    assert said in words(answer)
    if sent.get("first") == DAYS["first"]:
        assert f'value="{DAYS["first"]}"' in words(answer)
    assert not Glance.objects.exists()


def test_nobody_takes_her_book_along_for_ever(alice: Member, signed_in: SignedIn, monkeypatch: Any) -> None:
    monkeypatch.setattr(views, "TAKEN", views.Limit("statement", times=2, seconds=3600))
    browser = signed_in(alice)
    assert [browser.post(TAKE, DAYS | {"form": "csv"}).status_code for _n in range(3)] == [200, 200, 429]


def test_a_year_of_her_book_can_be_chosen(book: Member, signed_in: SignedIn) -> None:
    page = words(signed_in(book).get(f"{TAKE}?year=2026"))
    assert 'value="2026-01-01"' in page
    assert signed_in(book).get(f"{TAKE}?year=1999").status_code == 200
    assert 'value="1999' not in words(signed_in(book).get(f"{TAKE}?year=1999"))


# ── The page for everybody ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "verdict"), [(VERIFY, "Đúng của nhà, còn nguyên vẹn"), ("/en/verify/", "Genuine and unaltered")]
)
def test_a_stranger_sees_that_it_is_whole_and_what_it_says(path: str, verdict: str, book: Member) -> None:
    browser = Client()
    assert browser.get(path).status_code == 200
    for answer in (brought(browser, signed(book), path), browser.post(path, {"text": signed(book)})):
        assert answer.status_code == 200
        assert verdict in words(answer)
        assert book.name in words(answer)
        assert "no-store" in answer["Cache-Control"]
    assert "sessionid" not in browser.cookies


def test_the_short_address_on_the_paper_leads_there() -> None:
    assert Client().get("/verify/", HTTP_ACCEPT_LANGUAGE="en")["Location"] == "/en/verify/"


def test_what_was_altered_is_named_in_plain_words_beside_what_was_signed(book: Member) -> None:
    whole = json.loads(signed(book))
    whole["statement"]["closing"]["spend"] = 9_999
    whole["lines"][1][3]["spend"] = 7_777
    whole["statement"]["<script>alert(1)</script>"] = 1
    page = words(brought(Client(), json.dumps(whole)))
    assert "Tệp này đã bị sửa" in page
    assert "số dư cuối kỳ" in page
    assert "dòng 2" in page
    assert "9.999" not in page
    assert "7.777" not in page
    assert "<script>alert(1)" not in page


def test_an_earlier_key_is_told_and_holds_and_another_house_is_told(book: Member, settings: Any) -> None:
    text, old = signed(book), proofs.public_of_today()
    settings.SIGNING_KEY, settings.SIGNING_KEYS_OLD = proofs.new_seed(), [old]
    page = words(brought(Client(), text))
    assert "Đúng của nhà, còn nguyên vẹn" in page
    assert "bằng khóa trước đây của nhà" in page
    settings.SECRET_KEY, settings.SIGNING_KEYS_OLD = "another secret that nothing was drawn from, ever", []
    page = words(brought(Client(), text))
    assert "Không phải chữ ký của nhà" in page
    assert book.name not in page


def test_a_seal_that_the_ledger_no_longer_carries_is_told(book: Member, monkeypatch: Any) -> None:
    paper = paper_of(book)
    assert paper.batch is not None
    paper.batch["hash"] = "0" * 64
    assert "không còn mang niêm ấn 1" in words(brought(Client(), as_proof.signed(paper).decode()))
    assert "vẫn mang niêm ấn 1" in words(brought(Client(), signed(book)))


@pytest.mark.parametrize(
    "text", ["", "xin chào", "{", '{"format": "points-statement/1"}', "[" * 50_000, "\x00\x01", "9" * 20_000]
)
def test_bad_input_is_said_kindly_and_kept(text: str) -> None:
    answer = Client().post(VERIFY, {"text": text})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Đây không phải sao kê có chữ ký" in page or "Bạn chọn tệp, hoặc dán nội dung" in page or "\x00" in text
    if text.startswith("xin"):
        assert "xin chào</textarea>" in page


def test_a_file_of_no_text_or_too_large_is_refused_before_it_is_read(monkeypatch: Any) -> None:
    answer = Client().post(VERIFY, {"file": SimpleUploadedFile("a.png", b"\x89PNG\xff\xfe")})
    assert answer.status_code == 422
    assert "Tệp này không phải văn bản" in words(answer)
    large = SimpleUploadedFile("a.json", b" " * (as_proof.LARGEST + 1))
    assert "Tệp này lớn hơn" in words(Client().post(VERIFY, {"file": large}))


def test_a_text_that_is_too_long_to_be_pasted_is_answered_kindly() -> None:
    answer = Client(enforce_csrf_checks=True).post(VERIFY, {"text": "x" * (2 * 1024 * 1024 + 1)})
    assert answer.status_code == 422
    assert "Bạn chọn tệp thay vào đó nhé" in words(answer)
    assert "hoặc dán nội dung" not in words(answer)


def test_no_cookie_is_needed_to_have_a_file_checked(book: Member) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get(VERIFY)
    assert not browser.cookies
    assert "còn nguyên vẹn" in words(brought(browser, signed(book)))


def test_the_page_asks_the_ledger_only_for_what_we_signed(book: Member, bob: Member) -> None:
    """Nothing can be fished: a file that names another member, or another seal, is answered without a look."""
    text, browser = signed(book), Client()
    asked = {
        name: [q["sql"] for q in count_queries(lambda text=text: brought(browser, text))[1] if "badges_" in q["sql"]]
        for name, text in (("ours", text), ("forged", text.replace(book.name, bob.name)), ("foreign", '{"a": 1}'))
    }
    assert len(asked["ours"]) == 1
    assert LedgerBatch._meta.db_table in asked["ours"][0]
    assert len(asked["forged"]) == 1  # what we signed is shown, not the name that was written over it
    assert asked["foreign"] == []
    page = words(brought(browser, text.replace(book.name, bob.name)))
    assert book.name in page
    assert bob.name not in page


def test_nobody_has_files_checked_without_end(monkeypatch: Any) -> None:
    monkeypatch.setattr(views, "CHECKED", views.Limit("verify", times=2, seconds=60))
    assert [Client().post(VERIFY, {"text": "a"}).status_code for _n in range(3)] == [422, 422, 429]


def test_the_paper_and_the_file_name_the_page(book: Member) -> None:
    assert json.loads(signed(book))["statement"]["verify_at"].endswith("/verify/")
    assert date.fromisoformat(json.loads(signed(book))["statement"]["from"]) == date(2026, 5, 1)
