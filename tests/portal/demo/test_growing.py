"""A house grown in bulk keeps what acts keep: its numbers, its index, its ledger; and nobody is paid for nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from badges.ledger import verify
from community import api
from community.forum.counters import drift
from community.forum.growth import Words, grow_topics
from community.forum.models import Post, Reaction, Space, Topic
from portal.accounts.growth import grow_members, names
from portal.accounts.models import Consent, Member, Standing
from portal.core.finding import ask
from portal.core.lookalikes import skeleton
from portal.demo import growing
from portal.events.models import DomainEvent
from tests.community.forum.conftest import make_space

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)


@pytest.fixture
def spaces() -> list[Space]:
    make_space("kin", read_from_rank=1)
    make_space("doc", write_from_rank=1)
    return [make_space("phin"), make_space("tra")]


def test_a_grown_house_adds_up(spaces: list[Space]) -> None:
    grown = growing.grow(members=12, topics=9, posts=70, at=AT)
    assert grown == growing.Grown(12, 9, 70)
    assert (Member.objects.count(), Topic.objects.count(), Post.objects.count()) == (12, 9, 70)
    assert drift() == []
    assert verify.verify() == []
    assert Reaction.objects.exists()
    assert not DomainEvent.objects.exists()
    assert {topic.space.code for topic in Topic.objects.select_related("space")} == {"phin", "tra"}
    assert Topic.objects.latest("last_posted_at").last_posted_at <= AT


def test_growing_twice_adds_and_repeats_nobody(spaces: list[Space]) -> None:
    growing.grow(members=5, topics=3, posts=10, at=AT)
    growing.grow(members=5, topics=3, posts=10, at=AT)
    assert Member.objects.values("name_fold").distinct().count() == 10
    assert (Topic.objects.count(), Post.objects.count()) == (6, 20)
    assert drift() == []


def test_a_grown_member_is_complete_and_cannot_sign_in() -> None:
    member = grow_members(amount=1, since=AT, until=AT)[0]
    assert not member.has_usable_password()
    assert EmailAddress.objects.get(user=member).verified
    assert set(Consent.objects.filter(member=member).values_list("purpose", "given")) == {
        ("terms", True),
        ("age", True),
    }
    assert Standing.objects.get(member=member).name == member.name
    assert member.email == "seed0@seed.example"
    assert member.joined_at == AT


def test_nobody_thanks_herself_and_nobody_thanks_twice(spaces: list[Space]) -> None:
    growing.grow(members=4, topics=6, posts=60, at=AT)
    rows = Reaction.objects.values_list("member", "post__author", "post")
    assert all(giver != author for giver, author, _post in rows)
    assert len({(giver, post) for giver, _author, post in rows}) == len(rows)


def test_what_was_grown_is_found(spaces: list[Space]) -> None:
    people = grow_members(amount=2, since=AT, until=AT)
    words = Words(lambda n: f"Chuyện {n}", lambda n: "Con chim kỳ lạ hót ngoài hiên.")
    grow_topics(authors=people, lengths=[2], words=words, since=AT, until=AT)
    found = api.find_talks(None, ask("chim ky la"), api.Narrowed(), limit=5)
    assert (found.total, len(found.rows)) == (1, 1)


def test_names_are_many_and_none_looks_like_another() -> None:
    some = [name for name, _n in zip(names(), range(25_000), strict=False)]
    assert len(some) == 25_000
    assert len({skeleton(name) for name in some}) == 25_000


def test_lengths_add_up_and_differ() -> None:
    for topics, posts in ((1, 1), (7, 7), (40, 1000), (3, 2)):
        found = growing.lengths(topics, posts)
        assert len(found) == topics
        assert sum(found) == max(topics, posts)
        assert min(found) >= 1
    assert max(growing.lengths(40, 1000)) > 3 * min(growing.lengths(40, 1000))


def test_the_command_says_what_it_did_and_what_it_needs(spaces: list[Space]) -> None:
    out = StringIO()
    call_command("seed", "--members", "3", "--topics", "2", "--posts", "9", stdout=out)
    assert out.getvalue().startswith("3 members, 2 topics and 9 posts were added")
    with pytest.raises(CommandError, match="Say how much"):
        call_command("seed")
    with pytest.raises(CommandError, match="give --topics too"):
        call_command("seed", "--posts", "5")
    with pytest.raises(CommandError, match="no number"):
        call_command("seed", "--members", "-4")


def test_without_a_space_nothing_is_left_half_done() -> None:
    with pytest.raises(CommandError, match="space"):
        call_command("seed", "--members", "3", "--topics", "2")
    assert not Member.objects.exists()
