"""The forum's pages, for a visitor, for members, without scripts."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from community.forum import actions, counters
from community.forum.models import Post, Reaction, ReadMark, Space, Topic, Watch
from portal.accounts import pace
from portal.accounts.models import Member
from portal.core.clock import now
from tests.community.forum.conftest import AT, BODY, TITLE, first, make_space, new_key, reply, set_rank, start

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def text(response: Any) -> str:
    return response.content.decode()


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_index_shows_spaces_and_what_was_said_last(client: Client, topic: Topic, alice: Member) -> None:
    page = client.get("/vi/community/")
    assert page.status_code == 200
    assert "Góc phin" in text(page)
    assert TITLE in text(page)
    assert "The phin corner" in text(client.get("/en/community/"))


def test_an_empty_index_and_an_empty_space_say_so(client: Client, db: None) -> None:
    assert "empty-state" in text(client.get("/vi/community/"))
    make_space("trống")
    make_space("phin")
    assert "empty-state" in text(client.get("/vi/community/spaces/phin/"))


def test_a_space_lists_pinned_topics_first(client: Client, topic: Topic, bob: Member, mod: Member) -> None:
    start(bob, title="Một chuyện mới hơn nhiều")
    actions.set_pinned(actor=mod, topic=topic.public_id, pinned=True, at=AT)
    page = text(client.get("/vi/community/spaces/phin/"))
    assert re.findall(r"<h3>.*?<a href=\"[^\"]+\"[^>]*><span[^>]*>([^<]+)", page) == [TITLE, "Một chuyện mới hơn nhiều"]


def test_a_topic_shows_its_posts_to_a_visitor(client: Client, topic: Topic, bob: Member) -> None:
    reply(bob, topic)
    page = client.get(topic.get_absolute_url())
    assert page.status_code == 200
    assert "<strong>hết</strong>" in text(page)
    assert text(page).count("<article") == 2
    assert "1 reply" in text(client.get(topic.get_absolute_url().replace("/vi/", "/en/")))
    # The buttons' form alone, without a token: the page is shared.
    assert re.findall("<form.*?</form>", text(page)) == ['<form id="acts" method="post" hidden></form>']
    assert "csrf" not in text(page)


def test_a_topic_page_is_found_by_search_engines(client: Client, topic: Topic) -> None:
    page = text(client.get(topic.get_absolute_url() + "?utm=1"))
    assert f"<title>{TITLE} · Góc phin" in page
    assert '<meta name="description" content="Nước vừa sôi, hai phút là hết.">' in page
    assert re.search(rf'<link rel="canonical" href="http[^"]+{re.escape(topic.get_absolute_url())}">', page)


def test_an_outdated_address_leads_to_the_right_one(client: Client, topic: Topic) -> None:
    for path in (f"/vi/community/topics/{topic.public_id}/", f"/vi/community/topics/{topic.public_id}/old-title/"):
        answer = client.get(path + "?page=1")
        assert (answer.status_code, answer.url) == (302, topic.get_absolute_url() + "?page=1")


@pytest.mark.parametrize("page", ["0", "-1", "9", "x", "१", "1e9", "99999999999999999999", ""])
def test_a_page_that_does_not_exist_is_missing(client: Client, topic: Topic, page: str) -> None:
    wanted = 200 if page == "" else 404
    assert client.get(topic.get_absolute_url(), {"page": page}).status_code == wanted
    assert client.get("/vi/community/spaces/phin/", {"page": page}).status_code == wanted


def test_long_topics_have_pages_and_links_find_their_post(client: Client, topic: Topic, bob: Member) -> None:
    posts = [reply(bob, topic, f"Lời thứ {n}") for n in range(2, 24)]
    second = client.get(topic.get_absolute_url() + "?page=2")
    assert re.findall(r'data-number="(\d+)"', text(second)) == ["21", "22", "23"]
    place = client.get(f"/vi/community/posts/{posts[-1].public_id}/")
    assert place.url == f"{topic.get_absolute_url()}?page=2#post-{posts[-1].public_id}"
    assert client.get(f"/vi/community/topics/{topic.public_id}/at/23/").url == place.url
    assert client.get(f"/vi/community/topics/{topic.public_id}/at/24/").status_code == 404


def test_unknown_foreign_and_hidden_objects_answer_alike(
    client: Client, signed_in: Any, topic: Topic, alice: Member, bob: Member, charlie: Member, manager: Member
) -> None:
    make_space("silver", read_from_rank=1)
    secret = start(manager, "silver", title="Chuyện riêng của hạng Bạc")
    hidden = start(bob, title="Chuyện sẽ được cất đi")
    actions.hide_post(actor=bob, post=first(hidden).public_id, at=AT)
    gone = reply(bob, topic)
    actions.hide_post(actor=bob, post=gone.public_id, at=AT)
    for browser in (client, signed_in(charlie)):
        bodies = set()
        for path in (
            "/vi/community/topics/nonexistent22/",
            f"/vi/community/topics/{secret.public_id}/",
            f"/vi/community/topics/{hidden.public_id}/",
            f"/vi/community/posts/{first(secret).public_id}/",
            f"/vi/community/posts/{gone.public_id}/",
            "/vi/community/posts/nonexistent22/",
            "/vi/community/spaces/silver/",
            "/vi/community/spaces/nothing/",
        ):
            answer = browser.get(path)
            assert answer.status_code == 404, path
            bodies.add(re.sub(r'value="\w{64}"', "", text(answer).replace(path[3:], "")))
        assert len(bodies) == 1


def test_acts_on_foreign_objects_are_missing_too(signed_in: Any, charlie: Member, manager: Member) -> None:
    make_space("staff", staff_only=True)
    secret = start(manager, "staff")
    browser, post = signed_in(charlie), first(secret).public_id
    for path, data in (
        (f"topics/{secret.public_id}/do/replies/", {"body": "Xin chào mọi người", "key": "k"}),
        (f"topics/{secret.public_id}/do/watch/", {"level": "watching"}),
        (f"topics/{secret.public_id}/do/read/", {"number": "1"}),
        (f"topics/{secret.public_id}/do/steer/", {"pinned": "1"}),
        (f"posts/{post}/reactions/?kind=tea", {}),
        (f"posts/{post}/hide/", {"reason": "Không hợp"}),
        (f"posts/{post}/restore/", {"reason": "Không hợp"}),
        (f"posts/{post}/edit/", {"body": "Đổi lời", "revision": "1"}),
        ("spaces/staff/new/", {"title": TITLE, "body": BODY, "key": "k"}),
    ):
        assert browser.post(f"/vi/community/{path}", data).status_code == 404, path
    assert Post.objects.count() == 1
    assert Watch.objects.filter(member=charlie).count() == 0


# ── Writing ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_member_starts_a_topic(signed_in: Any, space: Space, alice: Member) -> None:
    browser = signed_in(alice)
    page = text(browser.get("/vi/community/spaces/phin/new/"))
    key = re.search(r'name="key" value="([^"]+)"', page)[1]  # type: ignore[index]
    data = {"title": "  Ấm đất mới mua về?  ", "body": BODY, "key": key}
    answer = browser.post("/vi/community/spaces/phin/new/", data)
    made = Topic.objects.get()
    assert (answer.status_code, answer.url) == (302, made.get_absolute_url())
    assert (made.title, made.slug, made.language) == ("Ấm đất mới mua về?", "am-dat-moi-mua-ve", "vi")
    assert browser.post("/vi/community/spaces/phin/new/", data).url == made.get_absolute_url()
    assert Topic.objects.count() == 1


def test_a_visitor_is_led_to_the_door(client: Client, topic: Topic) -> None:
    answer = client.get("/vi/community/spaces/phin/new/")
    assert answer.status_code == 302
    assert "login" in answer.url
    assert "login" in client.post(f"/vi/community/topics/{topic.public_id}/do/replies/", {"body": "Xin chào"}).url


def test_a_refused_topic_keeps_what_was_typed(signed_in: Any, space: Space, alice: Member) -> None:
    page = signed_in(alice).post(
        "/vi/community/spaces/phin/new/", {"title": "Ngắn", "body": "Lời dài đã gõ xong", "key": new_key()}
    )
    assert page.status_code == 422
    assert "Lời dài đã gõ xong" in text(page)
    assert 'value="Ngắn"' in text(page)
    assert "field-error" in text(page)


def test_a_reply_without_scripts_leads_to_the_post(signed_in: Any, topic: Topic, bob: Member) -> None:
    browser = signed_in(bob)
    page = text(browser.get(topic.get_absolute_url()))
    assert "csrfmiddlewaretoken" in page
    key = re.search(r'name="key" id="reply-key" value="([^"]+)"', page)[1]  # type: ignore[index]
    url = f"/vi/community/topics/{topic.public_id}/do/replies/"
    answer = browser.post(url, {"body": "Ủ 45 giây nhé", "key": key})
    post = Post.objects.get(number=2)
    assert (answer.status_code, answer.url) == (302, f"{topic.get_absolute_url()}#post-{post.public_id}")
    assert browser.get(url).url == topic.get_absolute_url()


@pytest.mark.usefixtures("one_window")
def test_a_refused_reply_without_scripts_keeps_what_was_typed(signed_in: Any, topic: Topic, bob: Member) -> None:
    browser = signed_in(bob)
    url = f"/vi/community/topics/{topic.public_id}/do/replies/"
    long = "Từng lời một. " * 1500
    page = browser.post(url, {"body": long, "key": new_key()})
    assert page.status_code == 422
    assert long.strip() in text(page)
    for _ in range(pace.most("reply", 0)[0][0]):
        browser.post(url, {"body": "Lời ngắn", "key": new_key()})
    slow = browser.post(url, {"body": "Lời bị chậm lại", "key": new_key()})
    assert slow.status_code == 429
    assert "Lời bị chậm lại" in text(slow)


def test_a_page_with_scripts_gets_the_post_as_a_fragment(signed_in: Any, topic: Topic, bob: Member) -> None:
    browser = signed_in(bob)
    url = f"/vi/community/topics/{topic.public_id}/do/replies/"
    answer = browser.post(url, {"body": "Ủ 45 giây nhé", "key": new_key(), "list": "posts-1"}, **HTMX)
    assert answer.status_code == 200
    assert text(answer).count("<article") == 1
    assert "csrf" not in text(answer)
    assert 'id="reply-key"' in text(answer)
    other_page = browser.post(url, {"body": "Thêm một lời nữa", "key": new_key(), "list": "posts-7"}, **HTMX)
    assert other_page["HX-Redirect"].endswith(f"#post-{Post.objects.latest('pk').public_id}")


def test_a_refused_fragment_brings_back_the_form(signed_in: Any, topic: Topic, bob: Member) -> None:
    url = f"/vi/community/topics/{topic.public_id}/do/replies/"
    answer = signed_in(bob).post(url, {"body": " . ", "key": new_key(), "list": "posts-1"}, **HTMX)
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (422, "#reply", "outerHTML")
    assert 'hx-target="#posts-1"' in text(answer)
    assert "field-error" in text(answer)


def test_a_key_with_another_body_is_refused_and_nothing_is_written(signed_in: Any, topic: Topic, bob: Member) -> None:
    browser, key = signed_in(bob), new_key()
    url = f"/vi/community/topics/{topic.public_id}/do/replies/"
    browser.post(url, {"body": "Lời đầu tiên", "key": key})
    again = browser.post(url, {"body": "Lời khác hẳn", "key": key})
    assert again.status_code == 409
    assert "Lời khác hẳn" in text(again)
    assert list(Post.objects.filter(number__gt=1).values_list("source", flat=True)) == ["Lời đầu tiên"]


def test_answering_a_post_shows_whom(signed_in: Any, topic: Topic, bob: Member, charlie: Member) -> None:
    answered = reply(bob, topic)
    browser = signed_in(charlie)
    page = text(browser.get(topic.get_absolute_url(), {"to": answered.public_id}))
    assert f'name="to" value="{answered.public_id}"' in page
    browser.post(
        f"/vi/community/topics/{topic.public_id}/do/replies/",
        {"body": "Cảm ơn anh Bob", "key": new_key(), "to": answered.public_id},
    )
    assert Post.objects.get(number=3).reply_to == answered
    assert f'href="{answered.get_absolute_url()}"' in text(browser.get(topic.get_absolute_url()))


def test_the_preview_is_what_will_be_saved(signed_in: Any, topic: Topic, bob: Member) -> None:
    Member.objects.filter(pk=bob.pk).update(trust_level=1)  # a newcomer's link would wait for a moderator
    browser = signed_in(bob)
    source = "**đậm** <script>alert(1)</script>\n\n- một\n- hai\n\nhttps://may.vn Nga\u0300y"
    shown = text(browser.post("/vi/community/preview/", {"body": source}))
    browser.post(f"/vi/community/topics/{topic.public_id}/do/replies/", {"body": source, "key": new_key()})
    assert Post.objects.get(number=2).html == shown
    assert "field-error" not in shown
    empty = browser.post("/vi/community/preview/", {"body": " "})
    assert (empty.status_code, "notice" in text(empty)) == (200, True)


def test_an_author_edits_her_words(signed_in: Any, topic: Topic, alice: Member) -> None:
    browser, url = signed_in(alice), f"/vi/community/posts/{first(topic).public_id}/edit/"
    assert BODY in text(browser.get(url))
    answer = browser.post(url, {"title": "Phin nhôm chảy nhanh quá", "body": "Lời đã sửa", "revision": "1"})
    assert answer.status_code == 302
    topic.refresh_from_db()
    assert (topic.title, first(topic).source, first(topic).revision) == ("Phin nhôm chảy nhanh quá", "Lời đã sửa", 2)


def test_behaviour_13_two_windows_get_both_versions(signed_in: Any, topic: Topic, alice: Member) -> None:
    browser, url = signed_in(alice), f"/vi/community/posts/{first(topic).public_id}/edit/"
    browser.post(url, {"title": TITLE, "body": "Lời của cửa sổ một", "revision": "1"})
    page = browser.post(url, {"title": TITLE, "body": "Lời của cửa sổ hai", "revision": "1"})
    assert page.status_code == 409
    assert "Lời của cửa sổ một" in text(page)
    assert "Lời của cửa sổ hai" in text(page)
    assert 'name="revision" value="2"' in text(page)
    assert browser.post(url, {"title": TITLE, "body": "Lời của cửa sổ hai", "revision": "2"}).status_code == 302


def test_only_the_author_and_moderators_edit(signed_in: Any, topic: Topic, bob: Member, mod: Member) -> None:
    url, form = (
        f"/vi/community/posts/{first(topic).public_id}/edit/",
        {"title": TITLE, "body": "Sửa hộ", "revision": "1"},
    )
    assert signed_in(bob).get(url).status_code == 403
    assert signed_in(bob).post(url, form).status_code == 403
    assert signed_in(mod).get(url).status_code == 200
    assert signed_in(mod).post(url, form).status_code == 422  # without a reason


def test_reacting_without_scripts_leads_back_to_the_words(signed_in: Any, topic: Topic, bob: Member) -> None:
    page = text(signed_in(bob).get(topic.get_absolute_url()))
    url = f"/vi/community/posts/{first(topic).public_id}/reactions/?kind=tea"
    assert '<form id="acts" method="post"' in page
    assert f'form="acts" formaction="{url}"' in page
    led = signed_in(bob).post(url)
    assert (led.status_code, led.url) == (302, f"{topic.get_absolute_url()}#post-{first(topic).public_id}")
    assert 'aria-pressed="true"' in text(signed_in(bob).get(led.url))


# ── Reactions ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_reaction_is_pressed_and_let_go(signed_in: Any, topic: Topic, bob: Member) -> None:
    browser, url = signed_in(bob), f"/vi/community/posts/{first(topic).public_id}/reactions/?kind=tea"
    pressed = text(browser.post(url, **HTMX))
    assert pressed.count('aria-pressed="true"') == 1
    assert text(browser.get(topic.get_absolute_url())).count('aria-pressed="true"') == 1
    assert browser.post(url).status_code == 302
    assert Reaction.objects.count() == 0
    assert counters.drift() == []


def test_refused_reactions(signed_in: Any, topic: Topic, alice: Member, bob: Member) -> None:
    url = f"/vi/community/posts/{first(topic).public_id}/reactions/"
    assert signed_in(alice).post(url + "?kind=tea", **HTMX).status_code == 403
    assert signed_in(bob).post(url + "?kind=love", **HTMX).status_code == 422
    assert signed_in(bob).get(url).status_code == 405


# ── Hiding ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_moderator_hides_with_a_reason_that_the_author_reads(
    signed_in: Any, client: Client, topic: Topic, bob: Member, mod: Member
) -> None:
    post = reply(bob, topic, "Lời không nên nói")
    browser, url = signed_in(mod), f"/vi/community/posts/{post.public_id}/hide/"
    assert "Lời không nên nói" in text(browser.get(url))
    assert browser.post(url, {"reason": " "}).status_code == 422
    assert browser.post(url, {"reason": "Quảng cáo trá hình"}).status_code == 302
    for reader, sees in ((client, False), (signed_in(bob), True), (browser, True)):
        page = text(reader.get(topic.get_absolute_url()))
        assert ("Lời không nên nói" in page, "Quảng cáo trá hình" in page) == (sees, sees)
        assert page.count("<article") == 2  # its place is kept
    assert signed_in(bob).post(f"/vi/community/posts/{post.public_id}/restore/").status_code == 403
    back = browser.post(f"/vi/community/posts/{post.public_id}/restore/", {"reason": "Xem lại thì ổn"})
    assert back.status_code == 302
    assert "Lời không nên nói" in text(client.get(topic.get_absolute_url()))


def test_an_author_puts_her_topic_away_and_back(signed_in: Any, client: Client, topic: Topic, alice: Member) -> None:
    browser, post = signed_in(alice), first(topic).public_id
    assert browser.post(f"/vi/community/posts/{post}/hide/").status_code == 302
    assert client.get(topic.get_absolute_url()).status_code == 404
    assert TITLE not in text(client.get("/vi/community/spaces/phin/"))
    assert TITLE in text(browser.get("/vi/community/spaces/phin/"))
    assert browser.get(topic.get_absolute_url()).status_code == 200
    assert browser.post(f"/vi/community/posts/{post}/restore/").status_code == 302
    assert client.get(topic.get_absolute_url()).status_code == 200


def test_strangers_cannot_hide(signed_in: Any, topic: Topic, bob: Member) -> None:
    url = f"/vi/community/posts/{first(topic).public_id}/hide/"
    assert signed_in(bob).get(url).status_code == 403
    assert signed_in(bob).post(url, {"reason": "Tôi không thích"}).status_code == 403


def test_a_moderator_closes_and_pins(signed_in: Any, topic: Topic, bob: Member, mod: Member) -> None:
    url = f"/vi/community/topics/{topic.public_id}/do/steer/"
    assert signed_in(bob).post(url, {"locked": "1", "reason": "Đủ rồi"}).status_code == 403
    assert signed_in(mod).post(url, {"locked": "1", "reason": "Đã có lời giải"}).status_code == 302
    assert signed_in(mod).post(url, {"pinned": "1"}).status_code == 302
    topic.refresh_from_db()
    assert (topic.locked, topic.pinned) == (True, True)
    page = text(signed_in(bob).get(topic.get_absolute_url()))
    assert 'id="reply"' not in page
    answer = signed_in(bob).post(
        f"/vi/community/topics/{topic.public_id}/do/replies/", {"body": "Còn một lời", "key": new_key()}
    )
    assert answer.status_code == 403
    signed_in(mod).post(url, {"locked": "0", "reason": "Mở lại hỏi thêm"})
    assert 'id="reply"' in text(signed_in(bob).get(topic.get_absolute_url()))


# ── Following and reading ───────────────────────────────────────────────────────────────────────────────────────
def test_following_and_reading(signed_in: Any, topic: Topic, alice: Member, bob: Member) -> None:
    browser = signed_in(bob)
    assert 'value="watching" aria-current="true"' in text(
        browser.post(f"/vi/community/topics/{topic.public_id}/do/watch/", {"level": "watching"}, **HTMX)
    )
    assert browser.post(f"/vi/community/topics/{topic.public_id}/do/watch/", {"level": "loud"}).status_code == 422
    for number, mark in (("1", 1), ("99", 1), ("x", 1), ("-5", 1), ("", 1)):
        assert browser.post(f"/vi/community/topics/{topic.public_id}/do/read/", {"number": number}).status_code == 204
        assert ReadMark.objects.get(member=bob).last_number == mark
    newest = reply(alice, topic, "Có lời mới đây")
    page = text(browser.get(topic.get_absolute_url()))
    assert f"/topics/{topic.public_id}/at/2/" in page
    assert newest.public_id in page
    assert "is-unread" in text(browser.get("/vi/community/spaces/phin/"))
    browser.post(f"/vi/community/topics/{topic.public_id}/do/read/", {"number": "2"})
    assert "is-unread" not in text(browser.get("/vi/community/spaces/phin/"))


def test_a_tier_that_may_only_read_is_told_so(signed_in: Any, alice: Member, bob: Member) -> None:
    make_space("silver", write_from_rank=1)
    topic = start(set_rank(alice, 1), "silver")
    page = text(signed_in(bob).get(topic.get_absolute_url()))
    assert 'id="reply"' not in page
    assert "notice" in page
    assert signed_in(bob).get("/vi/community/spaces/silver/new/").status_code == 403


def test_muted_members_read_along(signed_in: Any, topic: Topic, bob: Member) -> None:
    Member.objects.filter(pk=bob.pk).update(muted_until=now() + timedelta(days=1))
    page = signed_in(bob).get(topic.get_absolute_url())
    assert page.status_code == 200
    assert 'id="reply"' not in text(page)
    url = f"/vi/community/topics/{topic.public_id}/do/replies/"
    assert signed_in(bob).post(url, {"body": "Vẫn muốn nói", "key": new_key()}).status_code == 403
    assert signed_in(bob).post(f"/vi/community/posts/{first(topic).public_id}/reactions/?kind=tea").status_code == 403
