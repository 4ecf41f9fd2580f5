"""Behaviour 17, mentions: told is who can read it, once, and nobody for words in code or quotes."""

from __future__ import annotations

import pytest
from django.test import Client

from community.forum import actions
from community.forum.models import Post, Topic
from community.forum.writing import Mention
from portal.accounts.blocks.models import Block
from portal.accounts.models import Member, Standing
from portal.core.errors import Invalid
from portal.events import relay
from portal.notifications import registry
from portal.notifications.models import Notification
from portal.privacy import actions as privacy
from tests.community.forum.conftest import AT, first, make_space, reply, set_rank, start
from tests.factories.portal import make_members

pytestmark = pytest.mark.django_db


@pytest.fixture
def names(alice: Member, bob: Member, charlie: Member) -> None:
    for member, handle in ((alice, "alice"), (bob, "bob"), (charlie, "charlie")):
        member.handle = handle
        member.save()
        Standing.objects.filter(member=member).update(handle=handle)


def told(member: Member) -> int:
    relay.drain()
    rows = Notification.objects.filter(member=member, kind="mention", rescinded_at=None)
    return sum(row.count for row in rows)


def test_who_is_named_hears_of_it_and_the_name_leads_to_her_page(
    client: Client, topic: Topic, bob: Member, charlie: Member, names: None
) -> None:
    post = reply(bob, topic, "Hỏi @charlie xem, @CHARLIE biết.")
    assert '<a class="mention" href="/people/charlie/"' in post.html
    assert told(charlie) == 1
    led = client.get("/people/charlie/", follow=True)
    assert led.redirect_chain[0][0].endswith("/people/charlie/")


def test_behaviour_17_code_quotes_links_and_mail_addresses_name_nobody(
    topic: Topic, bob: Member, charlie: Member, names: None
) -> None:
    reply(bob, topic, "`@charlie` và [@charlie](https://may.vn), a@charlie.vn\n\n```\n@charlie\n```\n\n> @charlie nói")
    assert told(charlie) == 0
    assert Mention.objects.count() == 0


def test_behaviour_17_nobody_hears_who_cannot_read_it_or_named_herself(
    bob: Member, charlie: Member, alice: Member, names: None
) -> None:
    make_space("bac", read_from_rank=1)
    silver = set_rank(bob, 1)
    quiet = start(silver, space="bac", body="Chào @charlie và @bob")
    assert (told(charlie), told(silver)) == (0, 0)
    assert Mention.objects.filter(post__topic=quiet, member=charlie).exists()  # kept, should a tier open the space


def test_an_item_whose_post_became_unreadable_is_not_shown(
    topic: Topic, bob: Member, charlie: Member, mod: Member, names: None
) -> None:
    post = reply(bob, topic, "Này @charlie ơi")
    assert told(charlie) == 1
    actions.hide_post(actor=mod, post=post.public_id, reason="Quảng cáo", at=AT)
    assert told(charlie) == 0
    actions.restore_post(actor=mod, post=post.public_id, reason="Nhầm", at=AT)
    assert told(charlie) == 1


def test_behaviour_17_nobody_hears_of_somebody_whom_she_blocked(
    topic: Topic, bob: Member, charlie: Member, names: None
) -> None:
    first_time = reply(bob, topic, "Này @charlie ơi")
    assert told(charlie) == 1
    Block.objects.create(member=charlie, blocked=bob, at=AT)
    reply(bob, topic, "Lại đây @charlie ơi")
    assert told(charlie) == 1
    item = Notification.objects.get(member=charlie, kind="mention")
    assert item.args["post"] == first_time.pk
    assert not registry.kind_of("mention").visible(charlie, item.subject, item.args)  # nor does a letter go out
    assert registry.kind_of("mention").visible_many(charlie, [item]) == set()


def test_hidden_before_the_telling_nobody_is_told(
    topic: Topic, bob: Member, charlie: Member, mod: Member, names: None
) -> None:
    post = reply(bob, topic, "Này @charlie ơi")
    actions.hide_post(actor=mod, post=post.public_id, reason="Quảng cáo", at=AT)
    assert told(charlie) == 0


def test_behaviour_17_an_edit_tells_only_who_was_added_and_never_twice(
    topic: Topic, alice: Member, bob: Member, charlie: Member, names: None
) -> None:
    post = reply(bob, topic, "Hỏi @alice")
    for turn, body in enumerate(["Hỏi @alice và @charlie", "Hỏi ai đó", "Hỏi @alice và @charlie nhé"]):
        actions.edit_post(actor=bob, post=post.public_id, body=body, revision=turn + 1, at=AT, limited=False)
    assert (told(alice), told(charlie)) == (1, 1)


def test_behaviour_17_ten_are_named_and_the_eleventh_is_one_too_many(topic: Topic, bob: Member) -> None:
    members = make_members(11)
    for n, member in enumerate(members):
        member.handle = f"nguoi{n}"
        member.save()
    ten = " ".join(f"@nguoi{n}" for n in range(10))
    assert len(Mention.objects.filter(post=reply(bob, topic, ten))) == 10
    with pytest.raises(Invalid) as refusal:
        reply(bob, topic, f"{ten} @nguoi10")
    assert refusal.value.code == "too_many_mentions"


