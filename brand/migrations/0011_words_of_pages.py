"""The words of pages, for finding them.

FTS5 lies over the table on SQLite and is kept in step by triggers; on PostgreSQL a generated column does the same. A
later migration that rebuilds this table on SQLite drops the triggers and has to lay them anew.
"""
# ruff: noqa: S608  (the texts put together here are constants of this file)

import django.db.models.deletion
from django.db import migrations, models

TABLE, KEY = "brand_pagewords", "page_id"
COLUMNS = ("title_fold", "title_exact", "body_fold", "body_exact")
_NAMES = ", ".join(COLUMNS)
_NEW = ", ".join(f"new.{column}" for column in COLUMNS)
_OLD = ", ".join(f"old.{column}" for column in COLUMNS)
_FORGET = f"INSERT INTO {TABLE}_fts({TABLE}_fts, rowid, {_NAMES}) VALUES ('delete', old.{KEY}, {_OLD});"
_LEARN = f"INSERT INTO {TABLE}_fts(rowid, {_NAMES}) VALUES (new.{KEY}, {_NEW});"
SQLITE = (
    f"CREATE VIRTUAL TABLE {TABLE}_fts USING fts5({_NAMES}, content='{TABLE}', content_rowid='{KEY}',"
    " tokenize='unicode61 remove_diacritics 0')",
    f"CREATE TRIGGER {TABLE}_learn AFTER INSERT ON {TABLE} BEGIN {_LEARN} END",
    f"CREATE TRIGGER {TABLE}_forget AFTER DELETE ON {TABLE} BEGIN {_FORGET} END",
    f"CREATE TRIGGER {TABLE}_relearn AFTER UPDATE ON {TABLE} BEGIN {_FORGET} {_LEARN} END",
)
SQLITE_BACK = (
    *(f"DROP TRIGGER IF EXISTS {TABLE}_{name}" for name in ("learn", "forget", "relearn")),
    f"DROP TABLE IF EXISTS {TABLE}_fts",
)
_VECTOR = " || ".join(
    f"setweight(to_tsvector('simple'::regconfig, {column}), '{weight}')"
    for column, weight in zip(COLUMNS, "ABCD", strict=True)
)
POSTGRES = (
    f"ALTER TABLE {TABLE} ADD COLUMN vector tsvector GENERATED ALWAYS AS ({_VECTOR}) STORED",
    f"CREATE INDEX {TABLE}_vector ON {TABLE} USING gin (vector)",
)
POSTGRES_BACK = (f"ALTER TABLE {TABLE} DROP COLUMN vector",)


def lay(apps, schema_editor):
    for statement in POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def take_away(apps, schema_editor):
    for statement in POSTGRES_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("brand", "0010_name_the_cover"), ("wagtailcore", "0098_apitoken")]

    operations = [
        migrations.CreateModel(
            name="PageWords",
            fields=[
                (
                    "page",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="found_words",
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                ("title_fold", models.TextField(blank=True, default="")),
                ("title_exact", models.TextField(blank=True, default="")),
                ("body_fold", models.TextField(blank=True, default="")),
                ("body_exact", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.RunPython(lay, take_away),
    ]
