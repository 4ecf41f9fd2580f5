"""An index of its own for titles on PostgreSQL: GIN knows no weights, so a word that stands in most bodies made a question
about titles look at all of them. SQLite's index keeps its columns apart by itself."""

from django.db import migrations

TABLE = "community_postwords"


def lay(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        titles = """ts_filter(vector, '{a,b}'::"char"[])"""
        schema_editor.execute(f"CREATE INDEX {TABLE}_titles ON {TABLE} USING gin (({titles}))")


def take_away(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {TABLE}_titles")


class Migration(migrations.Migration):
    dependencies = [("community", "0012_words_that_wait_elsewhere")]

    operations = [migrations.RunPython(lay, take_away)]