def test_suggestions_are_members_who_may_read_there(
    signed_in, client: Client, topic: Topic, alice: Member, bob: Member, charlie: Member, names: None
) -> None:
    reply(charlie, topic)
    found = signed_in(bob).get("/vi/community/suggest/", {"q": "", "topic": topic.public_id}).json()["people"]
    assert sorted(one["handle"] for one in found[:2]) == ["alice", "charlie"]  # who is in the talk comes first
    assert "bob" not in [one["handle"] for one in found]
    byname = signed_in(bob).get("/vi/community/suggest/", {"q": "ngoc", "topic": topic.public_id}).json()["people"]
    assert [one["handle"] for one in byname] == ["alice"]
    make_space("bac", read_from_rank=1)
    silver = set_rank(bob, 1)
    gated = signed_in(silver).get("/vi/community/suggest/", {"q": "", "space": "bac"}).json()["people"]
    assert gated == []
    assert signed_in(charlie).get("/vi/community/suggest/", {"q": "", "space": "bac"}).status_code == 404
    assert client.get("/vi/community/suggest/", {"q": "", "topic": topic.public_id}).status_code in (302, 401)


def test_erasing_takes_the_name_out_of_the_words_of_others(
    topic: Topic, alice: Member, bob: Member, charlie: Member, names: None
) -> None:
    quoted = reply(charlie, topic, "Lời rất riêng của tôi")
    post = reply(bob, topic, f"> [quote:{quoted.public_id}]\n> Lời rất riêng của tôi\n\nĐúng đó @charlie")
    actions.edit_post(actor=bob, post=post.public_id, body=post.source + " nhé", revision=1, at=AT, limited=False)
    privacy.erase(actor=None, member_id=charlie.pk, at=AT)
    post.refresh_from_db()
    for text in (post.source, post.html, str(list(post.revisions.values()))):
        assert "charlie" not in text
        assert "rất riêng" not in text
    assert "Đúng đó @…" in post.source


# ── Quotes ──────────────────────────────────────────────────────────────────────────────────────────────────────
def page(client: Client, topic: Topic) -> str:
    return client.get(topic.get_absolute_url()).content.decode()


def test_a_quote_says_whose_words_it_repeats_and_leads_there(client: Client, topic: Topic, bob: Member) -> None:
    source = first(topic)
    reply(bob, topic, f"> [quote:{source.public_id}]\n> hai phút là hết\n\nBột to quá rồi.")
    text = page(client, topic)
    assert "Phạm Ngọc Alice viết:" in text
    assert source.get_absolute_url() in text
    assert Post.objects.get(number=2).quotes.get().source_id == source.pk


def test_quoted_words_vanish_with_their_source_for_whoever_cannot_read_it(
    client: Client, signed_in, topic: Topic, alice: Member, bob: Member, charlie: Member, mod: Member
) -> None:
    source = reply(bob, topic, "Một lời sẽ bị cất")
    reply(charlie, topic, f"> > [quote:{source.public_id}]\n> > Một lời sẽ bị cất\n\nTôi thì không nghĩ vậy.")
    before = page(client, topic).count("Một lời sẽ bị cất")
    assert before >= 2
    actions.hide_post(actor=mod, post=source.public_id, reason="Bới móc", at=AT)
    for reader in (client, signed_in(alice)):
        text = page(reader, topic)
        assert "Một lời sẽ bị cất" not in text
        assert "quote-gone" in text
        assert "Tôi thì không nghĩ vậy." in text
    assert page(signed_in(mod), topic).count("Một lời sẽ bị cất") >= 2
    quoting = Post.objects.get(number=3).public_id
    for path in (f"posts/{quoting}/hide/", f"posts/{quoting}/save/note/"):  # pages that show a post by itself
        answer = signed_in(charlie).get(f"/vi/community/{path}")
        assert answer.status_code == 200, path
        assert "Một lời sẽ bị cất" not in answer.content.decode()
    actions.restore_post(actor=mod, post=source.public_id, reason="Nhầm", at=AT)
    assert page(client, topic).count("Một lời sẽ bị cất") == before


def test_words_from_a_closed_space_are_shown_to_nobody_outside_it(
    client: Client, signed_in, topic: Topic, bob: Member
) -> None:
    make_space("bac", read_from_rank=1)
    silver = set_rank(bob, 1)
    secret = start(silver, space="bac", body="Chỉ nói trong phòng Bạc")
    reply(silver, topic, f"> [quote:{first(secret).public_id}]\n> Chỉ nói trong phòng Bạc\n\nNghe đây.")
    assert "Chỉ nói trong phòng Bạc" not in page(client, topic)
    assert "Chỉ nói trong phòng Bạc" in page(signed_in(silver), topic)
