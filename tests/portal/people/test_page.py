"""A member's page, as visitors, members and she herself meet it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.test import Client

from community import api as community
from community.forum import actions as forum
from community.forum.models import Topic
from portal.accounts import handles, profiles
from portal.accounts.models import Member, Standing
from portal.accounts.profiles import ME, MEMBERS, PUBLIC
from portal.core import clock
from portal.scopes.models import Scope
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
_keys = count(1)
SECRET = "BÍ-MẬT-KHÔNG-AI-ĐƯỢC-THẤY"


@pytest.fixture(autouse=True)
def house() -> None:
    """An open space, one for Silver and above, one for staff."""
    scope = Scope.objects.get_or_create(code="may", defaults={"kind": "brand", "name": "Mây"})[0]
    rights: dict[str, dict] = {"mo": {}, "bac": {"read_from_rank": 1}, "nha": {"staff_only": True}}
    for position, (code, more) in enumerate(rights.items()):
        texts = {"vi": (f"Góc {code}", ""), "en": (f"Corner {code}", "")}
        community.open_space(code=code, scope=scope, position=position, texts=texts, **more)


def at(member: Member) -> str:
    return Standing.objects.get(member=member).url


def say(member: Member, title: str, space: str = "mo", body: str = "Kể từ đầu.") -> Topic:
    return community.start_topic(
        actor=member, space_code=space, title=title, source=body, key=f"say-{next(_keys)}", at=clock.now(), live=False
    )


def read(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_the_page_tells_what_she_told(client: Client, alice: Member) -> None:
    handles.change_handle(actor=alice, handle="ngoc-alice", at=clock.now())
    profiles.tell_about(
        actor=alice,
        bio="Pha phin <b>chậm</b>.\nXem https://phin.example/?a=1&b=2",
        city="Đà Lạt",
        at=clock.now(),
        limited=False,  # read by a moderator: it leads elsewhere
    )
    topic = say(alice, "Phin nhôm hay phin inox")
    page = read(client, "/vi/people/ngoc-alice/")
    assert "Phạm Ngọc Alice" in page
    assert "@ngoc-alice" in page
    assert "&lt;b&gt;chậm&lt;/b&gt;" in page
    assert '<a href="https://phin.example/?a=1&amp;b=2" rel="nofollow ugc noopener">' in page
    assert topic.get_absolute_url() in page
    assert "ở đây từ tháng 3, 2026" in page
    assert "Đà Lạt" not in page  # for members


def test_a_script_in_the_bio_stays_text(client: Client, alice: Member) -> None:
    bio = '<script>alert(1)</script> javascript:alert(2) <img src=x onerror=alert(3)> https://x.example/"onmouseover="alert(4)'
    profiles.tell_about(actor=alice, bio=bio, city="", at=clock.now(), limited=False)
    main = read(client, at(alice)).split("person-bio")[1].split("</section>")[0]
    assert "<script" not in main
    assert "<img" not in main
    assert 'href="javascript' not in main
    assert '"onmouseover="' not in main


@pytest.mark.parametrize("viewer", ["visitor", "bob", "mod", "alice"])
@pytest.mark.parametrize("level", [PUBLIC, MEMBERS, ME])
def test_each_part_shows_to_whom_it_says(
    viewer: str, level: str, alice: Member, bob: Member, mod: Member, signed_in: SignedIn
) -> None:
    profiles.tell_about(actor=alice, bio="Lời về mình", city="Bảo Lộc", at=clock.now())
    profiles.set_birthday(actor=alice, day=9, month=2, year=1991, at=clock.now())
    say(alice, "Chuyện của Alice")
    fields = [field.name for field in profiles.FIELDS if field.name != "page"]
    profiles.set_privacy(actor=alice, levels=dict.fromkeys(fields, level), findable=False)
    people = {"bob": bob, "mod": mod, "alice": alice}
    page = read(signed_in(people[viewer]) if viewer in people else Client(), at(alice))
    shown = viewer == "alice" or level == PUBLIC or (level == MEMBERS and viewer in people)
    for words in ("Lời về mình", "Bảo Lộc", "9 tháng 2", "Chuyện của Alice", "ở đây từ", ">Uy tín<", ">Huy hiệu<"):
        assert (words in page) is shown, words
    assert "1991" not in page


def test_a_page_for_members_sends_a_visitor_to_the_door(
    client: Client, alice: Member, bob: Member, signed_in: SignedIn
) -> None:
    profiles.set_privacy(actor=alice, levels={"page": MEMBERS}, findable=True)
    answer = client.get(at(alice))
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]
    assert "noindex" in read(signed_in(bob), at(alice))


def test_search_engines_are_told_no_until_she_says_yes(client: Client, alice: Member) -> None:
    page = read(client, at(alice))
    assert '<meta name="robots" content="noindex">' in page
    assert 'property="og:type" content="profile"' in page
    assert "The face of" not in page
    assert "Gương mặt của" not in page
    profiles.set_privacy(actor=alice, levels={}, findable=True)
    Member.objects.filter(pk=alice.pk).update(avatar="/media/faces/x.webp")
    page = read(client, at(alice))
    assert 'name="robots"' not in page
    assert "/media/faces/x.webp" in page.split("og:image")[1][:200]
    assert "<title>Phạm Ngọc Alice" in page


def test_closed_unknown_and_leaving_people_are_not_found(
    client: Client, alice: Member, bob: Member, charlie: Member
) -> None:
    Member.objects.filter(pk=alice.pk).update(is_active=False)
    Member.objects.filter(pk=bob.pk).update(left_at=clock.now())
    Member.objects.filter(pk=charlie.pk).update(joined_at=None)
    paths = [f"/vi/people/{member.public_id}/" for member in (alice, bob, charlie)] + ["/vi/people/khong-co-ai/"]
    answers = [client.get(path) for path in paths]
    assert [answer.status_code for answer in answers] == [404] * 4
    said = {answer.content.decode().split("<main")[1].split("</main>")[0] for answer in answers}
    assert len(said) == 1


def test_a_suspended_member_is_named_and_nothing_else(client: Client, alice: Member) -> None:
    profiles.tell_about(actor=alice, bio=SECRET, city="", at=clock.now())
    profiles.set_privacy(actor=alice, levels={}, findable=True)
    say(alice, SECRET)
    Member.objects.filter(pk=alice.pk).update(suspended_until=clock.now() + timedelta(days=3))
    page = read(client, at(alice))
    assert "đang nghỉ ít lâu" in page
    assert SECRET not in page
    assert "noindex" in page


def test_private_spaces_and_hidden_words_do_not_leak(
    client: Client, alice: Member, bob: Member, mod: Member, staff: Member, signed_in: SignedIn
) -> None:
    """A member's page is one more door to her words: the same rights stand before it."""
    Standing.objects.filter(member=alice).update(tier_rank=2)
    alice.is_staff = True
    alice.save()
    open_topic = say(bob, "Chuyện chung")
    for space in ("bac", "nha"):
        topic = say(alice, f"{SECRET} {space}", space)
        community.post_reply(
            actor=alice, topic=topic, source=f"{SECRET} đáp {space}", key=f"r{space}", at=clock.now(), live=False
        )
    reply = community.post_reply(
        actor=alice, topic=open_topic, source=f"{SECRET} ẩn", key="r1", at=clock.now(), live=False
    )
    forum.hide_post(actor=mod, post=reply.public_id, reason="thử", at=clock.now())
    hidden = say(alice, f"{SECRET} chuyện ẩn")
    forum.hide_post(actor=mod, post=community.first_post(hidden).public_id, reason="thử", at=clock.now())
    for browser in (client, signed_in(bob)):
        assert SECRET not in read(browser, at(alice))
    Standing.objects.filter(member=bob).update(tier_rank=1)
    page = read(signed_in(bob), at(alice))
    assert f"{SECRET} bac" in page
    assert f"{SECRET} nha" not in page
    assert f"{SECRET} ẩn" not in page
    assert f"{SECRET} nha" in read(signed_in(staff), at(alice))


