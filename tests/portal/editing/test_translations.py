"""A story told in another language: what is translated, how it stays in step, who reads it before it is public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, TestCase
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, Translation

from brand.stories.models import StoryIndexPage, StoryPage
from portal.accounts.models import Member
from portal.core.clock import now
from portal.editing.attention import heaps
from tests.brand.conftest import BEATS, publish
from tests.portal.editing.walk import picture

pytestmark = pytest.mark.django_db
ENGLISH = {
    "title": "Frost on the ridge", "teaser": "Please read on", "cover_alt": "Tea bushes in the mist",
    "Ở lại là lời cảm ơn.": "To stay is to give thanks.",
}  # fmt: skip


@pytest.fixture
def hers(section: StoryIndexPage, desk: dict[str, Member]) -> StoryPage:
    """A story of the section in Vietnamese, public: beats with pictures and links, a message."""
    image = picture()
    body = [
        {
            "type": "beat",
            "value": {
                "kind": kind, "heading": f"Nhịp {kind}", "caption": "",
                "text": f'<p>Chữ {kind}, <a linktype="page" id="{section.pk}">kệ</a></p>',
                "picture": {"image": image.pk, "alt_text": f"Núi {kind}", "decorative": False},
            },
        }
        for kind in BEATS
    ]  # fmt: skip
    body.append({"type": "message", "value": {"text": "Ở lại là lời cảm ơn."}})
    story = StoryPage(
        title="Sương ở đèo Đẵm", teaser="Mời đọc", told_on="2026-04-01", told_by="Lò Thị Mai", body=body, cover=image,
        cover_alt="Rặng chè trong sương", locale=section.locale, owner=desk["section"],
    )  # fmt: skip
    return publish(section, story)


@pytest.fixture
def translation(hers: StoryPage, at_the_desk: Callable[[str], Client]) -> Translation:
    """She asked for its English."""
    english = Locale.objects.get(language_code="en")
    with TestCase.captureOnCommitCallbacks(execute=True):
        asked = at_the_desk("section").post(f"/admin/localize/submit/page/{hers.pk}/", {"locales": [english.pk]})
    assert asked.status_code == 302
    return Translation.objects.get(source__object_id=hers.translation_key)


def target(translation: Translation) -> StoryPage:
    """The English page as it stands now."""
    return StoryPage.objects.get(translation_key=translation.source.object_id, locale=translation.target_locale)


def segments(translation: Translation) -> list[StringSegment]:
    """Its passages, in order."""
    rows = StringSegment.objects.filter(source=translation.source).select_related("string", "context")
    return list(rows.order_by("order"))


def translate(browser: Client, translation: Translation, **words: str) -> list[int]:
    """Types English beside each passage, as the room does; answers come back. `words` replaces some."""
    given = {**ENGLISH, **words}
    answers = []
    for one in segments(translation):
        if one.context.path == "slug" and "slug" not in words:
            continue
        text = given.get(one.context.path) or given.get(one.string.data)
        text = text or one.string.data.replace("Nhịp", "Beat").replace("Chữ", "Words of").replace("Núi", "Mountain")
        answers.append(put(browser, translation, one, text))
    return answers


def put(browser: Client, translation: Translation, segment: StringSegment, text: str) -> int:
    """Saves one passage."""
    address = f"/admin/localize/translate/{translation.pk}/strings/{segment.pk}/edit/"
    sent = f"value={text}".encode()
    return browser.put(address, sent, content_type="application/x-www-form-urlencoded").status_code


def press(browser: Client, page: Page, button: str, **more: str) -> Any:
    """One of our buttons above the passages."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return browser.post(f"/admin/pages/{page.pk}/edit/", {"desk": button, **more})


def stale(member: Member) -> list[tuple[str, str]]:
    """What her desk says is out of date: title and where it leads."""
    fresh = Member.objects.get(pk=member.pk)
    found = [heap for heap in heaps(fresh, at=now()) if heap.key == "out-of-date"]
    return [(item.title, item.url) for heap in found for item in heap.items]


def brought_out(translation: Translation, browser: Client) -> StoryPage:
    """The English page, translated and public."""
    translate(browser, translation)
    with TestCase.captureOnCommitCallbacks(execute=True):
        browser.post(f"/admin/pages/{target(translation).pk}/edit/", {"action": "publish"})
    return target(translation)


# ── What is translated ──────────────────────────────────────────────────────────────────────────────────────────
def test_every_word_of_a_story_is_a_passage_and_nothing_else_is(translation: Translation) -> None:
    found = [(one.context.path.rpartition(".")[2], one.string.data) for one in segments(translation)]
    assert found[:4] == [
        ("title", "Sương ở đèo Đẵm"), ("slug", "suong-o-deo-dam"), ("cover_alt", "Rặng chè trong sương"),
        ("teaser", "Mời đọc"),
    ]  # fmt: skip
    beats = [
        (name, words)
        for kind in BEATS
        for name, words in (
            ("heading", f"Nhịp {kind}"),
            ("text", f'Chữ {kind}, <a id="a1">kệ</a>'),
            ("alt_text", f"Núi {kind}"),
        )
    ]
    assert found[4:] == [*beats, ("text", "Ở lại là lời cảm ơn.")]


