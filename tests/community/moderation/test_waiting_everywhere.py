"""Behaviours 19 and 20: changes of posts, messages, names and profiles wait as new posts do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from community.chat import actions as chat
from community.chat.models import Message, Room
from community.forum import actions as forum
from community.forum.actions.drafting import save_draft
from community.forum.models import Post, Topic
from community.forum.writing import Draft
from community.logbook.models import ModerationEntry
from community.moderation import actions
from community.moderation.models import Case, FilterRule, Held
from portal.accounts import handles, profiles
from portal.accounts.models import Member
from portal.core import clock
from portal.core.errors import Conflict, Invalid, TooMany, Waits
from portal.events.models import DomainEvent
from portal.realtime.models import StreamEntry
from tests.community.moderation.conftest import AT, inbox, make_room, new_key, reply, say, settle
from tests.helpers.races import run_parallel

pytestmark = pytest.mark.django_db
WORDS = "Bạn nào cần viagra thì nhắn tôi nhé"
SIGN = "viagra"


@dataclass
class Spot:
    """A place in which bob changes or says something: how, and what everybody reads there."""

    write: Callable[[str], Any]
    stands: Callable[[], str]
    page: str
    new: bool = False


@pytest.fixture
def rule(mod: Member) -> FilterRule:
    return actions.save_rule(actor=mod, pattern=SIGN, action="hold", kind="word", note="", active=True, at=AT)


@pytest.fixture
def room(db: None) -> Room:
    return make_room()


@pytest.fixture
def spots(topic: Topic, bob: Member, room: Room) -> dict[str, Spot]:
    post, said = reply(bob, topic, "Lời cũ của Bob ở đây."), say(bob, room, "Tin cũ của Bob")
    here = "/vi/chat/sanh/"

    def edit(text: str) -> Any:
        fresh = Post.objects.get(pk=post.pk)
        return forum.edit_post(actor=bob, post=post.public_id, body=text, revision=fresh.revision, at=AT)

    return {
        "edit": Spot(edit, lambda: Post.objects.get(pk=post.pk).source, topic.get_absolute_url()),
        "message": Spot(
            lambda text: chat.post_message(actor=bob, room_id=room.pk, text=text, key=new_key(), at=AT),
            lambda: "\n".join(Message.objects.order_by("pk").values_list("source", flat=True)), here, new=True,
        ),
        "reword": Spot(
            lambda text: chat.edit_message(actor=bob, message_id=said.pk, text=text, at=AT),
            lambda: Message.objects.get(pk=said.pk).source, here,
        ),
        "profile": Spot(
            lambda text: profiles.tell_about(actor=bob, bio=text, city="Huế", at=AT),
            lambda: Member.objects.get(pk=bob.pk).bio, bob.standing.url,
        ),
        "name": Spot(
            lambda text: handles.change_name(actor=bob, name=text, at=AT),
            lambda: Member.objects.select_related("standing").get(pk=bob.pk).standing.name, bob.standing.url,
        ),
    }  # fmt: skip


SPOTS = ("edit", "message", "reword", "profile", "name")


def wait(spot: Spot, words: str = WORDS) -> Held:
    with pytest.raises(Waits) as waits:
        spot.write(words)
    return Held.objects.get(public_id=waits.value.details["held"])


def case_of(held: Held) -> Case:
    return Case.objects.get(kind="held", subject=f"held:{held.pk}")


@pytest.mark.parametrize("place", SPOTS)
def test_behaviour_19_what_waits_changes_nothing_and_is_seen_by_author_and_moderators_only(
    spots: dict[str, Spot], rule: FilterRule, place: str, bob: Member, charlie: Member, mod: Member, signed_in: Any
) -> None:
    spot = spots[place]
    before, events = spot.stands(), DomainEvent.objects.count()
    told = StreamEntry.objects.exclude(kind__in=("chip", "notification", "recheck"))
    entries = told.count()
    held = wait(spot)
    assert (held.verb, held.state, held.source) == (place, "waiting", WORDS)
    assert (spot.stands(), DomainEvent.objects.count()) == (before, events)
    assert told.count() == entries
    assert inbox(mod) == ["to_moderate"]
    url = f"/vi/moderation/waiting/{held.public_id}/"
    own = signed_in(bob).get(url).content.decode()
    assert "Đang chờ duyệt" in own
    assert SIGN in own
    assert signed_in(charlie).get(url).status_code == 404
    for reader in (charlie, mod):
        assert SIGN not in signed_in(reader).get(spot.page).content.decode()
    case = signed_in(mod).get(f"/vi/moderation/cases/{case_of(held).public_id}/").content.decode()
    assert SIGN in case
    if not spot.new:
        assert held.before in case


@pytest.mark.parametrize("place", SPOTS)
def test_behaviour_19_approval_puts_it_there_once_and_tells_the_author(
    spots: dict[str, Spot], rule: FilterRule, place: str, bob: Member, mod: Member, signed_in: Any
) -> None:
    spot = spots[place]
    held = wait(spot)
    settle(mod, case_of(held), "published", "")
    assert spot.stands().endswith(WORDS)
    held.refresh_from_db()
    assert held.state == "published"
    with pytest.raises(Conflict):
        settle(mod, case_of(held), "published", "")
    assert "held_settled" in inbox(bob)
    assert list(ModerationEntry.objects.exclude(act="filter_added").values_list("act", flat=True)) == ["publish_held"]
    assert "Đến lời của bạn" in signed_in(bob).get(f"/vi/moderation/waiting/{held.public_id}/").content.decode()


@pytest.mark.parametrize("place", SPOTS)
def test_behaviour_19_refusal_leaves_what_stood_and_tells_why(
    spots: dict[str, Spot], rule: FilterRule, place: str, bob: Member, mod: Member
) -> None:
    spot = spots[place]
    before = spot.stands()
    held = wait(spot)
    settle(mod, case_of(held), "rejected", "Đây là quảng cáo")
    held.refresh_from_db()
    assert (spot.stands(), held.state, held.reason) == (before, "rejected", "Đây là quảng cáo")
    assert "held_settled" in inbox(bob)


@pytest.mark.parametrize("place", [name for name in SPOTS if name != "message"])
def test_behaviour_19_changing_it_again_while_it_waits_keeps_one_item(
    spots: dict[str, Spot], rule: FilterRule, place: str, mod: Member
) -> None:
    spot = spots[place]
    held, again = wait(spot), wait(spot)
    case = case_of(held)
    assert (held.pk, case.version) == (again.pk, 1)
    other = wait(spot, f"{SIGN} thì hỏi tôi")
    assert (other.pk, case_of(held).version) == (held.pk, 2)
    settle(mod, case_of(held), "published", "")
    assert spot.stands() == f"{SIGN} thì hỏi tôi"


@pytest.mark.parametrize("place", [name for name in SPOTS if name != "message"])
def test_newer_words_that_may_stand_take_the_waiting_ones_back(
    spots: dict[str, Spot], rule: FilterRule, place: str
) -> None:
    spot = spots[place]
    held = wait(spot)
    spot.write("Lời mới tử tế")
    held.refresh_from_db()
    assert (spot.stands(), held.state, case_of(held).outcome) == ("Lời mới tử tế", "withdrawn", "withdrawn")


@pytest.mark.parametrize("place", SPOTS)
def test_the_author_changes_or_takes_back_what_waits(
    spots: dict[str, Spot], rule: FilterRule, place: str, bob: Member, mod: Member, signed_in: Any
) -> None:
    held = wait(spots[place])
    assert f"/vi/moderation/waiting/{held.public_id}/" in signed_in(bob).get("/vi/moderation/mine/").content.decode()
    client, url = signed_in(bob), f"/vi/moderation/waiting/{held.public_id}/"
    assert client.post(url, {"title": "", "body": "Lời đã sửa cho êm"}).status_code == 302
    held.refresh_from_db()
    assert (held.source, case_of(held).version) == ("Lời đã sửa cho êm", 2)
    client.post(f"{url}withdraw/")
    held.refresh_from_db()
    assert (held.state, Case.objects.filter(outcome="").count()) == ("withdrawn", 0)


@pytest.mark.parametrize("place", ["edit", "reword"])
def test_what_changed_or_went_meanwhile_is_not_overwritten(
    spots: dict[str, Spot], rule: FilterRule, place: str, bob: Member, mod: Member, signed_in: Any
) -> None:
    held = wait(spots[place])
    if held.post is not None:
        forum.edit_post(
            actor=mod, post=held.post.public_id, body="Lời mà điều phối sửa", revision=1, reason="Cho rõ hơn", at=AT
        )
    else:
        chat.remove_message(actor=bob, message_id=held.message.pk, at=AT)
    case = case_of(held)
    form = {"version": case.version, "outcome": "published", "reason": ""}
    answer = signed_in(mod).post(f"/vi/moderation/cases/{case.public_id}/decide/", form)
    assert answer.status_code == 409
    assert "Hãy báo cho người viết" in answer.content.decode() or "hãy báo cho người viết" in answer.content.decode()
    settle(mod, case_of(held), "rejected", "Đã có lời mới hơn")
    assert SIGN not in spots[place].stands()


def test_a_message_read_after_the_window_still_takes_its_place(
    spots: dict[str, Spot], rule: FilterRule, mod: Member
) -> None:
    held = wait(spots["reword"])
    case = case_of(held)
    actions.decide(
        actor=mod, case=case.public_id, version=case.version, outcome="published", at=AT + timedelta(hours=5)
    )
    assert spots["reword"].stands() == WORDS


def test_in_a_conversation_nothing_waits_for_nobody_reads_along(
    rule: FilterRule, room: Room, alice: Member, bob: Member
) -> None:
    talk = chat.start_conversation(actor=bob, people=[alice.pk], at=AT)
    with pytest.raises(Invalid) as refused:
        chat.post_message(actor=bob, room_id=talk.pk, text=WORDS, key=new_key(), at=AT)
    assert refused.value.code == "words_refused"
    said = chat.post_message(actor=bob, room_id=talk.pk, text="Chào chị", key=new_key(), at=AT)
    with pytest.raises(Invalid):
        chat.edit_message(actor=bob, message_id=said.pk, text=WORDS, at=AT)
    assert Held.objects.count() == 0


def test_the_same_message_sent_again_after_it_was_read_is_the_one_that_stands(
    rule: FilterRule, room: Room, bob: Member, mod: Member
) -> None:
    given = {"actor": bob, "room_id": room.pk, "text": WORDS, "key": "mot-khoa", "at": AT}
    with pytest.raises(Waits) as first:
        chat.post_message(**given)
    with pytest.raises(Waits) as second:
        chat.post_message(**given)
    assert first.value.details == second.value.details
    settle(mod, case_of(Held.objects.get()), "published", "")
    assert chat.post_message(**given).pk == Message.objects.get().pk


def test_a_third_name_in_thirty_days_does_not_even_wait(rule: FilterRule, bob: Member) -> None:
    for name in ("Bob Một", "Bob Hai"):
        handles.change_name(actor=bob, name=name, at=AT)
    with pytest.raises(TooMany):
        handles.change_name(actor=bob, name=f"Bob {SIGN}", at=AT)
    assert Held.objects.count() == 0


def test_a_name_taken_meanwhile_is_told_to_the_moderator(
    spots: dict[str, Spot], rule: FilterRule, bob: Member, alice: Member, mod: Member
) -> None:
    held = wait(spots["name"], f"Bob {SIGN}")
    rule.delete()
    handles.change_name(actor=alice, name=f"Bob {SIGN}", at=AT)
    with pytest.raises(Conflict) as refused:
        settle(mod, case_of(held), "published", "")
    assert refused.value.code == "name_taken"


@pytest.mark.parametrize("where", ["reply", "topic", "edit"])
def test_behaviour_14_a_draft_that_was_sent_and_waits_is_cleared(
    topic: Topic, rule: FilterRule, bob: Member, where: str
) -> None:
    post = reply(bob, topic, "Lời cũ của Bob ở đây.")
    key = {"reply": f"topic-{topic.public_id}", "topic": "new-phin", "edit": f"edit-{post.public_id}"}[where]
    save_draft(actor=bob, key=key, body=WORDS, sequence=3, at=AT)
    acts: dict[str, Callable[[], Any]] = {
        "reply": lambda: forum.post_reply(actor=bob, topic=topic.public_id, body=WORDS, key=new_key(), draft=3, at=AT),
        "topic": lambda: forum.start_topic(
            actor=bob, space="phin", title="Một chuyện bình thường", body=WORDS, key=new_key(), draft=3, at=AT
        ),
        "edit": lambda: forum.edit_post(actor=bob, post=post.public_id, body=WORDS, revision=1, draft=3, at=AT),
    }
    with pytest.raises(Waits):
        acts[where]()
    draft = Draft.objects.get(member=bob, key=key)
    assert (draft.body, draft.sequence) == ("", 4)


def test_a_page_leads_from_the_form_to_the_waiting_words(
    spots: dict[str, Spot], rule: FilterRule, bob: Member, topic: Topic, room: Room, signed_in: Any
) -> None:
    client = signed_in(bob)
    post = Post.objects.get(author=bob)
    said = Message.objects.get(author=bob)
    forms = (
        (f"/vi/community/posts/{post.public_id}/edit/", {"body": WORDS, "revision": 1}),
        ("/vi/chat/sanh/send/", {"text": WORDS, "key": new_key()}),
        (f"/vi/chat/sanh/messages/{said.public_id}/edit/", {"text": WORDS}),
        ("/vi/my/settings/profile/about/", {"bio": WORDS, "city": ""}),
        ("/vi/my/settings/profile/name/", {"name": f"Bob {SIGN}"}),
    )
    Message.objects.filter(pk=said.pk).update(created_at=clock.now())
    for url, fields in forms:
        answer = client.post(url, fields)
        assert (answer.status_code, answer["Location"].startswith("/vi/moderation/waiting/")) == (302, True), url
    script = client.post(
        "/vi/chat/sanh/send/", {"text": WORDS, "key": new_key()}, headers={"Accept": "application/json"}
    )
    assert (script.status_code, script.json()["waits"]["code"]) == (202, "waits")
    for page in (topic.get_absolute_url(), "/vi/chat/sanh/", "/vi/my/settings/profile/"):
        assert "Đang chờ duyệt" in client.get(page).content.decode()


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_the_same_change_from_two_windows_waits_once(topic: Topic, bob: Member, mod: Member) -> None:
    actions.save_rule(actor=mod, pattern=SIGN, action="hold", kind="word", note="", active=True, at=AT)

    def change(number: int) -> None:
        with pytest.raises(Waits):
            profiles.tell_about(actor=Member.objects.get(pk=bob.pk), bio=WORDS, city="", at=AT)

    run_parallel(change, 4)
    assert Held.objects.filter(state="waiting").count() == 1
