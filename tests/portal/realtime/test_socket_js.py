"""`socket.js` in a real browser against a real web process: what a page sees when the line behaves badly."""

from __future__ import annotations

import os
import signal
import time

import pytest
from django.db import transaction

from portal.realtime import record
from portal.realtime.models import Stream
from tests.helpers.databases import ROOT
from tests.helpers.realtime import session_cookie, web_process
from tests.helpers.servers import free_port

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

FOLLOW = """async () => {
  const { connect } = await import("/socket.js");
  window.seen = { events: [], resyncs: [], states: [], denied: 0, eph: [] };
  window.line = connect();
  window.line.onState((state) => seen.states.push(state));
  window.line.subscribe("stage:1", {
    after: 0,
    onEvent: (kind, data, n) => seen.events.push([n, data.text]),
    onEphemeral: (kind) => seen.eph.push(kind),
    onResync: (n) => seen.resyncs.push(n),
  });
  window.line.subscribe("stage:77", { onDenied: () => (seen.denied += 1) });
}"""


def say(*texts: str, stream: str = "stage:1") -> None:
    for text in texts:
        with transaction.atomic():
            record(stream, "said", {"text": text})


def wait_for(page, expression: str, expected: object, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while (found := page.evaluate(expression)) != expected:
        assert time.monotonic() < deadline, f"{expression} is {found}, not {expected}"
        page.wait_for_timeout(50)


@pytest.fixture
def page(browser_page):
    """A page of the house without its own scripts; what it logs fails the test."""
    errors: list[str] = []
    browser_page.on("pageerror", lambda error: errors.append(str(error)))
    yield browser_page
    assert errors == []


def open_page(page, port: int, member=None) -> None:
    if member is not None:
        name, value = session_cookie(member).split("=", 1)
        page.context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{port}"}])
    # The source itself: pages get it inside a bundle.
    page.route(
        "**/socket.js", lambda route: route.fulfill(path=ROOT / "static/js/socket.js", content_type="text/javascript")
    )
    page.goto(f"http://127.0.0.1:{port}/healthz")
    page.evaluate(FOLLOW)


def test_a_page_misses_nothing_while_the_server_is_killed_and_started_again(page, tmp_path):
    port = free_port()
    say("một")
    with web_process(tmp_path, port=port) as (_, process):
        open_page(page, port)
        wait_for(page, "seen.events", [[1, "một"]])
        wait_for(page, "seen.denied", 1)
        say("hai")
        wait_for(page, "seen.events.length", 2)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    wait_for(page, "seen.states.at(-1)", "connecting")
    say("ba", "bốn")
    with web_process(tmp_path, port=port):
        wait_for(page, "seen.events", [[1, "một"], [2, "hai"], [3, "ba"], [4, "bốn"]], seconds=40)
        say("năm")
        wait_for(page, "seen.events.length", 5)
        assert page.evaluate("seen.resyncs") == []
        assert page.evaluate("seen.states.filter((state) => state === 'open').length") == 2


def test_gaps_repeats_lost_pushes_and_keys(page, tmp_path, alice):
    with web_process(tmp_path) as (port, _):
        open_page(page, port, alice)
        say("một")
        wait_for(page, "seen.events.length", 1)

        # an entry that overtook another waits for it; one that comes twice is told once
        page.evaluate("""() => {
          const frame = (n) => ({ t: "ev", s: "stage:1", n, k: "said", d: { text: `lời ${n}` } });
          for (const n of [1, 3, 3, 2, 3]) line.hear(frame(n));
        }""")
        assert page.evaluate("seen.events.map(([n]) => n)") == [1, 2, 3]

        # a gap that does not close by itself is asked for
        say("two", "three", "four")
        wait_for(page, "seen.events.map(([n]) => n)", [1, 2, 3, 4])
        page.evaluate("""() => {
          const hear = line.hear;
          line.hear = (frame) => { if (frame.n !== 5) hear.call(line, frame); };
          line.forget5 = () => { line.hear = hear; };
        }""")
        say("five", "six")
        wait_for(page, "line.streams.get('stage:1').early.size", 1)
        page.evaluate("line.forget5()")
        wait_for(page, "seen.events.slice(-2)", [[5, "five"], [6, "six"]])
        say("seven")
        wait_for(page, "seen.events.map(([n]) => n)", [1, 2, 3, 4, 5, 6, 7])

        # pushes that were lost without a trace show in the heartbeat
        with transaction.atomic():
            stream = Stream.objects.select_for_update().get(key="stage:1")
            stream.entries.create(number=8, kind="said", ref={"text": "lost"}, id=10**9)
            Stream.objects.filter(pk=stream.pk).update(last=8)
        page.evaluate("line.hear({ t: 'hb', last: { 'stage:1': 8 } })")
        wait_for(page, "seen.events.at(-1)", [8, "lost"])

        # a request is answered by its key; one that the line swallowed is sent again with the same key
        answers = page.evaluate("""async () => {
          const sent = await line.request({ t: "send", s: "stage:2", key: "k1", text: "chào" });
          const refused = await line.request({ t: "send", s: "stage:2", key: "k2", text: "bad" })
            .catch((error) => error);
          const write = line.write;
          line.write = () => {};
          const later = line.request({ t: "send", s: "stage:2", key: "k3", text: "lần nữa" });
          line.write = write;
          line.socket.close();
          return [sent, refused, await later];
        }""")
        assert answers[0] == {"t": "sent", "s": "stage:2", "key": "k1", "d": {"number": 1}}
        assert (answers[1]["code"], answers[1]["key"]) == ("bad_text", "k2")
        assert (answers[2]["key"], answers[2]["d"]) == ("k3", {"number": 2})

        # sign-out: one more try, then the page knows
        page.evaluate("(id) => (document.body.dataset.memberId = id)", alice.pk)
        page.context.clear_cookies()
        page.evaluate("line.socket.close()")
        wait_for(page, "seen.states.at(-1)", "signed-out")
        page.wait_for_timeout(1500)
        assert page.evaluate("line.socket") is None


def test_a_page_that_slept_too_long_is_told_once_to_fetch_anew(page, tmp_path):
    with web_process(tmp_path) as (port, _):
        open_page(page, port)
        wait_for(page, "seen.states.at(-1)", "open")
        page.context.set_offline(True)
        page.evaluate("dispatchEvent(new Event('offline'))")
        wait_for(page, "seen.states.at(-1)", "offline")
        with transaction.atomic():
            for n in range(501):
                record("stage:1", "said", {"text": str(n)})
        page.context.set_offline(False)
        page.evaluate("dispatchEvent(new Event('online'))")
        wait_for(page, "seen.resyncs", [501])
        say("tiếp tục")
        wait_for(page, "seen.events", [[502, "tiếp tục"]])
