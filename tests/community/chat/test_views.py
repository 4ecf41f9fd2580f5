"""The chat's pages: they work without a script, refuse kindly, and hide what is hidden."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from community.chat import actions
from community.chat.models import Message
from portal.accounts.models import Member
from portal.core import clock
from portal.realtime.roster import roster
from tests.community.chat.conftest import AT, make_room, say
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture(autouse=True)
def vietnamese(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "vi"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    for part in ("_parts", "rooms", "talking", "threads", "conversations"):
        monkeypatch.setattr(f"community.chat.views.{part}.now", lambda: AT + timedelta(minutes=1))


def page(code: str = "sanh-chung", suffix: str = "") -> str:
    return f"/vi/chat/{code}/{suffix}"


def body(response) -> str:
    """The page without its token, which is masked anew each time."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=")\w+', r"\1", response.content.decode())


def shown(response) -> list[int]:
    return [
        int(number)
        for number in re.findall(r'class="message[^"]*" id="[^"]+" data-author="\d+" data-n="(\d+)"', body(response))
    ]


def test_the_door_leads_to_the_first_room(client, hall, silver_room):
    response = client.get(reverse("chat:index"))
    assert (response.status_code, response["Location"]) == (302, page())


def test_no_room_is_said_kindly(client, back_room):
    response = client.get(reverse("chat:index"))
    assert response.status_code == 200
    assert "Chưa phòng nào mở cửa" in body(response)


def test_a_visitor_reads_along(client, hall, talk):
    talk(3)
    response = client.get(page())
    assert response.status_code == 200
    assert shown(response) == [1, 2, 3]
    assert "<textarea" not in body(response)
    assert "/accounts/login" in body(response)
    assert "data-ws" not in body(response)
    assert 'data-zone="Asia/Ho_Chi_Minh"' in body(response)


def test_an_empty_room_invites(signed_in, alice, hall):
    response = signed_in(alice).get(page())
    assert "Chưa ai lên tiếng" in body(response)


def test_the_page_is_private_to_its_reader(signed_in, alice, hall):
    assert "no-store" in signed_in(alice).get(page())["Cache-Control"]


def test_hidden_rooms_look_like_missing_ones(signed_in, alice, hall, silver_room, back_room, closed_room, mod):
    browser = signed_in(alice)
    say(mod, back_room, "Canary sau quầy")
    missing = browser.get(page("khong-co"))
    assert missing.status_code == 404
    for room in (silver_room, back_room, closed_room):
        hidden = browser.get(page(room.code))
        assert hidden.status_code == 404
        # The address itself stands on the page (language links): apart from it both are the same.
        assert body(hidden).replace(room.code, "X") == body(missing).replace("khong-co", "X")
        for suffix in ("history/", "present/"):
            assert browser.get(page(room.code, suffix)).status_code == 404
        for suffix in ("send/", "read/"):
            answer = browser.post(page(room.code, suffix), {"text": "Chào", "key": "k", "number": "1"}, **JSON)
            assert answer.status_code == 404
    open_page = body(browser.get(page()))
    assert not any(room.code in open_page for room in (silver_room, back_room, closed_room))
    assert Message.objects.count() == 1


def test_messages_of_hidden_rooms_look_missing(signed_in, alice, back_room, mod):
    message = say(mod, back_room, "Canary")
    browser = signed_in(alice)
    for public_id in (message.public_id, "khongco12345"):
        base = page(back_room.code, f"messages/{public_id}/")
        assert browser.get(f"{base}source/", **JSON).status_code == 404
        assert browser.post(f"{base}edit/", {"text": "x"}, **JSON).status_code == 404
        assert browser.post(f"{base}remove/", **JSON).status_code == 404


def test_a_message_is_only_found_in_its_own_room(signed_in, alice, hall, mod):
    other = make_room("goc-phin")
    message = say(alice, hall, "Chín độ")
    answer = signed_in(alice).post(page(other.code, f"messages/{message.public_id}/remove/"), **JSON)
    assert answer.status_code == 404


def test_a_plain_form_says_it_and_comes_back(signed_in, alice, hall):
    browser = signed_in(alice)
    key = re.search(r'name="key" value="([^"]+)"', body(browser.get(page())))[1]
    response = browser.post(page(suffix="send/"), {"text": "Chào **cả nhà**", "key": key})
    message = Message.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"{page()}#message-{message.public_id}")
    again = browser.post(page(suffix="send/"), {"text": "Chào **cả nhà**", "key": key})
    assert again.status_code == 302
    assert Message.objects.count() == 1


def plain_acts(response, message) -> dict[str, tuple[str, str]]:
    """What stands under a message where no script runs: kind of thanks → the form that sends it, and to where."""
    at = rf'formaction="({re.escape(page(suffix=f"messages/{message.public_id}/react/"))})" name="kind" value="(\w+)"'
    return {kind: (form, to) for form, to, kind in re.findall(rf'form="([\w-]+)" {at}', body(response))}


