"""Hostile text in every field of every form is stored clean or refused, and never fails."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from community.forum import counters
from community.forum.models import Post, Topic
from portal.accounts.models import Member
from tests.community.forum.conftest import BODY, TITLE, first, new_key, start

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}

HOSTILE = {
    "empty": "",
    "blank": " \n\t ",
    "over-long": "dài " * 6_000,
    "NUL": "có\x00chữ nào đó trong này",
    "lone surrogate": "có \\ud800 chữ",
    "escaped surrogate": "\ufffd\ufffe có chữ đây",
    "four bytes": "☕🫖 𝔗𝔯𝔦 Â𝔫 cà phê buổi sáng",
    "bidi": "\u202eabc\u202c \u2066chữ\u2069 buổi sáng",
    "NFD": "Ca\u0300 phe\u0302 sa\u0301ng",
    "markup": "<script>alert(1)</script>{{ 7 }}{% now %}",
    "controls": "\x01\x02\x1b[31m cà phê đỏ",
    "quotes": "'\" ; DROP TABLE--",
    "key-like": "../../etc/passwd",
    "right-to-left": "مرحبا بالقهوة",
    "percent": "%s%n%x %(name)s",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_never_fails(name: str, signed_in: Any, topic: Topic, alice: Member) -> None:
    value, browser, post = HOSTILE[name], signed_in(alice), first(topic).public_id
    for path, data in (
        ("spaces/phin/new/", {"title": value, "body": value, "key": new_key()}),
        ("spaces/phin/new/", {"title": TITLE, "body": BODY, "key": value}),
        (f"topics/{topic.public_id}/do/replies/", {"body": value, "key": new_key()}),
        (f"topics/{topic.public_id}/do/replies/", {"body": BODY, "key": value, "to": value, "list": value}),
        (f"posts/{post}/edit/", {"title": value, "body": value, "revision": value}),
        (f"posts/{post}/hide/", {"reason": value}),
        (f"posts/{post}/restore/", {"reason": value}),
        (f"topics/{topic.public_id}/do/watch/", {"level": value}),
        (f"topics/{topic.public_id}/do/read/", {"number": value}),
        (f"topics/{topic.public_id}/do/steer/", {"locked": value, "reason": value, "pinned": value}),
        ("preview/", {"body": value}),
    ):
        for extra in ({}, HTMX):
            answer = browser.post(f"/vi/community/{path}", data, **extra)
            assert answer.status_code < 500, (path, answer.status_code)
    assert browser.post(f"/vi/community/posts/{post}/reactions/", query_params={"kind": value}).status_code < 500
    for path in ("", "spaces/phin/", topic.get_absolute_url()[len("/vi/community/") :]):
        assert browser.get(f"/vi/community/{path}", {"page": value, "to": value}).status_code in (200, 404)
        assert browser.get(f"/vi/community/{path}").status_code == 200
    assert counters.drift() == []


def test_raw_bytes_that_are_no_text_never_fail(signed_in: Any, topic: Topic, bob: Member) -> None:
    browser = signed_in(bob)
    url = f"/vi/community/topics/{topic.public_id}/do/replies/"
    for body in (b"body=%ED%A0%80abc+def&key=k1", b"body=%FF%FE%00abc&key=k2", b"body=a%00b%00c&key=k3"):
        answer = browser.generic("POST", url, body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code < 500
    assert all("\x00" not in source for source in Post.objects.values_list("source", flat=True))


def test_a_feed_reader_sees_tags_as_the_words_they_are(space: Any, alice: Member) -> None:
    """Readers of feeds take a description for HTML: what stands between its tags must be said twice."""
    start(alice, title="Thẻ là chữ", body="Viết `<img src=x onerror=alert(1)>` như chữ & không chạy")
    feed = ElementTree.fromstring(Client().get("/vi/community/feeds/latest.rss").content)
    [told] = [item.findtext("description") for item in feed.iter("item")]
    assert told == "Viết &lt;img src=x onerror=alert(1)&gt; như chữ &amp; không chạy"
