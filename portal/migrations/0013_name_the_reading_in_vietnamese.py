"""The one workflow and its step are named in the house's language: names of workflows are content, one for all readers."""

from django.conf import settings
from django.db import migrations

ENGLISH, VIETNAMESE = "Read by another person", "Người khác đọc lại"


def rename(apps, before: str, after: str) -> None:
    for model in ("Workflow", "Task"):
        apps.get_model("wagtailcore", model).objects.filter(name=before).update(name=after)


def forward(apps, schema_editor) -> None:
    if settings.LANGUAGE_CODE.startswith("vi"):
        rename(apps, ENGLISH, VIETNAMESE)


def backward(apps, schema_editor) -> None:
    rename(apps, VIETNAMESE, ENGLISH)


class Migration(migrations.Migration):
    dependencies = [("portal", "0012_weekly_letters"), ("wagtailcore", "0098_apitoken")]
    operations = [migrations.RunPython(forward, backward)]