def test_thanks_are_given_and_taken_back_by_plain_forms(hall, alice, bob, signed_in):
    hers, his = say(alice, hall, "Lời của An"), say(bob, hall, "Lời của Bình")
    browser = signed_in(alice)
    assert plain_acts(browser.get(page()), hers) == {}
    to = page(suffix=f"messages/{his.public_id}/react/")
    assert plain_acts(browser.get(page()), his) == {"tea": ("thank", to), "heart": ("thank", to)}
    for form, on in (("thank", "1"), ("thank-less", "0")):
        assert re.search(rf'<form id="{form}" method="post">.*?name="on" value="{on}"', body(browser.get(page())))
    back = browser.post(to, {"kind": "tea", "on": "1"})
    assert (back.status_code, back["Location"]) == (302, page(suffix=f"#message-{his.public_id}"))
    assert plain_acts(browser.get(page()), his) == {"tea": ("thank-less", to), "heart": ("thank", to)}
    browser.post(to, {"kind": "tea", "on": "0"})
    assert plain_acts(browser.get(page()), his)["tea"] == ("thank", to)


def test_who_may_not_thank_is_offered_no_form_for_it(client, hall, alice, bob, signed_in):
    his = say(bob, hall, "Lời của Bình")
    assert plain_acts(client.get(page()), his) == {}
    Member.objects.filter(pk=alice.pk).update(muted_until=AT + timedelta(days=1))
    assert plain_acts(signed_in(alice).get(page()), his) == {}
    actions.remove_message(actor=bob, message_id=his.pk, at=AT)
    assert plain_acts(signed_in(bob).get(page()), his) == {}


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [("", 422, "Bạn chưa viết gì cả."), ("x" * 4_001, 422, "4001"), ("\x00", 422, "Bạn chưa viết gì cả.")],
)
def test_a_refused_form_keeps_the_words_and_says_why(signed_in, alice, hall, text, status, words):
    response = signed_in(alice).post(page(suffix="send/"), {"text": text, "key": "k-1"})
    assert response.status_code == status
    assert words in body(response)
    assert text.strip("\x00") in body(response)


def test_a_reused_key_is_a_conflict(signed_in, alice, hall):
    browser = signed_in(alice)
    browser.post(page(suffix="send/"), {"text": "Một", "key": "k-1"})
    response = browser.post(page(suffix="send/"), {"text": "Hai", "key": "k-1"})
    assert response.status_code == 409
    assert ">Hai</textarea>" in body(response)
    assert Message.objects.get().source == "Một"


def test_a_script_gets_json(signed_in, alice, hall):
    browser = signed_in(alice)
    first = browser.post(page(suffix="send/"), {"text": "Một", "key": "k-1"}, **JSON)
    again = browser.post(page(suffix="send/"), {"text": "Một", "key": "k-1"}, **JSON)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert sorted(first.json()) == ["author", "html", "key", "message", "number"]
    refused = browser.post(page(suffix="send/"), {"text": "Hai", "key": "k-1"}, **JSON)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "key_reused")


def test_the_limit_is_shared_by_both_doors(signed_in, alice, hall, monkeypatch):
    monkeypatch.setattr("portal.core.limits.time.time", lambda: 1_800_000_000.0)
    for number in range(20):
        say(alice, hall, f"Qua dây {number}", live=True)
    response = signed_in(alice).post(page(suffix="send/"), {"text": "Qua trang", "key": "k"}, **JSON)
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 30


def test_a_muted_member_reads_and_is_told_why(signed_in, alice, hall, talk):
    talk(2)
    alice.muted_until = clock.now() + timedelta(days=400)
    alice.save()
    response = signed_in(alice).get(page())
    assert shown(response) == [1, 2]
    assert "<textarea" not in body(response)
    assert "chat-closed" in body(response)


def test_visitor_is_led_to_the_door(client, hall):
    response = client.post(page(suffix="send/"), {"text": "Chào", "key": "k"})
    assert response.status_code == 302
    assert "/accounts/login" in response["Location"]
    assert Message.objects.count() == 0


def test_pages_ask_for_a_token(alice, hall):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    for suffix in ("send/", "read/"):
        assert strict.post(page(suffix=suffix), {"text": "Chào", "key": "k"}).status_code == 403
    for suffix in ("send/", "read/", "messages/abc/edit/", "messages/abc/remove/"):
        assert strict.get(page(suffix=suffix)).status_code == 405


def test_history_walks_to_the_beginning(client, hall, talk):
    talk(120)
    newest = client.get(page())
    older = client.get(page(suffix="history/?before=71"))
    oldest = client.get(page(suffix="history/?before=21"))
    assert shown(newest) == list(range(71, 121))
    assert shown(older) == list(range(21, 71))
    assert shown(oldest) == list(range(1, 21))
    assert '?before=71"' in body(newest)
    assert '?before=21"' in body(older)
    assert '<li class="chat-older" hidden>' in body(oldest)


def test_history_is_readable_without_a_script(client, hall, talk):
    talk(120)
    older = client.get(page(suffix="?before=71"))
    assert shown(older) == list(range(21, 71))
    assert "?after=70" in body(older)
    assert "data-live" not in body(older)
    assert shown(client.get(page(suffix="?after=70"))) == list(range(71, 121))


