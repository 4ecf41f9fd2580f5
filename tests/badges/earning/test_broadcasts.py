"""A stale page of a member's own to which her frames were applied equals a fresh page, whatever happened meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import transaction
from django.test import Client
from django.utils import timezone, translation

from badges.earning import broadcasts
from badges.earning.tasks import settle_waiting
from badges.ledger import actions as ledger
from badges.tiers.actions import reassess
from portal.accounts.models import Member
from portal.events import relay
from portal.realtime import streams
from portal.realtime.models import StreamEntry
from tests.badges.earning.conftest import MORNING, Forum
from tests.helpers.queries import count_queries
from tests.helpers.sessions import enter

pytestmark = pytest.mark.django_db
PARTS = ("statement", "my-meter", "my-purse")
EVENING = MORNING + timedelta(hours=10)


@pytest.fixture(autouse=True)
def evening(monkeypatch: pytest.MonkeyPatch) -> None:
    """All pages are read in the same minute, of the year in which the points were earned."""
    monkeypatch.setattr(timezone, "now", lambda: EVENING)


def only(soup: Tag | BeautifulSoup, selector: str) -> Tag:
    """The one element of a selector."""
    [found] = soup.select(selector)
    return found


def fragment(html: str) -> Tag:
    """The one element that a frame carries."""
    [found] = BeautifulSoup(html, "html.parser").find_all(True, recursive=False)
    return found


class OpenHome:
    """Her page, left open, which follows its stream as `fragments.js` does: replace by id, else place, else ignore."""

    def __init__(self, member: Member) -> None:
        self.browser = Client()
        self.browser.force_login(member)
        self.path = f"/{member.language}/my/"
        self.main = self.load()
        live = only(self.main, "live-stream")
        self.stream, self.after = str(live["stream"]), int(str(live["after"]))
        self.spend = int(only(self.main, "points-counter").text)

    def load(self) -> Tag:
        answer = self.browser.get(self.path)
        assert answer.status_code == 200
        return only(BeautifulSoup(answer.content.decode(), "html.parser"), "main")

    def hear(self) -> list[str]:
        """Takes in what was recorded since; returns the kinds."""
        rows = list(StreamEntry.objects.filter(stream__key=self.stream, number__gt=self.after).order_by("number"))
        with translation.override("vi"):  # whatever language the process happens to speak
            frames = streams.render(self.stream, [(row.kind, row.ref) for row in rows])
        for row, frame in zip(rows, frames, strict=True):
            self.after = row.number
            self.spend = frame.get("balance", {}).get("spend", self.spend)
            for change in frame.get("changes", []):
                self.apply(**change)
        return [row.kind for row in rows]

    def apply(self, html: str, into: str = "", at: str = "end") -> None:
        fresh = fragment(html)
        stale, place = self.main.find(id=str(fresh["id"])), self.main.find(id=into)
        if isinstance(stale, Tag):
            stale.replace_with(fresh)
        elif isinstance(place, Tag):
            place.insert(0 if at == "start" else len(place.contents), fresh)
            lines = place.find_all("li", recursive=False)
            for old in lines[int(str(place.get("data-limit", len(lines)))) :]:
                old.extract()

    def shown(self) -> dict[str, list[str]]:
        """What she sees of her points, without the white space between elements."""
        parts = {part: only(self.main, f"#{part}").prettify() for part in PARTS}
        return {part: [line.strip() for line in html.splitlines() if line.strip()] for part, html in parts.items()}


class Deeds:
    """What may happen to alice's points while her page is open."""

    def __init__(self, alice: Member, bob: Member, charlie: Member, forum: Forum) -> None:
        self.alice, self.bob, self.charlie, self.forum = alice, bob, charlie, forum
        self.topic = forum.topic(bob)
        self.post = forum.reply(alice, self.topic)
        self.liked = forum.react(bob, alice, 900)

    def earned_and_waits(self) -> None:
        self.forum.reply(self.alice, self.topic)

    def confirmed_by_an_answer(self) -> None:
        self.forum.react(self.bob, self.alice, self.post)

    def lapsed_unanswered(self) -> None:
        settle_waiting(MORNING + timedelta(days=8))

    def taken_back_while_waiting(self) -> None:
        self.forum.hide(self.alice, self.post)

    def taken_back_after_it_was_paid(self) -> None:
        self.forum.react(self.bob, self.alice, self.post)
        self.forum.hide(self.alice, self.post)

    def given_again(self) -> None:
        self.forum.react(self.bob, self.alice, self.post)
        self.forum.hide(self.alice, self.post)
        self.forum.restore(self.alice, self.post)

    def given_again_to_wait(self) -> None:
        self.forum.hide(self.alice, self.post)
        self.forum.restore(self.alice, self.post)

    def reaction_withdrawn(self) -> None:
        self.forum.unreact(self.bob, self.alice, 900, self.liked)

    def more_lines_than_the_page_shows(self) -> None:
        for _n in range(9):
            self.forum.reply(self.alice, self.topic)

    def a_line_too_old_for_the_page_is_taken_back(self) -> None:
        self.more_lines_than_the_page_shows()
        self.forum.hide(self.alice, self.post)

    def risen_a_tier(self) -> None:
        with transaction.atomic():
            ledger.earn(
                member_id=self.alice.pk, amounts={"status": 150, "spend": 30}, source="test", key="rise", at=EVENING
            )
            reassess(member_id=self.alice.pk, at=EVENING)

    def fallen_a_tier(self) -> None:
        self.risen_a_tier()
        with transaction.atomic():
            paid = ledger.earn(
                member_id=self.alice.pk, amounts={"spend": 1}, source="test", key="more", at=EVENING
            ).transaction
            ledger.reverse(transaction_id=paid.pk, source="test", key="less", at=EVENING, reason="")
            rise = type(paid).objects.get(source="test", key="rise")
            ledger.reverse(transaction_id=rise.pk, source="test", key="fall", at=EVENING, reason="")
            reassess(member_id=self.alice.pk, at=EVENING)


