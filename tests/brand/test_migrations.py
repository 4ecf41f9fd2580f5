"""Words that stood in the house before a change of its tables stand in it afterwards: old rows are carried over.

The test's database is put back whole afterwards, so each test may leave the tables of that day behind.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.timeout(600)]
OLD = {
    "hero_title": "Mây xuống thấp.",
    "hero_lead": "Nhà chung của người ở lại.",
    "thanks_title": "Cảm ơn từng dòng",
    "thanks_text": "Việc nào cũng thành Hạt.",
}


def go_to(*targets: tuple[str, str]) -> Any:
    """Brings the database to these migrations, back or forth; the models as they were there."""
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))
    return MigrationExecutor(connection).loader.project_state(list(targets)).apps


def home(apps: Any, language: str, slug: str, path: str, **fields: Any) -> Any:
    """A front room as a row of that time; historical models know nothing of Wagtail's tree."""
    locale, _made = apps.get_model("wagtailcore", "Locale").objects.get_or_create(language_code=language)
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="brand", model="homepage"
    )
    return apps.get_model("brand", "HomePage").objects.create(
        title="Mây", draft_title="Mây", slug=slug, path=path, depth=2, url_path=f"/{slug}/", live=True,
        locale=locale, content_type=kind, **fields,
    )  # fmt: skip


def revision(apps: Any, page: Any, content: dict[str, Any]) -> Any:
    """A saved draft of that page."""
    return apps.get_model("wagtailcore", "Revision").objects.create(
        content_type_id=page.content_type_id, base_content_type_id=page.content_type_id, object_id=str(page.pk),
        created_at=timezone.now(), content=content,
    )  # fmt: skip


def story_of_that_time(before: Any) -> tuple[Any, Any]:
    """A story whose wide picture has its words beside it, and a draft of the same."""
    locale, _made = before.get_model("wagtailcore", "Locale").objects.get_or_create(language_code="vi")
    kind, _made = before.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="brand", model="storypage"
    )
    story = before.get_model("brand", "StoryPage").objects.create(
        title="Sương", draft_title="Sương", slug="suong", path="00017774", depth=2, url_path="/suong/", locale=locale,
        content_type=kind, teaser="Mời đọc", told_on=timezone.now().date(),
    )  # fmt: skip
    old = [
        {"type": "wide_picture", "value": {"picture": 7, "alt": "Rặng chè", "caption": "Sáng"}, "id": "a"},
        {"type": "pull_quote", "value": {"words": "Cây có trước."}, "id": "b"},
    ]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE brand_storypage SET body = %s WHERE page_ptr_id = %s", [json.dumps(old), story.pk])
    return story, revision(before, story, {"body": json.dumps(old)})


def blocks(stored: Any) -> list[tuple[str, Any]]:
    """Kind and value of each stored block."""
    raw = json.loads(stored) if isinstance(stored, str) else list(getattr(stored, "raw_data", stored))
    return [(one["type"], one["value"]) for one in raw]


def stored_body(table: str, pk: int) -> str:
    """The column as it lies in the table, whatever a model makes of it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT body FROM {table} WHERE page_ptr_id = %s", [pk])
        found = cursor.fetchone()[0]
    return found if isinstance(found, str) else json.dumps(found)


def test_texts_of_the_front_room_and_pictures_of_stories_become_blocks_in_page_and_draft() -> None:
    before = go_to(("brand", "0002_blocks_and_houses"))
    story, story_draft = story_of_that_time(before)
    told = home(before, "vi", "cu", "00017771", **OLD)
    english = home(before, "en", "old", "00017772", **{**OLD, "hero_title": "Clouds come low."})
    made = [{"type": "welcome", "value": {"heading": "Đã có", "lead": "Rồi"}, "id": "1"}]
    rebuilt = home(before, "vi", "moi", "00017773", **OLD)
    before.get_model("brand", "HomePage").objects.filter(pk=rebuilt.pk).update(body=made)
    draft = revision(before, told, {**OLD, "hero_title": "Bản nháp", "locale": told.locale_id, "body": "[]"})
    after = go_to(("brand", "0004_home_is_its_blocks"))
    assert blocks(stored_body("brand_homepage", told.pk)) == [
        ("welcome", {"heading": "Mây xuống thấp.", "lead": "Nhà chung của người ở lại."}),
        ("newest_stories", {"heading": "", "count": 3}),
        ("latest_topics", {"heading": "Tối nay cả nhà nói gì", "space": "", "count": 4}),
        ("thanks", {"heading": "Cảm ơn từng dòng", "words": "Việc nào cũng thành Hạt."}),
    ]
    in_english = dict(blocks(stored_body("brand_homepage", english.pk)))
    assert in_english["welcome"]["heading"] == "Clouds come low."
    assert in_english["latest_topics"]["heading"] == "What the house talks about tonight"
    assert blocks(stored_body("brand_homepage", rebuilt.pk)) == [("welcome", {"heading": "Đã có", "lead": "Rồi"})]
    content = after.get_model("wagtailcore", "Revision").objects.get(pk=draft.pk).content
    assert dict(blocks(content["body"]))["welcome"] == {"heading": "Bản nháp", "lead": "Nhà chung của người ở lại."}
    assert set(OLD) & set(content) == set()
    whole = {"picture": {"image": 7, "alt_text": "Rặng chè", "decorative": False}, "caption": "Sáng"}
    content = after.get_model("wagtailcore", "Revision").objects.get(pk=story_draft.pk).content
    for stored in (stored_body("brand_storypage", story.pk), content["body"]):
        assert blocks(stored) == [("wide_picture", whole), ("pull_quote", {"words": "Cây có trước."})]


def test_the_one_identity_becomes_that_of_the_brand_and_finds_its_way_back() -> None:
    before = go_to(("brand", "0005_identity_per_scope"))
    sites = before.get_model("wagtailcore", "Site").objects
    site = sites.filter(is_default_site=True).first()
    other = sites.create(hostname="khac.example", port=80, root_page_id=site.root_page_id)
    look = {"name": "Mây", "slogan_vi": "Ở lại", "slogan_en": "Stay", "color_act": "#a63a2a", "color_deep": "#12352b"}
    identities = before.get_model("brand", "BrandIdentity").objects
    identities.create(site=other, name="Nhà khác")
    identities.create(site=site, **look)
    before.get_model("portal", "Scope").objects.filter(kind="brand").delete()
    after = go_to(("brand", "0007_one_identity_less"))
    carried = after.get_model("brand", "Identity").objects.get()
    assert {name: getattr(carried, name) for name in look} == look
    assert (carried.scope.kind, carried.scope.name) == ("brand", "Mây")
    managers = after.get_model("auth", "Group").objects.get(name="Brand managers")
    assert managers.permissions.filter(codename="publish_identity").exists()
    back = go_to(("brand", "0005_identity_per_scope"))
    found = back.get_model("brand", "BrandIdentity").objects.get(site_id=site.pk)
    assert {name: getattr(found, name) for name in look} == look
    # A house that never had one is given none.
    identities = back.get_model("brand", "BrandIdentity").objects
    identities.all().delete()
    back.get_model("brand", "Identity").objects.all().delete()
    assert go_to(("brand", "0007_one_identity_less")).get_model("brand", "Identity").objects.count() == 0