@pytest.mark.parametrize("number", ["x", "-1", "1.5", "9" * 40, "١٢", "\x00"])
def test_strange_numbers_are_refused(client, hall, number):
    for suffix in ("", "history/"):
        for name in ("before", "after"):
            response = client.get(page(suffix=suffix), {name: number})
            assert response.status_code in (200, 422)
    assert client.get(page(suffix="history/"), {"before": number}).status_code == 422


def test_the_page_costs_the_same_for_one_and_many(signed_in, alice, hall, talk):
    browser = signed_in(alice)
    talk(1)
    actions.mark_read(actor=alice, room_id=hall.pk, number=1, at=AT)

    def grow():
        talk(60)
        for number in range(5):
            make_room(f"phong-{number}")

    assert_num_queries_constant(lambda: browser.get(page()), grow)


def test_author_changes_and_takes_back(signed_in, alice, bob, hall):
    message = say(alice, hall, "Chín **độ**")
    browser, base = signed_in(alice), page(suffix=f"messages/{message.public_id}/")
    assert browser.get(f"{base}source/").json() == {"text": "Chín **độ**", "reason": ""}
    edited = browser.post(f"{base}edit/", {"text": "Tám độ"}, **JSON)
    assert "Tám độ" in edited.json()["html"]
    assert "đã sửa" in edited.json()["html"]
    assert signed_in(bob).post(f"{base}remove/", **JSON).status_code == 403
    removed = browser.post(f"{base}remove/", **JSON)
    assert "Tám độ" not in removed.json()["html"]
    assert "Lời này người viết đã gỡ." in removed.json()["html"]
    assert browser.post(f"{base}edit/", {"text": "Bảy độ"}, **JSON).status_code == 404
    assert browser.get(f"{base}source/").status_code == 404


def test_moderator_reads_what_was_removed(signed_in, alice, bob, mod, hall):
    message = say(alice, hall, "Lời nặng")
    base = page(suffix=f"messages/{message.public_id}/")
    refused = signed_in(mod).post(f"{base}remove/", **JSON)
    assert refused.status_code == 422
    removed = signed_in(mod).post(f"{base}remove/", {"reason": "Chửi khách"}, **JSON)
    assert "Người giữ nhà đã gỡ lời này." in removed.json()["html"]
    assert signed_in(mod).get(f"{base}source/").json() == {"text": "Lời nặng", "reason": "Chửi khách"}
    assert "Lời nặng" not in body(signed_in(mod).get(page()))
    assert "Lời nặng" not in body(signed_in(bob).get(page()))


def test_reading_marks_by_http(signed_in, alice, hall, talk):
    talk(4)
    browser = signed_in(alice)
    assert browser.post(page(suffix="read/"), {"number": "3"}).json() == {"room": hall.pk, "number": 3}
    assert browser.post(page(suffix="read/"), {"number": "2"}).json() == {"room": hall.pk, "number": 3}
    assert browser.post(page(suffix="read/"), {"number": "x"}, **JSON).status_code == 422
    response = browser.get(page())
    assert body(response).count("chat-day is-new") == 1


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](x onerror=alert(1))", "</li></ol>",
        "{{ 7|add:7 }} {% debug %}", '" onmouseover="x', "\ud800\U0001f600\u202e\x07", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A", "a" * 4_000,
    ],
)  # fmt: skip
def test_hostile_words_are_only_words(signed_in, alice, hall, text):
    browser = signed_in(alice)
    say(alice, hall, text)
    found = body(browser.get(page()))
    talk_part = found[found.index('id="messages"') : found.index("</ol>")]
    assert "<script" not in talk_part
    assert not re.search(r"<[^>]+\son\w+=|javascript:[^<]*\"", talk_part)
    assert talk_part.count('<li class="message') == 1


def test_a_hostile_name_is_only_a_name(signed_in, alice, hall):
    from portal.accounts.actions import update_standing

    update_standing(member_id=alice.pk, at=AT, name="<img src=x onerror=alert(1)>")
    say(alice, hall, "Chào")
    assert "<img src=x" not in body(signed_in(alice).get(page()))


@pytest.fixture
def seated(hall, bob):
    """Bob's tab is open before his eyes."""
    place, name = f"here:room:{hall.pk}", f"{bob.pk}/tab"
    roster().enter(place, name, 60)
    yield bob
    roster().leave(place, name)


def test_members_see_who_sits_here(client, signed_in, alice, seated):
    assert client.get(page(suffix="present/")).status_code == 302
    assert "Vũ Tiến Bob" not in body(client.get(page()))
    for suffix in ("", "present/"):
        assert body(signed_in(alice).get(page(suffix=suffix))).count("Vũ Tiến Bob") == 1


def test_the_page_carries_no_inline_style_or_script(signed_in, mod, hall, talk):
    talk(2)
    found = body(signed_in(mod).get(page()))
    assert "style=" not in found
    assert not re.search(r"<script(?![^>]*\bsrc=)", found)
    assert not re.search(r"<[^>]+\son[a-z]+=", found)
