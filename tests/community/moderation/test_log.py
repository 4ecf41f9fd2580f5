"""The moderation log: only added to, on both databases, searchable; who looks into a closed room is written down."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from community.forum.models import Post, Topic
from community.logbook import actions as logbook
from community.logbook.models import ModerationEntry
from community.moderation import actions
from community.moderation.models import Case
from portal.accounts.models import Member
from tests.community.moderation.conftest import AT, make_room, say, settle
from tests.factories.portal import make_member

pytestmark = pytest.mark.django_db


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_to_change_or_delete_an_entry(mod: Member) -> None:
    entry = logbook.write("warn", actor_id=mod.pk, at=AT, reason="Một lời nhắc")
    replaces = "INSERT OR REPLACE INTO" if connection.vendor == "sqlite" else "INSERT INTO"
    for statement in (
        "UPDATE community_moderationentry SET reason = 'khác'", "DELETE FROM community_moderationentry",
        f"{replaces} community_moderationentry SELECT * FROM community_moderationentry",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    for act in (lambda: ModerationEntry.objects.update(reason="khác"), entry.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert list(ModerationEntry.objects.values_list("reason", flat=True)) == ["Một lời nhắc"]


def test_an_empty_log_does_not_speak_of_a_search(mod: Member, signed_in: Any) -> None:
    page = signed_in(mod).get("/vi/moderation/log/").content.decode()
    assert "Chưa có việc nào" in page
    assert "Thử ít chữ hơn" not in page
    assert "Thử ít chữ hơn" in signed_in(mod).get("/vi/moderation/log/?q=mưa").content.decode()


def test_the_log_is_searched_by_reason_name_and_act(
    topic: Topic, post: Post, bob: Member, mod: Member, signed_in: Any
) -> None:
    from community.forum.actions import hide_post, set_locked

    hide_post(actor=mod, post=post.public_id, reason="Quảng cáo trá hình", at=AT)
    set_locked(actor=mod, topic=topic.public_id, locked=True, reason="Đã có lời giải", at=AT)
    browser = signed_in(mod)
    for query, there, gone in (
        ("", "Quảng cáo trá hình", "không có chữ này"), ("?q=trá+hình", "Quảng cáo trá hình", "Đã có lời giải"),
        ("?act=set_locked", "Đã có lời giải", "Quảng cáo trá hình"), ("?q=Bob", "Quảng cáo trá hình", "Đã có lời giải"),
    ):  # fmt: skip
        page = browser.get(f"/vi/moderation/log/{query}").content.decode()
        assert there in page, query
        assert gone not in page, query


def test_reported_words_in_a_closed_room_are_shown_with_five_around_and_the_look_is_logged(
    bob: Member, mod: Member, signed_in: Any
) -> None:
    room = make_room(from_rank=1)
    for member in (bob, reporter := make_member()):
        member.standing.tier_rank = 1
        member.standing.save()
    said = [say(bob, room, f"Lời thứ {n:02}") for n in range(20)]
    actions.report(actor=reporter, kind="message", public_id=said[10].public_id, reason="rude", at=AT)
    case = Case.objects.get()
    url = f"/vi/moderation/cases/{case.public_id}/"
    for _look in range(2):
        page = signed_in(mod).get(url).content.decode()
    assert [n for n in range(20) if f"Lời thứ {n:02}" in page] == list(range(5, 16))
    assert list(ModerationEntry.objects.values_list("act", "actor", "about")) == [
        ("read_private", mod.pk, f"case:{case.pk}")
    ]
    settle(mod, case, "ignored", "")


def test_looking_into_an_open_room_needs_no_entry(bob: Member, charlie: Member, mod: Member, signed_in: Any) -> None:
    message = say(bob, make_room())
    actions.report(actor=charlie, kind="message", public_id=message.public_id, reason="rude", at=AT)
    assert signed_in(mod).get(f"/vi/moderation/cases/{Case.objects.get().public_id}/").status_code == 200
    assert ModerationEntry.objects.count() == 0
