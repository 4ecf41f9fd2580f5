"""The site behind nginx, with the files of `deploy/` as they are: what is handed on, kept, refused and slowed down."""

from __future__ import annotations

import asyncio
import http.server
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets

from tests.deploy.service import SITE, Nginx, Service, wait_until

pytestmark = [pytest.mark.nginx, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def house(needs_nginx: None, migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The embedded way: one web process on SQLite behind nginx."""
    running = Service(tmp_path_factory.mktemp("service"), template=migrated, TRIAN_ADDRESS_A_MINUTE="0")
    try:
        yield running.open()
    finally:
        running.end()


@pytest.fixture
def visitor(house: Service) -> Iterator[httpx.Client]:
    assert house.nginx is not None
    with house.nginx.client() as client:
        wait_until(lambda: client.get("/robots.txt").status_code == 200, 30, lambda: "nginx stays shut")
        yield client


def test_a_page_over_tls_and_every_other_way_leads_there_or_nowhere(house: Service, visitor: httpx.Client) -> None:
    page = visitor.get("/vi/")
    assert page.status_code == 200
    assert "Cà phê Sương" in page.text
    assert page.headers["strict-transport-security"].startswith("max-age=63072000")
    assert "server" not in page.headers or "/" not in page.headers["server"]
    assert house.nginx is not None
    plain = f"http://127.0.0.1:{house.nginx.plain}/vi/help/?a=b"
    led = httpx.get(plain, headers={"Host": SITE})
    assert (led.status_code, led.headers["location"]) == (301, f"https://{SITE}/vi/help/?a=b")
    with pytest.raises(httpx.TransportError):
        httpx.get(plain, headers={"Host": "elsewhere.example"})
    with pytest.raises(httpx.TransportError):
        visitor.get("/vi/", headers={"Host": "elsewhere.example"}, extensions={"sni_hostname": "elsewhere.example"})


def test_static_files_are_kept_for_ever_by_their_sum_and_pictures_are_nothing_but_pictures(
    house: Service, visitor: httpx.Client
) -> None:
    found = re.search(r"/static/build/app\.[0-9a-f]{12}\.css", visitor.get("/vi/").text)
    assert found
    sheet = visitor.get(found[0], headers={"Accept-Encoding": "gzip"})
    assert sheet.status_code == 200
    assert sheet.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert sheet.headers["x-content-type-options"] == "nosniff"
    assert sheet.headers["content-encoding"] == "gzip"
    assert "immutable" not in visitor.get("/static/build/app.css").headers["cache-control"]
    media = house.state / "media"
    for name in ("spaces/a.webp", "spaces/a.html", "documents/secret.pdf"):
        (media / name).parent.mkdir(parents=True, exist_ok=True)
        (media / name).write_bytes(b"<script>alert(1)</script>")
    (media / "spaces/link.webp").symlink_to(house.state / "db.sqlite3")
    picture, html = visitor.get("/media/spaces/a.webp"), visitor.get("/media/spaces/a.html")
    assert picture.headers["content-type"] == "image/webp"
    assert html.headers["content-type"] == "application/octet-stream"
    for answer in (picture, html):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
    assert visitor.get("/media/documents/secret.pdf").status_code == 404
    assert visitor.get("/media/spaces/link.webp").status_code in (403, 404)
    assert visitor.get("/media/../db.sqlite3").status_code in (400, 404)


def test_those_who_watch_ask_the_process_and_nobody_else_sees_a_number(house: Service, visitor: httpx.Client) -> None:
    for path in ("/metrics", "/readyz"):
        assert visitor.get(path).status_code == 404
    assert visitor.get("/healthz").status_code == 200
    told = httpx.get(f"http://127.0.0.1:{house.pages[0]}/metrics")
    assert told.status_code == 200
    assert "trian_deliveries_waiting" in told.text
    spoofed = httpx.get(f"http://127.0.0.1:{house.pages[0]}/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    assert spoofed.status_code == 404


async def _socket(house: Service, origin: str) -> dict[str, Any]:
    assert house.nginx is not None
    trust = ssl.create_default_context(cafile=str(house.nginx.folder / "tls/fullchain.pem"))
    where = {"host": "127.0.0.1", "port": house.nginx.port, "ssl": trust, "server_hostname": SITE, "proxy": None}
    async with websockets.connect(f"wss://{SITE}/ws/", origin=origin, **where) as wire:
        await wire.send(json.dumps({"t": "sub", "s": "site:1", "after": None}))
        async with asyncio.timeout(15):
            while (frame := json.loads(await wire.recv()))["t"] == "hb":
                pass
            return frame


async def test_a_socket_opens_through_nginx_for_our_own_pages_only(house: Service, visitor: httpx.Client) -> None:
    assert (await _socket(house, f"https://{SITE}"))["t"] in ("ok", "resync")
    with pytest.raises(websockets.InvalidStatus) as refused:
        await _socket(house, "https://evil.example")
    assert refused.value.response.status_code == 403


def test_what_is_too_large_is_refused_before_it_reaches_the_house(visitor: httpx.Client) -> None:
    answer = visitor.post("/vi/accounts/login/", content=b"x" * (13 * 1024 * 1024))
    assert answer.status_code == 413
    assert "We take files of up to 10 MB." in answer.text


def test_the_first_administrator_comes_in_by_her_letter_and_must_set_up_a_second_factor(
    house: Service, visitor: httpx.Client
) -> None:
    door = "/vi/accounts/login/"
    visitor.headers.update({"Origin": f"https://{SITE}", "Referer": f"https://{SITE}{door}"})

    def send(path: str, **typed: str) -> httpx.Response:
        hidden = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', visitor.get(path).text)
        assert hidden, path
        return visitor.post(path, data={**typed, "csrfmiddlewaretoken": hidden[1]})

    house.post.letters.clear()
    asked = send(door, login=f"chi@{SITE}")
    assert asked.status_code == 302, asked.text[:500]
    cookie = [line for line in asked.headers.get_list("set-cookie") if line.startswith("__Host-session=")]
    assert cookie
    assert all("Secure" in line and "HttpOnly" in line for line in cookie)
    assert send(asked.headers["location"], code=house.post.code()).status_code == 302
    led = visitor.get("/admin/")
    assert led.status_code == 302
    assert "2fa" in led.headers["location"] or "totp" in led.headers["location"], led.headers["location"]


def test_whoever_asks_far_too_fast_is_slowed_down_alone(house: Service, visitor: httpx.Client) -> None:
    assert house.nginx is not None
    # Side by side, so that a slow machine too asks faster than anybody may.
    with ThreadPoolExecutor(16) as lines:
        answers = list(lines.map(lambda _number: visitor.get("/robots.txt"), range(300)))
    slowed = [answer for answer in answers if answer.status_code == 429]
    assert slowed
    assert {answer.status_code for answer in answers} == {200, 429}
    assert slowed[0].headers["retry-after"] == "5"
    assert "A little slower, please" in slowed[0].text
    other = httpx.HTTPTransport(local_address="127.0.0.9", verify=ssl._create_unverified_context())
    with house.nginx.client(transport=other) as neighbour:
        assert neighbour.get("/robots.txt").status_code == 200
    wait_until(lambda: visitor.get("/robots.txt").status_code == 200, 30, lambda: "the pace is never forgiven")


def test_promise_13_slow_clients_do_not_hold_the_site(house: Service, visitor: httpx.Client) -> None:
    """200 who send a header a byte at a time and 50 who send a form so: pages answer for others all through."""
    assert house.nginx is not None
    trust = ssl.create_default_context(cafile=str(house.nginx.folder / "tls/fullchain.pem"))
    head = f"POST /vi/accounts/login/ HTTP/1.1\r\nHost: {SITE}\r\n"
    slow: list[ssl.SSLSocket] = []
    for number in range(250):
        raw = socket.socket()
        raw.bind((f"127.0.1.{number % 20 + 1}", 0))
        raw.settimeout(10)
        raw.connect(("127.0.0.1", house.nginx.port))
        line = trust.wrap_socket(raw, server_hostname=SITE)
        body = "Content-Type: text/plain\r\nContent-Length: 4000\r\n\r\nx" if number % 5 == 0 else "X-Slow: a"
        line.send((head + body).encode())
        slow.append(line)
    began, longest = time.monotonic(), 0.0
    while time.monotonic() - began < 6:
        for line in slow[::10]:
            line.send(b"a")
        asked = time.monotonic()
        assert visitor.get("/en/help/").status_code == 200
        longest = max(longest, time.monotonic() - asked)
        time.sleep(0.3)
    assert longest < 10  # the lines alone take longer to be let go; a house that they held would not answer at all
    # Whoever sends nothing more is let go.
    silent = slow[1]
    silent.settimeout(15)
    try:
        gone = silent.recv(1000)
    except (ConnectionError, ssl.SSLError):
        gone = b""
    assert gone == b"" or b"408" in gone
    for line in slow:
        line.close()


def test_while_no_web_process_runs_nginx_says_so_and_goes_on_by_itself(house: Service, visitor: httpx.Client) -> None:
    unit = house.units[0]
    house.kill(unit)
    answer = visitor.get("/vi/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "Nhà đang mở lại" in answer.text
    house.start(unit)
    wait_until(lambda: house.is_open(house.pages[0]), 30, lambda: house.log(unit))
    wait_until(lambda: visitor.get("/vi/").status_code == 200, 30, lambda: "nginx does not go on")


class Echo(http.server.BaseHTTPRequestHandler):
    """Tells what it was sent."""

    def do_GET(self) -> None:
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        pass


def test_the_visitors_address_is_the_one_that_nginx_sees(needs_nginx: None, tmp_path: Path) -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    nginx = Nginx(tmp_path, tmp_path, [server.server_address[1]], [server.server_address[1]])
    nginx.start()
    spoofed = {
        "X-Forwarded-For": "6.6.6.6", "X-Real-IP": "6.6.6.6", "Forwarded": "for=6.6.6.6", "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example",
    }  # fmt: skip
    try:
        with nginx.client() as client:
            told = client.get("/vi/", headers=spoofed).json()
    finally:
        nginx.end()
        server.shutdown()
        server.server_close()
    assert told["x-forwarded-for"] == "127.0.0.1"
    assert (told["x-forwarded-proto"], told["host"]) == ("https", SITE)
    assert "6.6.6.6" not in str(told)
    assert "evil.example" not in str(told)
