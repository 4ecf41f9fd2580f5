"""Joining two topics, and making a topic of its own out of posts: nothing is lost, nothing counts twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from community import api
from community.forum import actions, broadcasts, counters
from community.forum.actions import mark_read, polling
from community.forum.actions.merging import merge_topics
from community.forum.actions.moving import move_topic
from community.forum.actions.splitting import split_topic
from community.forum.models import Level, Post, PostWords, ReadMark, Space, Topic, Watch
from community.forum.writing import Draft
from community.logbook.models import ModerationEntry
from portal.accounts.models import Member
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.core.finding import ask
from portal.core.personal_data import data_types
from portal.events import relay
from portal.events.models import DomainEvent
from portal.realtime.models import StreamEntry
from tests.community.forum.conftest import make_space, react, reply, start
from tests.community.moderation.conftest import AT, settle
from tests.community.moderation.test_held import case_of, hold
from tests.helpers.queries import assert_num_queries_constant
from tests.helpers.races import run_parallel

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
OTHER = "Phin chảy chậm như rùa bò"
LATER = AT + timedelta(hours=1)


@pytest.fixture
def other(topic: Topic, bob: Member) -> Topic:
    """A second topic of the same space, begun an hour after the first, with an answer."""
    made = start(bob, title=OTHER, body="Chờ mãi *không xuống*.", at=LATER)
    reply(bob, made, "Xay thô hơn là được.", at=LATER)
    return made


def now(topic: Topic) -> Topic:
    return Topic.objects.get(pk=topic.pk)


def merge(actor: Member, topic: Topic, into: Topic, **more: Any) -> Topic:
    given = {"version": now(topic).version, "reason": "Cùng một chuyện", "at": LATER} | more
    return merge_topics(actor=actor, topic=topic.public_id, into=into.public_id, **given)


def split(actor: Member, topic: Topic, posts: list[Post], **more: Any) -> Topic:
    given = {"version": now(topic).version, "title": "Chuyện cái ấm đun nước", "space": "phin", "reason": "Chuyện khác"}
    ids = [post.public_id for post in posts]
    return split_topic(actor=actor, topic=topic.public_id, posts=ids, **given | {"at": LATER} | more)


def numbers(topic: Topic) -> list[int]:
    return list(Post.objects.filter(topic=topic).order_by("number").values_list("number", flat=True))


def found_in(query: str) -> list[str]:
    """The titles of the topics in which a visitor finds it word for word."""
    return [row.topic.title for row in api.find_talks(None, ask(query), api.Narrowed(), limit=20).rows]


# ── Joining ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_all_posts_stand_at_the_end_of_the_other_topic_in_their_order(
    topic: Topic, other: Topic, space: Space, alice: Member, bob: Member, mod: Member
) -> None:
    mine, hidden = reply(alice, topic), reply(bob, other, "Lời cất đi", at=LATER + timedelta(minutes=1))
    actions.hide_post(actor=bob, post=hidden.public_id, at=LATER)
    react(alice, other.posts.get(number=2))
    events = DomainEvent.objects.count()
    whole = list(Post.objects.filter(topic=topic).order_by("number")) + list(other.posts.order_by("number"))
    assert merge(mod, other, topic).pk == topic.pk
    assert list(Post.objects.filter(topic=topic).order_by("number")) == whole
    assert numbers(topic) == [1, 2, 3, 4, 5]
    assert [post.public_id for post in whole] == [one.public_id for one in Post.objects.order_by("number")]
    joined, emptied = now(topic), now(other)
    assert (joined.reply_count, joined.people_count, joined.reaction_count, joined.next_number) == (3, 2, 1, 6)
    assert joined.last_posted_at == LATER
    assert (joined.last_poster_id, joined.last_number) == (bob.pk, 4)
    assert (emptied.locked, emptied.hidden_at, emptied.merged_into_id) == (True, LATER, topic.pk)
    space.refresh_from_db()
    assert space.topic_count == 1
    assert counters.drift() == []
    # Nothing is told again but that they moved: no point does.
    assert list(DomainEvent.objects.order_by("pk").values_list("name", flat=True))[events:] == ["posts_moved"]
    entry = ModerationEntry.objects.get(act="merge_topics")
    assert (entry.topic_id, entry.reason, entry.after["posts"]) == (topic.pk, "Cùng một chuyện", 3)
    assert mine.public_id in {post.public_id for post in whole}


def test_older_posts_at_the_end_do_not_turn_the_clock_back(
    topic: Topic, other: Topic, bob: Member, mod: Member
) -> None:
    merge(mod, topic, other)
    assert numbers(other) == [1, 2, 3]
    assert (now(other).last_posted_at, now(other).last_poster_id) == (LATER, bob.pk)
    assert counters.drift() == []


def test_the_old_address_leads_to_the_other_topic_for_whoever_may_read_it(
    topic: Topic, other: Topic, alice: Member, mod: Member, signed_in: Any, client: Any
) -> None:
    post = other.posts.get(number=1)
    merge(mod, other, topic)
    for where in (other.get_absolute_url(), f"/vi/community/topics/{other.public_id}/at/2/"):
        answer = client.get(where)
        assert (answer.status_code, answer["Location"]) == (302, topic.get_absolute_url())
    place = client.get(f"/vi/community/posts/{post.public_id}/")
    assert place["Location"] == f"{topic.get_absolute_url()}#post-{post.public_id}"
    assert OTHER not in signed_in(mod).get("/vi/community/spaces/phin/").content.decode()
    make_space("kin", staff_only=True)
    move_topic(actor=mod, topic=topic.public_id, space="kin", reason="Việc trong nhà", at=LATER)
    assert client.get(other.get_absolute_url()).status_code == 404
    assert signed_in(alice).get(other.get_absolute_url()).status_code == 404
    assert signed_in(mod).get(other.get_absolute_url()).status_code == 302


def test_an_address_leads_on_through_two_joinings(
    topic: Topic, other: Topic, bob: Member, mod: Member, client: Any
) -> None:
    third = start(bob, title="Phin nào cũng được", at=LATER)
    merge(mod, topic, other)
    merge(mod, other, third)
    assert client.get(topic.get_absolute_url())["Location"] == third.get_absolute_url()
    assert counters.drift() == []


def test_a_joined_topic_is_nobodys_not_even_its_authors(topic: Topic, other: Topic, bob: Member, mod: Member) -> None:
    merge(mod, other, topic)
    with pytest.raises(NotFound):
        reply(bob, other)
    with pytest.raises(NotFound):
        actions.set_locked(actor=mod, topic=other.public_id, locked=False, reason="Mở lại xem", at=LATER)


def test_followers_follow_on_and_who_muted_stays_muted(
    topic: Topic, other: Topic, alice: Member, bob: Member, charlie: Member, mod: Member
) -> None:
    actions.watch(actor=bob, topic=topic.public_id, level="muted", at=AT)
    actions.watch(actor=charlie, topic=other.public_id, level="watching", at=AT)
    actions.watch(actor=mod, topic=other.public_id, level="muted", at=AT)
    Watch.objects.create(topic=topic, member=charlie, level=Level.TRACKING)
    merge(mod, other, topic)
    levels = dict(Watch.objects.filter(topic=topic).values_list("member", "level"))
    assert levels == {alice.pk: Level.WATCHING, bob.pk: Level.MUTED, charlie.pk: Level.WATCHING}
    assert not Watch.objects.filter(topic=other).exists()


def test_who_had_read_both_has_nothing_new_and_others_do(
    topic: Topic, other: Topic, alice: Member, charlie: Member, mod: Member
) -> None:
    mark_read(actor=charlie, topic=topic.public_id, number=1, at=AT)
    mark_read(actor=charlie, topic=other.public_id, number=2, at=AT)
    merge(mod, other, topic)
    marks = dict(ReadMark.objects.values_list("member", "last_number"))
    assert (marks[charlie.pk], marks[alice.pk]) == (3, 1)
    assert not ReadMark.objects.filter(topic=other).exists()


def test_words_begun_and_words_that_wait_go_where_the_posts_went(
    topic: Topic, other: Topic, bob: Member, charlie: Member, mod: Member
) -> None:
    Draft.objects.create(member=charlie, key=f"topic-{other.public_id}", body="Dở dang", saved_at=AT)
    Draft.objects.create(member=bob, key=f"topic-{other.public_id}", body="Cũ", saved_at=AT)
    Draft.objects.create(member=bob, key=f"topic-{topic.public_id}", body="Mới", saved_at=AT)
    waits = hold(charlie, other)
    merge(mod, other, topic)
    settle(mod, case_of(waits), "published", "")
    waits.refresh_from_db()
    assert (waits.post.topic_id, waits.post.number) == (topic.pk, 4)
    assert Draft.objects.get(key=f"topic-{topic.public_id}", member=charlie).body == "Dở dang"
    assert Draft.objects.get(key=f"topic-{topic.public_id}", member=bob).body == "Mới"


def test_the_title_of_a_joined_topic_leaves_with_its_author(
    topic: Topic, other: Topic, bob: Member, mod: Member
) -> None:
    merge(mod, other, topic)
    for data_type in data_types():
        if data_type.name == "forum_words":
            data_type.erase(bob)
    assert now(other).title != OTHER
    assert counters.drift() == []


def test_an_answer_is_let_go_when_its_question_is_joined_with_another(
    topic: Topic, alice: Member, bob: Member, mod: Member
) -> None:
    asked = start(alice, title="Hỏi cách rửa phin", kind="question", at=LATER)
    actions.accept_answer(actor=alice, post=reply(bob, asked, at=LATER).public_id, at=LATER, limited=False)
    merge(mod, asked, topic)
    assert now(asked).answer_id is None
    assert DomainEvent.objects.filter(name="answer_unaccepted").count() == 1
    relay.drain()
    assert counters.drift() == []


def test_a_poll_keeps_its_topic_where_it_is(topic: Topic, other: Topic, mod: Member) -> None:
    polling.add_poll(other, polling.Wanted(question="Phin hay máy?", options=("Phin", "Máy")), at=LATER)
    with pytest.raises(Forbidden):
        merge(mod, other, topic)
    merge(mod, topic, other)
    assert counters.drift() == []


def test_both_topics_tell_their_open_pages(topic: Topic, other: Topic, mod: Member) -> None:
    before = StreamEntry.objects.filter(kind="topic_changed").count()
    merge(mod, other, topic)
    told = StreamEntry.objects.filter(kind="topic_changed").order_by("pk").values_list("stream__key", flat=True)
    assert sorted(list(told)[before:]) == sorted([f"topic:{topic.pk}", f"topic:{other.pk}"])


def test_only_moderators_join_with_a_reason_and_never_what_is_put_away(
    topic: Topic, other: Topic, alice: Member, mod: Member
) -> None:
    with pytest.raises(Forbidden):
        merge(alice, topic, other)
    with pytest.raises(Invalid):
        merge(mod, topic, other, reason="")
    with pytest.raises(Invalid):
        merge(mod, topic, topic)
    actions.hide_post(actor=mod, post=topic.posts.get(number=1).public_id, reason="Không hợp", at=AT)
    with pytest.raises(Forbidden):
        merge(mod, topic, other)
    with pytest.raises(Forbidden):
        merge(mod, other, topic)
    with pytest.raises(Forbidden):
        split(mod, topic, [topic.posts.get(number=1)])


def test_a_moderator_joins_from_the_page_and_a_stale_page_answers_409(
    topic: Topic, other: Topic, alice: Member, mod: Member, signed_in: Any
) -> None:
    url, browser = f"/vi/community/topics/{other.public_id}/do/merge/", signed_in(mod)
    assert signed_in(alice).get(url).status_code == 403
    sent = {"into": f"https://thu.example{topic.get_absolute_url()}?page=2", "reason": "Cùng một chuyện"}
    seen = now(other).version
    reply(alice, other, at=LATER)
    stale = browser.post(url, sent | {"version": seen})
    assert stale.status_code == 409
    assert f'name="version" value="{now(other).version}"' in stale.content.decode()
    assert browser.post(url, sent | {"into": "khong-co", "version": now(other).version}).status_code == 422
    done = browser.post(url, sent | {"version": now(other).version})
    assert (done.status_code, done["Location"]) == (302, topic.get_absolute_url())
    assert "Nhập" in browser.get("/vi/community/topics/" + topic.public_id + "/", follow=True).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_at_once_one_wins(topic: Topic, other: Topic, mod: Member, second_mod: Member) -> None:
    seen = {topic.pk: now(topic).version, other.pk: now(other).version}

    def act(n: int) -> int:
        given, taking = ((topic, other), (other, topic))[n % 2]
        return merge((mod, second_mod)[n % 2], given, taking, version=seen[given.pk]).pk

    race = run_parallel(act, 6)
    assert len(race.values) == 1
    assert set(race.error_types()) <= {"Conflict", "NotFound", "Invalid"}
    assert ModerationEntry.objects.filter(act="merge_topics").count() == 1
    assert sorted(Post.objects.values_list("topic", "number")) == [(race.values[0], n) for n in (1, 2, 3)]
    assert counters.drift() == []


# ── A topic of its own ──────────────────────────────────────────────────────────────────────────────────────────
def test_the_chosen_posts_open_a_new_topic_and_the_old_one_keeps_gaps(
    topic: Topic, alice: Member, bob: Member, charlie: Member, mod: Member
) -> None:
    make_space("khac")
    first = reply(bob, topic, "Ấm nào tốt?")
    between = reply(alice, topic, "Ủ bột đi", reply_to=first.public_id)
    second = reply(charlie, topic, "Ấm cổ ngỗng", reply_to=first.public_id)
    last = reply(alice, topic, "Cảm ơn", reply_to=second.public_id)
    react(alice, second)
    events = DomainEvent.objects.count()
    made = split(mod, topic, [second, first], space="khac")
    assert (made.author_id, made.title, made.space.code) == (bob.pk, "Chuyện cái ấm đun nước", "khac")
    assert list(Post.objects.filter(topic=made).order_by("number")) == [first, second]
    assert (numbers(made), numbers(topic)) == ([1, 2], [1, 3, 5])
    answers = dict(Post.objects.values_list("pk", "reply_to"))
    assert (answers[between.pk], answers[last.pk], answers[second.pk]) == (None, None, first.pk)
    assert (now(made).reply_count, now(made).reaction_count, now(topic).reply_count) == (1, 1, 2)
    assert counters.drift() == []
    assert list(DomainEvent.objects.order_by("pk").values_list("name", flat=True))[events:] == ["posts_moved"]
    assert reply(charlie, topic).number == 6
    assert ModerationEntry.objects.get(act="split_topic").post_id == first.pk
    assert dict(Watch.objects.filter(topic=made).values_list("member", "level")) == {
        bob.pk: Level.WATCHING, charlie.pk: Level.TRACKING,
    }  # fmt: skip


def test_who_had_read_the_posts_has_read_them_in_their_new_topic(
    topic: Topic, alice: Member, bob: Member, charlie: Member, mod: Member
) -> None:
    posts = [reply(bob, topic) for _ in range(3)]
    mark_read(actor=charlie, topic=topic.public_id, number=3, at=AT)
    made = split(mod, topic, posts[:1] + posts[2:])
    assert dict(ReadMark.objects.filter(topic=made).values_list("member", "last_number")) == {bob.pk: 2, charlie.pk: 1}


def test_the_words_are_found_in_their_new_place_only(topic: Topic, bob: Member, mod: Member) -> None:
    post = reply(bob, topic, "Ấm cổ ngỗng rót đều tay.")
    assert "am dun" not in PostWords.objects.get(post=post).title_fold
    made = split(mod, topic, [post])
    assert "am dun" in PostWords.objects.get(post=post).title_fold
    assert found_in("cổ ngỗng") == [made.title]
    assert found_in("ấm đun nước") == [made.title]
    merge(mod, made, topic)
    assert found_in("cổ ngỗng") == [topic.title]
    assert found_in("ấm đun nước") == []
    assert PostWords.objects.get(post=post).title_fold == ""


def test_an_answer_that_leaves_is_let_go(alice: Member, bob: Member, space: Space, mod: Member) -> None:
    asked = start(alice, kind="question")
    post = reply(bob, asked)
    actions.accept_answer(actor=alice, post=post.public_id, at=AT, limited=False)
    split(mod, asked, [post])
    assert now(asked).answer_id is None
    assert DomainEvent.objects.filter(name="answer_unaccepted").count() == 1


def test_whoever_catches_up_on_the_old_topic_hears_nothing_of_words_that_went_to_a_closed_space(
    topic: Topic, bob: Member, mod: Member
) -> None:
    make_space("kin", staff_only=True)
    post, stays = reply(bob, topic, "Lời đi vào trong"), reply(bob, topic, "Lời ở lại")
    split(mod, topic, [post], space="kin")
    frames = broadcasts.render_entries(topic.pk, [("reply_posted", {"post": one.pk}) for one in (post, stays)])
    assert frames[0] == {}
    assert "Lời ở lại" in frames[1]["changes"][0]["html"]


def test_what_cannot_open_a_topic_is_refused(
    topic: Topic, other: Topic, alice: Member, bob: Member, mod: Member
) -> None:
    post = reply(bob, topic)
    with pytest.raises(Forbidden):
        split(alice, topic, [post])
    for wrong in ([], [topic.posts.get(number=1), post]):
        with pytest.raises(Invalid):
            split(mod, topic, wrong)
    for field in ({"reason": ""}, {"title": "x"}):
        with pytest.raises(Invalid):
            split(mod, topic, [post], **field)
    with pytest.raises(NotFound):
        split(mod, topic, [post], space="khong-co")
    with pytest.raises(Conflict):
        split(mod, topic, [post, other.posts.get(number=2)])
    actions.hide_post(actor=bob, post=post.public_id, at=AT)
    with pytest.raises(Invalid):
        split(mod, topic, [post])
    assert Topic.objects.count() == 2


def test_a_hidden_post_goes_along_and_stays_hidden(topic: Topic, bob: Member, mod: Member, client: Any) -> None:
    shown, hidden = reply(bob, topic), reply(bob, topic, "Lời cất đi")
    actions.hide_post(actor=mod, post=hidden.public_id, reason="Không hợp", at=AT)
    made = split(mod, topic, [shown, hidden])
    assert (numbers(made), now(made).reply_count) == ([1, 2], 0)
    assert "Lời cất đi" not in client.get(made.get_absolute_url()).content.decode()
    assert counters.drift() == []


def test_a_moderator_splits_from_the_page_and_a_stale_page_answers_409(
    topic: Topic, alice: Member, bob: Member, mod: Member, signed_in: Any
) -> None:
    post = reply(bob, topic, "Ấm cổ ngỗng rót đều tay.")
    url, browser = f"/vi/community/topics/{topic.public_id}/do/split/", signed_in(mod)
    assert signed_in(alice).get(url).status_code == 403
    assert "Ấm cổ ngỗng" in browser.get(url).content.decode()
    sent = {"posts": [post.public_id], "title": "Chuyện cái ấm", "space": "phin", "reason": "Chuyện khác"}
    seen = now(topic).version
    reply(alice, topic)
    stale = browser.post(url, sent | {"version": seen})
    assert stale.status_code == 409
    assert f'value="{post.public_id}" checked' in stale.content.decode()
    done = browser.post(url, sent | {"version": now(topic).version})
    assert (done.status_code, done["Location"]) == (302, Topic.objects.get(title="Chuyện cái ấm").get_absolute_url())


def test_the_page_to_choose_posts_costs_the_same_for_one_and_for_many(
    topic: Topic, bob: Member, charlie: Member, mod: Member, signed_in: Any
) -> None:
    reply(bob, topic)
    browser = signed_in(mod)

    def grow() -> None:
        for _ in range(6):
            reply(charlie, topic)

    url = f"/vi/community/topics/{topic.public_id}/do/split/"
    assert_num_queries_constant(lambda: browser.get(url).content, grow)