def test_a_translation_of_a_public_story_begins_as_a_draft(translation: Translation) -> None:
    assert not target(translation).live
    assert Client().get(target(translation).get_url()).status_code == 404


def test_the_words_come_together_on_the_english_page(
    translation: Translation, at_the_desk: Callable[[str], Client]
) -> None:
    assert set(translate(at_the_desk("section"), translation)) == {201}
    press(at_the_desk("section"), target(translation), "hand-in")
    press(at_the_desk("approver"), target(translation), "approve")
    page = target(translation)
    assert (page.title, page.teaser, page.told_by) == ("Frost on the ridge", "Please read on", "Lò Thị Mai")
    assert [block.value["heading"] for block in page.body[:4]] == [f"Beat {kind}" for kind in BEATS]
    assert page.body[0].value["picture"].contextual_alt_text == "Mountain opening"
    html = Client().get(page.url).text
    assert "To stay is to give thanks." in html
    assert "Tea bushes in the mist" in html
    # The link follows into the reader's language.
    shelf = page.get_parent()
    assert shelf.locale.language_code == "en"
    assert f'href="{shelf.url}"' in html
    for word in ("Chữ", "Núi", "Nhịp", "Mời đọc"):
        assert word not in html


def test_the_english_address_follows_the_english_title_once(
    translation: Translation, at_the_desk: Callable[[str], Client]
) -> None:
    assert target(translation).slug == "suong-o-deo-dam"
    translate(at_the_desk("section"), translation)
    press(at_the_desk("section"), target(translation), "hand-in")
    assert target(translation).slug == "frost-on-the-ridge"


def test_an_address_that_somebody_wrote_stays(translation: Translation, at_the_desk: Callable[[str], Client]) -> None:
    translate(at_the_desk("section"), translation, slug="frost")
    press(at_the_desk("section"), target(translation), "hand-in")
    assert target(translation).slug == "frost"


