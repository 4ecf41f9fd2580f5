"""Texts: one segment whatever they say, limits that hold, and a gateway that may fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.test import Client

from portal.accounts.sms import actions, backends, words
from portal.accounts.sms.models import TextDay, TextMessage
from portal.accounts.sms.tasks import prune_texts, resend_texts, send_text
from portal.core import clock, mail
from portal.core.errors import TooMany
from tests.helpers.texts import let_time_pass, texts

PHONE = "+84912345678"
AT = clock.now()


def ask(to: str = PHONE, **more: Any) -> TextMessage:
    """A code for this number."""
    settings = {"kind": "prove", "language": "vi", "address": "", "code": "123456", "at": clock.now(), **more}
    return actions.ask(to=to, **settings)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", ["sign_in", "prove", "unknown"])
def test_every_text_is_one_segment_of_plain_letters(kind: str, language: str, monkeypatch) -> None:
    monkeypatch.setattr(mail, "_signature", [lambda: mail.Signature("Hợp tác xã cà phê và trà cổ thụ Tây Côn Lĩnh")])
    url = "https://nha.thuong-hieu-dai.example/vi/accounts/signup/"
    text = words.compose(kind, language=language, code="123456", url=url)
    assert words.places(text) <= 160
    assert text.isascii()
    assert "?" not in text
    assert ("123456" in text) is (kind != "unknown")
    assert (url in text) is (kind == "unknown")


def test_marks_go_and_letters_keep_their_case() -> None:
    assert words.unmarked("Đường Ưu Ái “nhé” – 5€ 😀") == 'Duong Uu Ai "nhe" - 5€ ?'
    assert words.places("5€") == 3


@pytest.mark.django_db
def test_a_text_leaves_as_a_task_and_its_words_are_forgotten() -> None:
    row = ask()
    row.refresh_from_db()
    assert [to for to, _text in texts] == [PHONE]
    assert (row.state, row.body, row.attempts, row.error) == ("sent", "", 1, "")
    send_text.enqueue(row.pk)  # delivered twice by a queue
    assert len(texts) == 1


@pytest.mark.django_db
def test_one_number_gets_one_text_in_twenty_seconds_five_an_hour_ten_a_day() -> None:
    ask()
    with pytest.raises(TooMany) as refused:
        ask()
    assert 0 < refused.value.retry_after <= 21
    for _time in range(4):
        let_time_pass()
        ask()
    let_time_pass()
    with pytest.raises(TooMany):
        ask()
    let_time_pass(61)
    for _time in range(5):
        ask()
        let_time_pass()
    let_time_pass(61)
    with pytest.raises(TooMany):
        ask()
    assert len(texts) == 10


@pytest.mark.django_db
def test_one_place_gets_twenty_an_hour_whatever_numbers_it_names() -> None:
    for number in range(20):
        ask(f"+8491200{number:04d}", address="10.1.1.1")
    with pytest.raises(TooMany):
        ask("+84912009999", address="10.1.1.1")
    ask("+84912009999", address="10.1.1.2")


@pytest.mark.django_db
def test_the_house_has_a_daily_cap(settings) -> None:
    settings.SMS_DAILY_CAP = 2
    ask("+84912000001")
    ask("+84912000002")
    with pytest.raises(TooMany):
        ask("+84912000003")
    assert TextDay.objects.get().used == 2


@pytest.mark.django_db
def test_at_the_door_a_limit_says_so_alike_for_known_and_unknown(alice) -> None:
    alice.phone, alice.phone_verified_at = PHONE, AT
    alice.save()
    pages = []
    for typed in ("0912345678", "0987654321"):
        Client().post("/vi/accounts/login/", {"login": typed})
        page = Client().post("/vi/accounts/login/", {"login": typed})
        assert page.status_code == 200
        pages.append("Hãy đợi một lát" in page.content.decode())
    assert pages == [True, True]


class Broken:
    """A gateway that is away."""

    def send(self, to: str, text: str) -> None:
        raise backends.NotSent("HTTP 503")


@pytest.mark.django_db
def test_a_failure_is_kept_and_tried_again_and_then_given_up(monkeypatch) -> None:
    monkeypatch.setitem(backends.BACKENDS, "memory", Broken)
    row = ask()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == ("due", 1, "HTTP 503")
    assert "123456" in row.body
    for attempt in (2, 3, 4):
        TextMessage.objects.update(due_at=clock.now() - timedelta(minutes=1))
        assert resend_texts(clock.now()) == 1
        row.refresh_from_db()
        assert row.attempts == attempt
    assert (row.state, row.body) == ("failed", "")
    assert resend_texts(clock.now() + timedelta(hours=1)) == 0


@pytest.mark.django_db
def test_a_failed_text_leaves_when_the_gateway_is_back(monkeypatch) -> None:
    with monkeypatch.context() as away:
        away.setitem(backends.BACKENDS, "memory", Broken)
        row = ask()
    assert resend_texts(clock.now()) == 0  # its time has not come
    TextMessage.objects.update(due_at=clock.now() - timedelta(minutes=1))
    assert resend_texts(clock.now()) == 1
    row.refresh_from_db()
    assert (row.state, row.error) == ("sent", "")
    assert len(texts) == 1


@pytest.mark.django_db
def test_old_texts_are_forgotten() -> None:
    ask()
    prune_texts(clock.now() + timedelta(days=29))
    assert TextMessage.objects.count() == 1
    prune_texts(clock.now() + timedelta(days=31))
    assert TextMessage.objects.count() == 0


@pytest.fixture
def gateway(settings) -> Iterator[dict[str, Any]]:
    """A gateway on loopback: answers with `status`, keeps what it was sent."""
    seen: dict[str, Any] = {"status": 200, "requests": []}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen["requests"].append((self.path, json.loads(body), self.headers.get("X-Key")))
            self.send_response(seen["status"])
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_URL = f"http://127.0.0.1:{server.server_port}/send"
    settings.SMS_SECRET_HEADER, settings.SMS_SECRET = "X-Key", "rất-kín".encode().hex()
    settings.SMS_BACKEND = "http"
    yield seen
    server.shutdown()
    server.server_close()


def test_the_gateway_gets_json_and_the_secret_in_a_header(gateway, settings) -> None:
    backends.backend().send(PHONE, "May: 123456")
    assert gateway["requests"] == [("/send", {"to": PHONE, "text": "May: 123456"}, settings.SMS_SECRET)]


@pytest.mark.parametrize("status", [302, 307, 400, 401, 500])
def test_a_redirect_or_a_refusal_is_a_failure_and_is_not_followed(gateway, status: int, settings) -> None:
    gateway["status"] = status
    with pytest.raises(backends.NotSent) as failed:
        backends.backend().send(PHONE, "May: 123456")
    assert str(failed.value) == f"HTTP {status}"
    assert len(gateway["requests"]) == 1


def test_a_gateway_that_is_away_is_a_failure_without_secrets(settings) -> None:
    settings.SMS_BACKEND, settings.SMS_URL, settings.SMS_SECRET = "http", "http://127.0.0.1:9/send", "geheim"
    with pytest.raises(backends.NotSent) as failed:
        backends.backend().send(PHONE, "May: 123456")
    assert "geheim" not in str(failed.value)
    assert "123456" not in str(failed.value)


def test_the_outbox_is_read_newest_first(settings, tmp_path) -> None:
    settings.VAR_DIR, settings.SMS_BACKEND = tmp_path, "outbox"
    backends.backend().send(PHONE, "một")
    backends.backend().send(PHONE, "hai")
    assert [text["text"] for text in backends.outbox()] == ["hai", "một"]


def test_switched_off_texts_are_refused(settings) -> None:
    settings.SMS_BACKEND = "off"
    with pytest.raises(backends.NotSent):
        backends.backend()


@pytest.mark.django_db
def test_texts_are_shown_behind_the_house_with_what_failed(client: Client, settings, tmp_path, monkeypatch) -> None:
    settings.VAR_DIR = tmp_path
    backends.OutboxBackend().send(PHONE, "May: 123456 mo cua")
    monkeypatch.setitem(backends.BACKENDS, "memory", Broken)
    ask()
    page = client.get("/dev/texts/").content.decode()
    assert "May: 123456 mo cua" in page
    assert "HTTP 503" in page