def test_a_long_reply_is_cut_at_a_word(client: Client, alice: Member, bob: Member) -> None:
    """Half a Vietnamese syllable is another word."""
    words = "nghiêng " * 60
    community.post_reply(
        actor=alice, topic=say(bob, "Chuyện chung"), source=words, key="r1", at=clock.now(), live=False
    )
    shown = re.search(r"(nghiêng [^<]*…)", read(client, at(alice)))
    assert shown is not None
    assert set(shown[1].removesuffix("…").split()) == {"nghiêng"}


def test_an_old_address_leads_to_the_new_one(client: Client, alice: Member) -> None:
    handles.change_handle(actor=alice, handle="cu-ky", at=clock.now())
    handles.change_handle(actor=alice, handle="moi-me", at=clock.now())
    for old in ("cu-ky", alice.public_id):
        assert client.get(f"/vi/people/{old}/")["Location"] == "/vi/people/moi-me/"
    assert client.get("/en/people/cu-ky/")["Location"] == "/en/people/moi-me/"


@pytest.mark.parametrize("who", ["%00", "..", "a" * 300, "%F0%9F%8D%B5", "' OR 1=1 --", "<script>"])
def test_a_hostile_address_finds_nobody(client: Client, who: str) -> None:
    assert client.get(f"/vi/people/{who}/").status_code == 404


def test_the_page_costs_the_same_for_one_word_and_for_many(alice: Member, bob: Member, signed_in: SignedIn) -> None:
    topic = say(alice, "Chuyện đầu")
    browser = signed_in(bob)

    def grow() -> None:
        for n in range(4):
            say(alice, f"Chuyện {n}")
            community.post_reply(actor=alice, topic=topic, source=f"Lời {n}", key=f"k{n}", at=clock.now(), live=False)

    community.post_reply(actor=alice, topic=topic, source="Lời", key="k", at=clock.now(), live=False)
    assert_num_queries_constant(lambda: browser.get(at(alice)), grow)
    assert_num_queries_constant(lambda: Client().get(at(alice)), lambda: say(alice, "Thêm một"))


def test_chips_lead_to_the_page(client: Client, alice: Member) -> None:
    topic = say(alice, "Chuyện của Alice")
    assert f'<a class="member-chip-name" href="{at(alice)}">' in read(client, topic.get_absolute_url())


def test_who_said_nothing_has_a_page_too(client: Client, alice: Member) -> None:
    page = read(client, at(alice))
    assert "Vẫn đang lắng nghe" in page
    assert "Kệ còn trống" in page
