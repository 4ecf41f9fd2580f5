"""The moderation log is only added to: the database itself refuses to change or delete a row.

A later migration that rebuilds the table on SQLite has to call `remove` before and `install` after.
"""
# ruff: noqa: S608  (the texts put together here are constants of this file)

from django.db import migrations

KEPT = "moderation log: rows are only added"
TABLE = "community_moderationentry"

# INSERT OR REPLACE deletes without the delete trigger on SQLite, so the insert trigger looks for itself.
SQLITE = {
    "moderation_log_insert": f"""
CREATE TRIGGER moderation_log_insert BEFORE INSERT ON {TABLE}
WHEN EXISTS (SELECT 1 FROM {TABLE} e WHERE e.id = NEW.id)
BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
    "moderation_log_update": f"""
CREATE TRIGGER moderation_log_update BEFORE UPDATE ON {TABLE}
BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
    "moderation_log_delete": f"""
CREATE TRIGGER moderation_log_delete BEFORE DELETE ON {TABLE}
BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
}
POSTGRES = [
    f"""CREATE OR REPLACE FUNCTION moderation_log_guard() RETURNS trigger LANGUAGE plpgsql AS $log$
BEGIN RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'integrity_constraint_violation'; END$log$""",
    f"CREATE TRIGGER moderation_log_guard BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION moderation_log_guard()",
    f"CREATE TRIGGER moderation_log_flush BEFORE TRUNCATE ON {TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION moderation_log_guard()",
]


def install_statements(vendor):
    """The statements that put the guard in place on a database of this vendor."""
    return [sql.strip() for sql in SQLITE.values()] if vendor == "sqlite" else POSTGRES


def remove_statements(vendor):
    """The statements that take the guard away again."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}" for name in SQLITE]
    return [
        f"DROP TRIGGER IF EXISTS moderation_log_guard ON {TABLE}",
        f"DROP TRIGGER IF EXISTS moderation_log_flush ON {TABLE}",
        "DROP FUNCTION IF EXISTS moderation_log_guard()",
    ]


def install(apps, schema_editor):
    for statement in install_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    for statement in remove_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("community", "0002_moderation")]

    operations = [migrations.RunPython(install, remove)]
