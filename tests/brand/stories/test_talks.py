"""The discussion of a story: opened once, shared by all languages, and never a dead end."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from brand.stories.models import StoryPage
from community import api as community
from community.forum.models import Topic
from portal.accounts.models import Member
from portal.core.clock import now
from portal.scopes.models import Scope
from tests.brand.conftest import Shelf

pytestmark = pytest.mark.django_db
WISH = {"opens_talk": True, "talk_space": "goc-phin"}


@pytest.fixture
def space(shelf: Shelf) -> None:
    """A space to talk in."""
    root, _made = Scope.objects.get_or_create(code="may", defaults={"kind": "brand", "name": "Mây"})
    community.open_space(code="goc-phin", scope=root, position=1, texts={"vi": ("Góc phin", ""), "en": ("Phin", "")})


def talks() -> list[str]:
    """Titles of the topics there are."""
    return list(Topic.objects.order_by("pk").values_list("title", flat=True))


def test_a_story_opens_one_talk_for_all_languages_however_often_it_is_published(
    space: None, shelf: Shelf, manager: Member
) -> None:
    vi = shelf.tell("suong", owner=manager, **WISH)
    en = shelf.tell("suong", "en", title="Frost", owner=manager, translation_key=vi.translation_key, **WISH)
    for page in (vi, en, vi):
        page.refresh_from_db()
        page.save_revision(user=manager).publish()
    vi.refresh_from_db()
    vi.unpublish()
    vi.refresh_from_db()
    vi.save_revision().publish()
    assert talks() == ["Chuyện suong"]
    assert Topic.objects.get().author == manager


def test_no_talk_is_opened_where_none_is_wanted_or_nobody_speaks(space: None, shelf: Shelf, manager: Member) -> None:
    shelf.tell("khong", owner=manager)
    shelf.tell("vo-chu", **WISH)
    assert talks() == []
    assert StoryPage.objects.live().count() == 2
    with pytest.raises(ValidationError):
        StoryPage(title="x", slug="x", teaser="x", opens_talk=True).clean()


def test_the_story_shows_its_talk_and_the_talk_leads_back_while_the_story_is_live(
    space: None, shelf: Shelf, manager: Member, alice: Member
) -> None:
    story = shelf.tell("suong", owner=manager, **WISH)
    topic = Topic.objects.get()
    community.post_reply(actor=alice, topic=topic, source="Đêm ấy tôi cũng ở đó.", key="mot", at=now(), live=False)
    html = Client().get(story.url).content.decode()
    assert topic.get_absolute_url() in html
    assert "1 lời đáp" in html
    assert story.url in Client().get(topic.get_absolute_url()).content.decode()
    story.refresh_from_db()
    story.unpublish()
    page = Client().get(topic.get_absolute_url()).content.decode()
    assert story.url not in page
    assert "đã được cất đi" in page
    gone = Client().get(story.url)
    assert gone.status_code == 410
    assert topic.get_absolute_url() in gone.content.decode()


def test_a_hidden_talk_is_not_shown(space: None, shelf: Shelf, manager: Member) -> None:
    story = shelf.tell("suong", owner=manager, **WISH)
    Topic.objects.update(hidden_at=now())
    assert Client().get(story.url).context["talk"] is None


def test_no_member_can_open_a_talk_in_the_name_of_a_story(space: None, shelf: Shelf, alice: Member, signed_in) -> None:
    story = shelf.tell("suong")
    forged = {"title": "Tôi nói thay", "body": "Lời giả.", "key": f"story:{story.translation_key}"}
    response = signed_in(alice).post("/vi/community/spaces/goc-phin/new/", forged)
    assert response.status_code in (400, 422)
    assert talks() == []
    assert Client().get(story.url).context["talk"] is None


def test_the_story_to_read_next_is_the_one_told_before(shelf: Shelf) -> None:
    from datetime import date

    old, middle, new = (shelf.tell(f"c-{n}", day=date(2026, 4, n)) for n in (1, 2, 3))
    following = {p.slug: Client().get(p.url).context["next_story"].slug for p in (old, middle, new)}
    assert following == {"c-3": "c-2", "c-2": "c-1", "c-1": "c-3"}
