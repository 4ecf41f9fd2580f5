"""Stories: what they are made of, read to the end once, told to the world once, found by their card."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from wagtail.blocks import StreamBlockValidationError
from wagtail.models import PageViewRestriction

from brand.stories import actions
from brand.stories.blocks import StoryBody
from brand.stories.models import StoryPage, StoryReading
from portal.accounts.models import Member
from portal.cards.selectors import card_for
from portal.core.errors import NotFound
from portal.events.models import DomainEvent
from tests.brand.conftest import BEATS, Shelf, body
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)


def told(name: str) -> list[str]:
    """Which stories an event type was told of, in order."""
    return list(DomainEvent.objects.filter(name=name).order_by("pk").values_list("payload__story", flat=True))


# ── What a story is made of ─────────────────────────────────────────────────────────────────────────────────────
def cleaned(raw: list[dict]) -> object:
    block = StoryBody()
    return block.clean(block.to_python(raw))


def test_four_beats_in_order_and_a_message_pass() -> None:
    quote = {"type": "pull_quote", "value": {"words": "Cây có trước.", "speaker": "Bà Xa"}}
    whole = body(*BEATS)
    cleaned(whole)
    cleaned([whole[0], quote, *whole[1:]])


@pytest.mark.parametrize(
    "raw",
    [
        [],
        body(*BEATS[:3]),
        body("opening", "climax", "knot", "resolution"),
        body(*BEATS, "resolution"),
        body(*BEATS, message=False),
        [*body(*BEATS), body()[0]],
        [body()[0], *body(*BEATS, message=False)],
        [*body(*BEATS), {"type": "pull_quote", "value": {"words": "Sau lời cuối.", "speaker": ""}}],
    ],
    ids=[
        "empty",
        "lacking",
        "out of order",
        "twice",
        "no message",
        "two messages",
        "message first",
        "after the message",
    ],
)
def test_any_other_shape_is_refused(raw: list[dict]) -> None:
    with pytest.raises(StreamBlockValidationError) as refused:
        cleaned(raw)
    assert refused.value.non_block_errors


# ── Read to the end ─────────────────────────────────────────────────────────────────────────────────────────────
def test_a_story_is_read_once_whatever_the_language(shelf: Shelf, alice: Member, bob: Member) -> None:
    vi, en = shelf.tell_in_both("suong")
    assert vi.translation_key == en.translation_key
    reads = [
        actions.mark_read(actor=m, story=p.translation_key, at=AT) for m, p in ((alice, vi), (alice, en), (bob, en))
    ]
    assert reads == [True, False, True]
    assert told("story_read") == [str(vi.translation_key)] * 2
    assert StoryReading.objects.count() == 2


def test_the_page_tells_its_end_once_to_whoever_is_signed_in(shelf: Shelf, alice: Member, signed_in) -> None:
    story = shelf.tell("suong")
    path = f"/vi/stories/read/{story.translation_key}/"
    browser = signed_in(alice)
    assert [browser.post(path).status_code for _twice in range(2)] == [204, 204]
    assert told("story_read") == [str(story.translation_key)]
    assert browser.get(path).status_code == 405
    visitor = Client().post(path)
    assert visitor.status_code == 302
    assert visitor["Location"].startswith("/vi/accounts/login/")
    assert StoryReading.objects.count() == 1


def test_what_is_not_public_cannot_be_read(shelf: Shelf, alice: Member, signed_in) -> None:
    withdrawn, private = shelf.tell("rut-lai"), shelf.tell("rieng")
    withdrawn.unpublish()
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    browser = signed_in(alice)
    for key in (withdrawn.translation_key, private.translation_key, uuid.uuid4()):
        with pytest.raises(NotFound):
            actions.mark_read(actor=alice, story=key, at=AT)
        assert browser.post(f"/vi/stories/read/{key}/").status_code == 404
    assert told("story_read") == []


def test_a_reader_sees_that_she_was_here_before(shelf: Shelf, alice: Member, signed_in) -> None:
    vi, en = shelf.tell_in_both("suong")
    browser = signed_in(alice)
    assert browser.get(vi.url).context["was_read"] is False
    actions.mark_read(actor=alice, story=vi.translation_key, at=AT)
    assert browser.get(vi.url).context["was_read"] is True
    assert browser.get(en.url).context["was_read"] is True
    assert Client().get(vi.url).context["was_read"] is False


# ── Told to the world ───────────────────────────────────────────────────────────────────────────────────────────
def test_a_story_is_announced_once_however_often_it_is_published(shelf: Shelf) -> None:
    vi, en = shelf.tell_in_both("suong")
    for page in (vi, en):
        page.save_revision().publish()
    vi.unpublish()
    vi.refresh_from_db()
    vi.save_revision().publish()
    assert told("story_published") == [str(vi.translation_key)]


def test_a_draft_is_told_to_nobody(shelf: Shelf) -> None:
    home = shelf.shelves["vi"]
    home.refresh_from_db()
    draft = StoryPage(title="Nháp", slug="nhap", teaser="…", told_on=date(2026, 4, 1), live=False, locale=home.locale)
    home.add_child(instance=draft)
    draft.save_revision()
    assert told("story_published") == []
    assert card_for(None, "story", str(draft.translation_key), "vi") is None


def test_the_card_follows_the_story(shelf: Shelf) -> None:
    vi, en = shelf.tell_in_both("suong")
    ref = str(vi.translation_key)

    def shown(language: str) -> tuple[str, str] | None:
        card = card_for(None, "story", ref, language)
        return (card.title, card.url) if card else None

    assert (shown("vi"), shown("en")) == (("Chuyện suong", vi.url), ("Story suong", en.url))
    vi.title = "Chuyện đổi tên"
    vi.save_revision().publish()
    assert shown("vi") == ("Chuyện đổi tên", vi.url)
    vi.unpublish()
    assert shown("vi") == ("Story suong", en.url)
    en.unpublish()
    assert shown("vi") is None
    vi.refresh_from_db()
    vi.save_revision().publish()
    assert shown("en") == ("Chuyện đổi tên", vi.url)


# ── Pages ───────────────────────────────────────────────────────────────────────────────────────────────────────
def fill(shelf: Shelf) -> None:
    """Five more stories in both languages."""
    for n in range(5):
        first = shelf.tell(f"them-{n}", day=date(2026, 4, 2) + timedelta(days=n))
        shelf.tell(f"them-{n}", "en", day=date(2026, 4, 2) + timedelta(days=n), translation_key=first.translation_key)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("where", ["home", "shelf", "story"])
def test_pages_cost_the_same_for_one_story_and_for_many(where: str, language: str, shelf: Shelf) -> None:
    # Three are there already: home and story show up to two others, whose rows are then read in any case.
    pages = dict(zip(("vi", "en"), shelf.tell_in_both("suong"), strict=True))
    shelf.tell_in_both("gio")
    shelf.tell_in_both("mua")
    page = {"shelf": shelf.shelves[language], "home": shelf.shelves[language].get_parent(), "story": pages[language]}[
        where
    ]
    client = Client()

    def read() -> None:
        assert client.get(page.url).status_code == 200

    assert_num_queries_constant(read, lambda: fill(shelf))


def test_each_language_shows_its_own_stories_newest_first(shelf: Shelf) -> None:
    shelf.tell_in_both("suong")
    shelf.tell("chi-tieng-viet", day=date(2026, 6, 1))
    hidden = shelf.tell("da-rut")
    hidden.unpublish()
    titles = {
        code: [story.title for story in Client().get(page.url).context["stories"]]
        for code, page in shelf.shelves.items()
    }
    assert titles == {"vi": ["Chuyện chi-tieng-viet", "Chuyện suong"], "en": ["Story suong"]}


def test_a_story_names_its_other_language_only_while_that_is_public(shelf: Shelf) -> None:
    vi, en = shelf.tell_in_both("suong")
    assert Client().get(vi.url).context["alternate_urls"] == {"vi": vi.url, "en": en.url}
    en.unpublish()
    assert Client().get(vi.url).context["alternate_urls"] == {"vi": vi.url}


def test_an_empty_house_has_pages_too(shelf: Shelf) -> None:
    for index in shelf.shelves.values():
        assert Client().get(index.url).status_code == 200
        assert Client().get(index.get_parent().url).status_code == 200
