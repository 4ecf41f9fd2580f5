"""What reaches open sockets: new terms that nobody has agreed to yet, and roles that are given and taken."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, Permission

from portal.accounts import actions, roles, terms
from portal.accounts.models import Member
from portal.core.clock import now
from portal.realtime import StreamKind, rules, streams
from tests.community.chat.conftest import make_room

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 2


async def test_words_by_socket_wait_for_a_yes_to_new_terms_and_hearing_goes_on(tab, alice: Member, monkeypatch):
    room = await sync_to_async(make_room)("sanh-chung", name="Sảnh chung")
    page, stream = await tab(alice), f"room:{room.pk}"
    assert (await page.sub(stream))["t"] == "ok"
    monkeypatch.setattr(terms, "_source", [lambda: terms.Terms("2027-01")])
    await page.send({"t": "send", "s": stream, "key": "k-1", "text": "Chào cả nhà"})
    refusal = await page.next("error")
    assert (refusal["code"], refusal["key"], refusal["url"]) == ("terms_first", "k-1", "/vi/accounts/terms/")
    assert "đồng ý với bản mới" in refusal["message"]
    await sync_to_async(actions.agree_to_terms)(actor=alice, version="2027-01", at=now())
    await page.send({"t": "send", "s": stream, "key": "k-1", "text": "Chào cả nhà"})
    assert (await page.next("sent"))["key"] == "k-1"


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> str:
    """A stream that only those who work here may hear."""
    kind = StreamKind("counter", lambda viewer, _id: roles.works_here(viewer), lambda _id, _entries: [], frozenset())
    monkeypatch.setitem(streams._kinds, "counter", [kind])
    return "counter:1"


async def denied_soon(page, demote, member: Member) -> str:
    begun = asyncio.get_running_loop().time()
    await sync_to_async(demote)(member)
    stream = (await page.next("denied", seconds=3))["s"]
    assert asyncio.get_running_loop().time() - begun < SOON
    return stream


async def closed_soon(page) -> int | None:
    begun = asyncio.get_running_loop().time()
    code = await page.close_code(3)
    assert asyncio.get_running_loop().time() - begun < SOON
    return code


def role(name: str = roles.MODERATORS) -> Group:
    return Group.objects.get_or_create(name=name)[0]


def by_a_group(member: Member) -> None:
    member.groups.add(role())


def by_the_group(member: Member) -> None:
    role().user_set.add(member)


def by_a_mark(member: Member) -> None:
    found = Member.objects.get(pk=member.pk)
    found.is_staff = True
    found.save()


@pytest.mark.parametrize("promote", [by_a_group, by_the_group, by_a_mark], ids=lambda way: way.__name__)
async def test_who_comes_to_work_here_is_asked_for_her_second_key_at_once(tab, alice: Member, bob: Member, promote):
    page, other = await tab(alice), await tab(bob)
    await page.sub("stage:1")
    await sync_to_async(promote)(alice)
    assert await closed_soon(page) == rules.SIGNED_OUT
    assert (await other.sub("stage:1"))["t"] == "ok"


async def test_a_right_that_opens_the_workshop_counts_from_the_moment_its_group_has_it(tab, alice: Member):
    makers = await sync_to_async(Group.objects.create)(name="Những người viết")
    await alice.groups.aadd(makers)
    page = await tab(alice)
    await page.sub("stage:1")
    await makers.permissions.aadd(await Permission.objects.aget(codename="access_admin"))
    assert await closed_soon(page) == rules.SIGNED_OUT


def out_of_the_group(member: Member) -> None:
    member.groups.remove(role())


def out_of_every_group(member: Member) -> None:
    member.groups.clear()


def the_group_is_emptied(member: Member) -> None:
    role().user_set.clear()


def the_group_is_deleted(member: Member) -> None:
    role().delete()


@pytest.mark.parametrize(
    "demote",
    [out_of_the_group, out_of_every_group, the_group_is_emptied, the_group_is_deleted],
    ids=lambda way: way.__name__,
)
async def test_who_leaves_a_group_stops_hearing_what_it_heard_at_once(tab, alice: Member, counter: str, demote):
    await sync_to_async(by_a_group)(alice)
    page = await tab(await Member.objects.aget(pk=alice.pk))
    assert (await page.sub(counter))["t"] == "ok"
    assert await denied_soon(page, demote, alice) == counter


def no_mark(member: Member) -> None:
    found = Member.objects.get(pk=member.pk)
    found.is_staff = False
    found.save(update_fields=["is_staff"])


def no_role(member: Member) -> None:
    found = Member.objects.get(pk=member.pk)
    found.role = ""
    found.save()


@pytest.mark.parametrize(
    ("marks", "demote"), [({"is_staff": True}, no_mark), ({"role": "brand"}, no_role)], ids=["mark", "role"]
)
async def test_who_no_longer_works_here_is_out_of_the_back_room_at_once(tab, alice: Member, marks, demote):
    room = await sync_to_async(make_room)("sau-quay", name="Sau quầy", staff_only=True)
    await Member.objects.filter(pk=alice.pk).aupdate(**marks)
    page = await tab(await Member.objects.aget(pk=alice.pk))
    assert (await page.sub(f"room:{room.pk}"))["t"] == "ok"
    assert await denied_soon(page, demote, alice) == f"room:{room.pk}"


async def test_a_change_that_is_none_disturbs_nobody(tab, alice: Member):
    page = await tab(alice)
    await page.sub("stage:1")

    @sync_to_async
    def rename() -> None:
        found = Member.objects.only("name").get(pk=alice.pk)
        found.save(update_fields=["name"])
        whole = Member.objects.get(pk=alice.pk)
        whole.bio = "Pha phin mỗi sáng."
        whole.save()

    await rename()
    assert await page.silence(0.5) == []