DEEDS = [name for name in vars(Deeds) if not name.startswith("_")]


@pytest.fixture
def deeds(alice: Member, bob: Member, charlie: Member, forum: Forum) -> Deeds:
    """Alice has a reply that waits and a reaction that waits; the thanks for joining are paid."""
    relay.drain()
    return Deeds(alice, bob, charlie, forum)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("deed", DEEDS)
def test_a_stale_page_with_its_frames_is_a_fresh_page(deed: str, language: str, deeds: Deeds) -> None:
    Member.objects.filter(pk=deeds.alice.pk).update(language=language)
    page = OpenHome(Member.objects.get(pk=deeds.alice.pk))
    before = page.shown()
    getattr(deeds, deed)()
    kinds = page.hear()
    fresh = OpenHome(Member.objects.get(pk=deeds.alice.pk))
    assert "points" in kinds
    assert before != fresh.shown()
    assert page.shown() == fresh.shown()
    assert page.spend == fresh.spend


@pytest.mark.parametrize("deed", ["given_again", "a_line_too_old_for_the_page_is_taken_back", "risen_a_tier"])
def test_frames_one_by_one_end_where_frames_in_one_go_end(
    deed: str, deeds: Deeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that stayed connected hears each change when it happens, and is rendered from what was true then."""
    page = OpenHome(deeds.alice)
    heard: list[str] = []
    for name in ("react", "hide", "restore", "reply"):
        act: Callable[..., object] = getattr(deeds.forum, name)

        def and_hear(*given: object, act: Callable[..., object] = act) -> object:
            done = act(*given)
            heard.extend(page.hear())
            return done

        monkeypatch.setattr(deeds.forum, name, and_hear)
    getattr(deeds, deed)()
    heard.extend(page.hear())
    assert len(heard) >= 2
    assert page.shown() == OpenHome(deeds.alice).shown()


def test_a_rise_and_a_fall_are_told_as_kind_tier(deeds: Deeds) -> None:
    page = OpenHome(deeds.alice)
    deeds.fallen_a_tier()
    assert page.hear().count("tier") == 2


def test_a_rise_thanks_her_and_leads_to_what_it_opens(deeds: Deeds, client: Client) -> None:
    deeds.risen_a_tier()
    (frame,) = broadcasts.render_tier(deeds.alice.pk, [("tier", {"tier": "silver", "rose": True})])
    assert frame["toast"]["title"] == "Bạn vừa lên hạng Bạc"
    assert frame["toast"]["way"] == {"url": "/vi/my/tier/", "text": "Xem điều gì vừa mở ra"}
    assert enter(client, deeds.alice).get(frame["toast"]["way"]["url"]).status_code == 200
    (frame,) = broadcasts.render_tier(deeds.alice.pk, [("tier", {"tier": "silver", "rose": False})])
    assert "toast" not in frame


def test_a_toast_tells_the_amount_and_what_it_waits_for(deeds: Deeds) -> None:
    deeds.earned_and_waits()
    entry = StreamEntry.objects.filter(stream__key=f"member:{deeds.alice.pk}", kind="points").latest("number")
    [frame] = streams.render(f"member:{deeds.alice.pk}", [("points", entry.ref)])
    assert (frame["toast"]["amount"], frame["toast"]["title"]) == (3, "+3 Hạt")
    assert frame["toast"]["text"].startswith("Chờ thêm 1 người hưởng ứng.")
    assert frame["balance"] == {"spend": 20, "pending": 8, "status": 10, "rep": 0}


def test_nothing_of_somebody_elses_purse_is_ever_rendered(deeds: Deeds) -> None:
    """An entry whose posting belongs to another member would be a fault: it draws her own ring and no line."""
    theirs = StreamEntry.objects.filter(stream__key=f"member:{deeds.bob.pk}", kind="points").latest("number")
    [frame] = streams.render(f"member:{deeds.alice.pk}", [("points", theirs.ref)])
    assert "toast" not in frame
    assert [fragment(change["html"])["id"] for change in frame["changes"]] == ["my-meter", "my-purse"]


def test_many_entries_cost_as_many_queries_as_one(deeds: Deeds) -> None:
    deeds.more_lines_than_the_page_shows()
    deeds.confirmed_by_an_answer()
    stream = f"member:{deeds.alice.pk}"
    entries = [(e.kind, e.ref) for e in StreamEntry.objects.filter(stream__key=stream, kind="points")]
    one, _queries = count_queries(lambda: streams.render(stream, entries[:1]))
    many, _queries = count_queries(lambda: streams.render(stream, entries))
    assert len(entries) > 10
    assert one == many


def test_frames_speak_the_members_language_and_not_the_processs(charlie: Member) -> None:
    relay.drain()
    entry = StreamEntry.objects.get(stream__key=f"member:{charlie.pk}", kind="points")
    with translation.override("vi"):
        [frame] = streams.render(f"member:{charlie.pk}", [("points", entry.ref)])
    assert frame["toast"]["text"] == "Joined the house"