# ── Read by another person ──────────────────────────────────────────────────────────────────────────────────────
def test_a_translation_is_handed_in_read_and_brought_out(
    translation: Translation, desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    section, approver, page = at_the_desk("section"), at_the_desk("approver"), target(translation)
    translate(section, translation)
    room = section.get(f"/admin/pages/{page.pk}/edit/").text
    assert 'value="hand-in"' in room
    assert 'value="approve"' not in room
    press(section, page, "hand-in")
    assert not target(translation).live
    assert 'value="take-back"' in section.get(f"/admin/pages/{page.pk}/edit/").text
    assert [item.title for heap in heaps(desk["approver"], at=now()) for item in heap.items] == ["Frost on the ridge"]
    assert 'value="approve"' in approver.get(f"/admin/pages/{page.pk}/edit/").text
    assert "Frost on the ridge" in approver.get(f"/admin/pages/{page.pk}/view_draft/").text
    press(approver, page, "approve")
    assert target(translation).live
    assert Client().get(target(translation).url).status_code == 200


def test_nobody_approves_her_own_translation(translation: Translation, at_the_desk: Callable[[str], Client]) -> None:
    for role in ("section", "brand", "admin"):
        browser, page = at_the_desk(role), target(translation)
        press(browser, page, "hand-in")
        assert press(browser, page, "approve").status_code == 403
        assert not target(translation).live
        press(browser, page, "take-back")
    assert target(translation).current_workflow_state is None


def test_it_is_sent_back_with_a_word_and_handed_in_again(
    translation: Translation, at_the_desk: Callable[[str], Client]
) -> None:
    section, page = at_the_desk("section"), target(translation)
    press(section, page, "hand-in")
    press(at_the_desk("approver"), page, "reject", comment="Dòng cuối chưa ấm.")
    assert "Dòng cuối chưa ấm." in section.get(f"/admin/pages/{page.pk}/edit/").text
    translate(section, translation)
    press(section, page, "hand-in")
    press(at_the_desk("approver"), page, "approve")
    assert target(translation).live


def test_what_waits_stays_as_it_was_handed_in(translation: Translation, at_the_desk: Callable[[str], Client]) -> None:
    for role in ("section", "brand"):
        browser, page = at_the_desk(role), target(translation)
        press(browser, page, "hand-in")
        one = segments(translation)[0]
        assert put(browser, translation, one, "Around the reader") == 403
        with TestCase.captureOnCommitCallbacks(execute=True):
            browser.post(f"/admin/pages/{page.pk}/edit/", {"action": "publish"})
        assert not target(translation).live
        press(browser, page, "take-back")
        assert put(browser, translation, one, "My own words") in (200, 201)


def test_what_still_stands_in_vietnamese_is_counted(
    translation: Translation, at_the_desk: Callable[[str], Client]
) -> None:
    section, page = at_the_desk("section"), target(translation)
    asked = len(segments(translation)) - 1  # the address may stay
    assert f"{asked} đoạn" in section.get(f"/admin/pages/{page.pk}/edit/").text
    translate(section, translation)
    assert "đoạn còn đứng" not in section.get(f"/admin/pages/{page.pk}/edit/").text


def test_our_buttons_answer_nobody_else(translation: Translation, at_the_desk: Callable[[str], Client]) -> None:
    press(at_the_desk("section"), target(translation), "hand-in")
    for role in ("moderator", "analyst", "store", "care", "member"):
        browser = at_the_desk(role)
        for button in ("hand-in", "approve", "reject", "take-back"):
            assert press(browser, target(translation), button).status_code == 403, (role, button)
    assert target(translation).workflow_in_progress
    assert not target(translation).live


def test_who_may_not_publish_brings_nothing_out_by_making_it_follow_its_source(
    translation: Translation, hers: StoryPage, at_the_desk: Callable[[str], Client]
) -> None:
    """A page that follows another takes over its newest draft, read or not."""
    translation.save_target(publish=False)
    address = f"/admin/localize/page/{target(translation).pk}/convert_to_alias/"
    assert at_the_desk("section").post(address).status_code == 403
    assert target(translation).alias_of_id is None


def test_a_page_that_followed_its_source_is_not_rewritten_by_asking_for_its_translation(
    translation: Translation, at_the_desk: Callable[[str], Client]
) -> None:
    brand, section = at_the_desk("brand"), at_the_desk("section")
    page = brought_out(translation, brand)
    brand.post(f"/admin/localize/page/{page.pk}/convert_to_alias/")
    assert (target(translation).title, target(translation).live) == ("Sương ở đèo Đẵm", True)
    original = translation.source.get_source_instance()
    with TestCase.captureOnCommitCallbacks(execute=True):
        section.post(f"/admin/localize/submit/page/{original.pk}/", {"locales": [page.locale_id]})
    assert target(translation).title == "Sương ở đèo Đẵm"
    assert target(translation).get_latest_revision_as_object().title == "Frost on the ridge"


# ── In step with its source ─────────────────────────────────────────────────────────────────────────────────────
def test_a_change_of_the_original_is_listed_until_its_translation_is_out_again(
    translation: Translation, hers: StoryPage, desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    brand = at_the_desk("brand")
    page = brought_out(translation, brand)
    assert stale(desk["brand"]) == []
    hers.refresh_from_db()
    hers.teaser = "Mời đọc thật chậm"
    hers.save_revision(user=desk["brand"]).publish()
    update = f"/admin/localize/update/{translation.source_id}/"
    assert stale(desk["brand"]) == [("Sương ở đèo Đẵm", update)]
    assert stale(desk["section"]) == [("Sương ở đèo Đẵm", update)]
    assert stale(desk["moderator"]) == []
    brand.post(update, {})
    # Its words are taken over; the public still reads the old translation.
    assert stale(desk["brand"]) == [("Sương ở đèo Đẵm", f"/admin/pages/{page.pk}/edit/")]
    assert target(translation).teaser == "Please read on"
    teaser = next(one for one in segments(translation) if one.context.path == "teaser")
    assert teaser.string.data == "Mời đọc thật chậm"
    assert put(brand, translation, teaser, "Please read slowly") == 201
    with TestCase.captureOnCommitCallbacks(execute=True):
        brand.post(f"/admin/pages/{page.pk}/edit/", {"action": "publish"})
    assert target(translation).teaser == "Please read slowly"
    assert target(translation).body[0].value["heading"] == "Beat opening"
    assert stale(desk["brand"]) == []


def test_a_sections_editor_takes_changes_over_but_does_not_bring_them_out(
    translation: Translation, hers: StoryPage, desk: dict[str, Member], at_the_desk: Callable[[str], Client]
) -> None:
    brought_out(translation, at_the_desk("brand"))
    hers.refresh_from_db()
    hers.teaser = "Mời đọc thật chậm"
    hers.save_revision().publish()
    section, update = at_the_desk("section"), f"/admin/localize/update/{translation.source_id}/"
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert section.post(update, {"publish_translations": "on"}).status_code == 403
        assert section.post(update, {}).status_code == 302
    assert target(translation).teaser == "Please read on"
    teaser = next(one for one in segments(translation) if one.context.path == "teaser")
    put(section, translation, teaser, "Please read slowly")
    press(section, target(translation), "hand-in")
    assert target(translation).live
    assert Client().get(target(translation).url).text.count("Please read slowly") == 0
    press(at_the_desk("approver"), target(translation), "approve")
    assert target(translation).teaser == "Please read slowly"
    assert stale(desk["section"]) == []
