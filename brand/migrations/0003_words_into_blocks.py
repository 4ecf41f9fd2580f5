"""Carries the front room's four texts into its blocks, and each wide picture with its words into one block.

Saved revisions are carried too, so that an editor finds her draft as she left it.
"""

import json
import uuid

from django.db import migrations
from wagtail.blocks.migrations.migrate_operation import MigrateStreamData
from wagtail.blocks.migrations.operations import BaseBlockOperation

TALK = {"vi": "Tối nay cả nhà nói gì", "en": "What the house talks about tonight"}


def blocks(texts, language):
    """The front room as it looked, block by block."""
    parts = [
        ("welcome", {"heading": texts.get("hero_title", ""), "lead": texts.get("hero_lead", "")}),
        ("newest_stories", {"heading": "", "count": 3}),
        ("latest_topics", {"heading": TALK.get(language, TALK["en"]), "space": "", "count": 4}),
        ("thanks", {"heading": texts.get("thanks_title", ""), "words": texts.get("thanks_text", "")}),
    ]
    return [{"type": kind, "value": value, "id": str(uuid.uuid4())} for kind, value in parts]


def carry_homes(apps, schema_editor):
    HomePage = apps.get_model("brand", "HomePage")
    Revision = apps.get_model("wagtailcore", "Revision")
    Locale = apps.get_model("wagtailcore", "Locale")
    ContentType = apps.get_model("contenttypes", "ContentType")
    languages = dict(Locale.objects.values_list("pk", "language_code"))
    fields = ("hero_title", "hero_lead", "thanks_title", "thanks_text")
    for home in HomePage.objects.all():
        if home.body:
            continue
        texts = {name: getattr(home, name) for name in fields}
        # A list, not its text: the column keeps JSON, and text in it would be a string that no query can look into.
        HomePage.objects.filter(pk=home.pk).update(body=blocks(texts, languages.get(home.locale_id)))
    kind = ContentType.objects.filter(app_label="brand", model="homepage").first()
    if kind is None:
        return
    for revision in Revision.objects.filter(content_type=kind):
        content = revision.content
        if content.get("body") in (None, "", "[]", []):
            content["body"] = json.dumps(blocks(content, languages.get(content.get("locale"))))
            for name in fields:
                content.pop(name, None)
            Revision.objects.filter(pk=revision.pk).update(content=content)


class JoinPictureAndWords(BaseBlockOperation):
    """`{"picture": 7, "alt": "…"}` becomes `{"picture": {"image": 7, "alt_text": "…", "decorative": False}}`."""

    def apply(self, block_value):
        value = dict(block_value)
        words = value.pop("alt", "")
        if not isinstance(value.get("picture"), dict):
            value["picture"] = {"image": value.get("picture"), "alt_text": words, "decorative": False}
        return value

    @property
    def operation_name_fragment(self):
        return "join_picture_and_words"


class Migration(migrations.Migration):
    dependencies = [("brand", "0002_blocks_and_houses"), ("contenttypes", "0002_remove_content_type_name")]

    operations = [
        migrations.RunPython(carry_homes, migrations.RunPython.noop, elidable=True),
        MigrateStreamData(
            app_name="brand",
            model_name="StoryPage",
            field_name="body",
            operations_and_block_paths=[(JoinPictureAndWords(), "wide_picture")],
        ),
    ]
