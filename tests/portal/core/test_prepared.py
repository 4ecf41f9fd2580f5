"""Queries compiled once: the same rows as Django's, bound anew each time, and a refusal of what would go wrong."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.db.transaction import TransactionManagementError

from portal.accounts.models import Member, Standing
from portal.core.prepared import MOST_LISTED, MOST_SHAPES, Prepared, hang, prepared
from portal.realtime.models import Stream

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
AT = datetime(2026, 11, 2, 3, 4, 5, 678901, tzinfo=UTC)


@prepared
def _members(ids: list[int], since: datetime) -> QuerySet[Member]:
    return Member.objects.filter(pk__in=ids, date_joined__gte=since).select_related("standing").order_by("pk")


@prepared
def _keys(prefix: str, *, limit: int, newest: bool = False) -> QuerySet[Stream, str]:
    rows = Stream.objects.filter(key__startswith=prefix).values_list("key", flat=True)
    return rows.order_by("-last" if newest else "last")[:limit]


@pytest.fixture
def streams() -> None:
    Stream.objects.bulk_create(Stream(key=f"cup:{number}", last=number) for number in range(1, 6))


def test_it_finds_what_django_finds_with_everything_that_comes_along(
    alice: Member, bob: Member, charlie: Member, django_assert_num_queries: Any
) -> None:
    Member.objects.filter(pk=bob.pk).update(date_joined=AT)
    Member.objects.exclude(pk=bob.pk).update(date_joined=AT - timedelta(microseconds=1))
    with django_assert_num_queries(1):
        (found,) = _members([alice.pk, bob.pk], AT)
        assert (found, found.standing.name) == (bob, bob.standing.name)
    assert found.date_joined == AT
    assert not found._state.adding
    found.refresh_from_db()
    assert _members([alice.pk, bob.pk, charlie.pk], AT - timedelta(days=1)) == sorted(
        [alice, bob, charlie], key=lambda one: one.pk
    )


def test_each_call_asks_anew_and_binds_its_own_values(streams: None) -> None:
    assert _keys("cup:", limit=2) == ["cup:1", "cup:2"]
    Stream.objects.filter(key="cup:1").delete()
    assert _keys("cup:", limit=2) == ["cup:2", "cup:3"]
    assert _keys("pot:", limit=2) == []
    assert _keys.one("cup:", limit=2) == "cup:2"
    assert _keys.one("pot:", limit=2) is None


def test_a_shape_is_compiled_once_and_each_by_itself(streams: None) -> None:
    built = []

    @prepared
    def asked(keys: list[str], *, limit: int) -> QuerySet[Stream, str]:
        built.append(limit)
        return Stream.objects.filter(key__in=keys).values_list("key", flat=True).order_by("key")[:limit]

    assert asked(["cup:2", "cup:1"], limit=9) == ["cup:1", "cup:2"]
    assert asked(["cup:3", "cup:4"], limit=9) == ["cup:3", "cup:4"]
    assert asked({"cup:5"}, limit=9) == ["cup:5"]
    assert asked(("cup:3", "cup:4"), limit=1) == ["cup:3"]
    assert built == [9, 9, 1]  # two lengths of the list, and another limit
    assert _keys("cup:", limit=1, newest=True) == ["cup:5"]
    assert _keys("cup:", limit=1, newest=False) == ["cup:1"]


def test_what_one_caller_asked_never_reaches_another(streams: None) -> None:
    """Bound values live on the call, not on what is kept."""
    first = _keys._compiled
    assert _keys("cup:1", limit=9) == ["cup:1"]
    key, compiled = next(reversed(_keys.shapes.items()))
    assert first(key, "default", {}, {"limit": 9}) is compiled
    assert "cup:1" not in repr(compiled.params)


def test_a_long_list_is_answered_and_not_kept(streams: None) -> None:
    @prepared
    def asked(keys: list[str]) -> QuerySet[Stream, str]:
        return Stream.objects.filter(key__in=keys).values_list("key", flat=True).order_by("key")

    assert asked(["cup:2", *(f"pot:{number}" for number in range(MOST_LISTED))]) == ["cup:2"]
    assert asked.shapes == {}


def test_the_shapes_used_last_are_kept() -> None:
    @prepared
    def nobody(*, limit: int) -> QuerySet[Stream]:
        return Stream.objects.order_by("pk")[:limit]

    for limit in range(1, MOST_SHAPES + 10):
        assert nobody(limit=limit) == []
    assert len(nobody.shapes) == MOST_SHAPES


def test_groups_are_counted_as_django_counts_them(alice: Member, bob: Member) -> None:
    guild = Group.objects.create(name="Guild")
    guild.user_set.set([alice, bob])

    @prepared
    def sizes(name: str) -> QuerySet[Group, tuple[str, int]]:
        return Group.objects.filter(name=name).values_list("name").annotate(Count("user"))

    assert sizes("Guild") == [("Guild", 2)]


def test_of_an_empty_list_nothing_is_asked(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert _members([], AT) == []


def test_a_query_that_can_find_nothing_finds_nothing() -> None:
    @prepared
    def never(key: str) -> QuerySet[Stream]:
        return Stream.objects.filter(key=key, pk__in=[])

    assert never("cup:1") == []


def test_rows_that_hang_on_others_answer_without_a_query(alice: Member, django_assert_num_queries: Any) -> None:
    guild = Group.objects.create(name="Guild")
    hang(alice, "groups", [guild])
    with django_assert_num_queries(0):
        assert list(alice.groups.all()) == [guild]


def test_rows_are_locked_in_a_transaction_alone(alice: Member) -> None:
    @prepared
    def locked(member: int) -> QuerySet[Standing]:
        return Standing.objects.select_for_update().filter(member=member)

    with transaction.atomic():
        assert locked.one(alice.pk) == alice.standing
    if connection.vendor == "postgresql":
        compiled = next(iter(locked.shapes.values()))
        assert "FOR UPDATE" in compiled.sql


@pytest.mark.django_db(transaction=True)
def test_a_lock_outside_of_a_transaction_is_refused_each_time(alice: Member) -> None:
    @prepared
    def locked(member: int) -> QuerySet[Standing]:
        return Standing.objects.select_for_update().filter(member=member)

    with transaction.atomic():
        locked(alice.pk)
    with pytest.raises(TransactionManagementError):
        locked(alice.pk)


def _refused(build: Callable[..., Any], *given: Any, **shape: Any) -> str:
    with pytest.raises((TypeError, ValueError)) as refusal:
        Prepared(build)(*given, **shape)
    return str(refusal.value)


def test_what_would_go_wrong_is_refused() -> None:
    by_key: Callable[..., Any] = lambda key: Stream.objects.filter(key=key)  # noqa: E731
    assert "NoneType" in _refused(by_key, None)
    assert "float" in _refused(by_key, 1.5)
    assert "in this order" in _refused(by_key)
    assert "prefetch" in _refused(lambda member: Member.objects.filter(pk=member).prefetch_related("groups"), 1)
    assert "model instances" in _refused(lambda key: Stream.objects.filter(key=key).values("key"), "cup:1")
