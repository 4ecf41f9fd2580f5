"""Rows written by a statement that is made once: what Django's own save would have written, or a clear refusal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.signals import post_save

from brand.pages.models import IdentityPage
from community.forum.models import ReadMark
from portal.accounts.models import Member
from portal.core import writing
from portal.core.writing import add, add_all, change
from portal.notifications.models import Notification
from portal.realtime.models import Stream, StreamEntry

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
AT = datetime(2026, 5, 4, 3, 2, 1, 987654, tzinfo=UTC)


def note(member: Member, subject: str) -> Notification:
    args = {"tên": "Phin & “cà phê”", "số": [1, None]}
    return Notification(member=member, kind="badge", subject=subject, args=args, created_at=AT, updated_at=AT)


def test_a_row_is_what_django_would_have_written(alice: Member) -> None:
    ours, theirs = add(note(alice, "a")), note(alice, "b")
    theirs.save(force_insert=True)
    kept = {row.subject: row for row in Notification.objects.all()}
    for field in Notification._meta.concrete_fields:
        if field.name not in ("id", "subject"):
            assert getattr(kept["a"], field.attname) == getattr(kept["b"], field.attname), field.name
    assert (kept["a"].pk, kept["a"].created_at) == (ours.pk, AT)
    assert not ours._state.adding


def test_several_rows_get_their_keys_in_their_order() -> None:
    stream = add(Stream(key="site:9", last=0))
    rows = add_all([StreamEntry(stream=stream, number=n, kind="chip", ref={"n": n}) for n in range(1, 451)])
    assert [row.pk for row in rows] == list(StreamEntry.objects.order_by("number").values_list("pk", flat=True))
    assert [row.ref["n"] for row in StreamEntry.objects.order_by("number")] == list(range(1, 451))
    assert add_all([]) == []


def test_what_is_there_already_is_left_out_where_that_is_asked() -> None:
    stream = add(Stream(key="site:9", last=0))
    add(StreamEntry(stream=stream, number=1, kind="chip", ref={}))
    again = [StreamEntry(stream=stream, number=n, kind="new", ref={}) for n in (1, 2)]
    add_all(again, ignore=True)
    assert list(StreamEntry.objects.order_by("number").values_list("kind", flat=True)) == ["chip", "new"]


@pytest.mark.django_db(transaction=True)
def test_a_refused_row_raises_and_its_transaction_is_lost() -> None:
    stream = add(Stream(key="site:9", last=0))
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            add(Stream(key="site:9", last=0))
        assert transaction.get_rollback()
        transaction.set_rollback(True)
    with pytest.raises(IntegrityError), transaction.atomic():
        add(Stream(key="site:9", last=0))
    assert [row.pk for row in Stream.objects.all()] == [stream.pk]


def test_only_the_named_columns_are_changed(alice: Member, bob: Member) -> None:
    row, other = add(note(alice, "a")), add(note(bob, "a"))
    row.subject, row.args, row.count = "c", {"neu": 1}, 7
    change(row, "subject", "args")
    assert list(Notification.objects.order_by("pk").values_list("subject", "args", "count")) == [
        ("c", {"neu": 1}, 1), ("a", other.args, 1),
    ]  # fmt: skip
    row.delete()
    row.pk = 999_999
    with pytest.raises(LookupError, match="no row 999999"):
        change(row, "subject")


def test_a_foreign_key_is_changed_by_its_name(alice: Member, bob: Member) -> None:
    row = add(note(alice, "a"))
    row.actor = bob
    change(row, "actor")
    assert Notification.objects.get().actor_id == bob.pk


def test_the_statement_is_made_once() -> None:
    add(Stream(key="site:7", last=0))
    before = writing._statement.cache_info().misses
    add(Stream(key="site:8", last=0))
    add(Stream(key="site:9", last=0))
    assert writing._statement.cache_info().misses == before


def test_what_django_does_more_for_is_refused(alice: Member) -> None:
    with pytest.raises(TypeError, match="more than a plain table"):
        add(IdentityPage(title="x"))
    with pytest.raises(TypeError, match="an expression cannot be bound"):
        add(Stream(key="site:9", last=F("last") + 1))

    def hears(**_said: object) -> None:
        """Somebody who must be told of every row."""

    writing._table.cache_clear()
    post_save.connect(hears, sender=ReadMark)
    try:
        with pytest.raises(TypeError, match="heard by signals"):
            add(ReadMark(member=alice, topic_id=1, last_number=1, at=AT))
    finally:
        post_save.disconnect(hears, sender=ReadMark)
        writing._table.cache_clear()
