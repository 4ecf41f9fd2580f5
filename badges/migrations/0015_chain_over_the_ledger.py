"""Batches of the chain, as `badges/ledger/chain.py` closes them, and the seal over them.

Nothing ever wrote the table that stood here before, so it is made anew instead of changed.
"""
# ruff: noqa: S608  (the texts put together here are constants)

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

# Named by a path with a digit at its beginning, which `import` cannot say.
first = import_module("badges.migrations.0002_seal")

SQLITE = {
    **first.SQLITE,
    "led_ledgerbatch_insert": f"""
CREATE TRIGGER led_ledgerbatch_insert BEFORE INSERT ON badges_ledgerbatch
WHEN EXISTS (SELECT 1 FROM badges_ledgerbatch b WHERE b.id = NEW.id OR b.number = NEW.number)
BEGIN SELECT RAISE(ABORT, '{first.KEPT}'); END""",
    "led_ledgerbatch_update": f"""
CREATE TRIGGER led_ledgerbatch_update BEFORE UPDATE ON badges_ledgerbatch
BEGIN SELECT RAISE(ABORT, '{first.KEPT}'); END""",
    "led_ledgerbatch_delete": f"""
CREATE TRIGGER led_ledgerbatch_delete BEFORE DELETE ON badges_ledgerbatch
BEGIN SELECT RAISE(ABORT, '{first.KEPT}'); END""",
}
POSTGRES_FUNCTIONS = first.POSTGRES_FUNCTIONS
POSTGRES_TRIGGERS = {
    **first.POSTGRES_TRIGGERS,
    "led_ledgerbatch_guard": (
        "badges_ledgerbatch", "BEFORE DELETE OR UPDATE", "FOR EACH ROW", "led_append_only_guard",
    ),
    "led_ledgerbatch_flush": ("badges_ledgerbatch", "BEFORE TRUNCATE", "FOR EACH STATEMENT", "led_flush_guard"),
}  # fmt: skip


def install_statements(vendor):
    """The statements that put the whole seal in place."""
    return first.install_statements(vendor, SQLITE, POSTGRES_FUNCTIONS, POSTGRES_TRIGGERS)


def remove_statements(vendor):
    """The statements that take the whole seal away again."""
    return first.remove_statements(vendor, SQLITE, POSTGRES_FUNCTIONS, POSTGRES_TRIGGERS)


def install(apps, schema_editor):
    # params=None: the bodies hold percent signs of no one.
    for statement in install_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    for statement in remove_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("badges", "0014_tiers_that_come_and_go")]

    operations = [
        migrations.RunPython(first.remove, first.install),
        migrations.DeleteModel(name="LedgerBatch"),
        migrations.CreateModel(
            name="LedgerBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(help_text="from 1, without a gap", unique=True)),
                ("count", models.PositiveIntegerField(help_text="postings in it")),
                ("trial_balance", models.JSONField()),
                ("previous_hash", models.CharField(blank=True, max_length=64)),
                ("hash", models.CharField(max_length=64)),
                ("marks", models.BinaryField()),
                ("at", models.DateTimeField()),
                (
                    "first",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="badges.transaction",
                    ),
                ),
                (
                    "last",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="badges.transaction",
                    ),
                ),
            ],
            options={"verbose_name_plural": "ledger batches"},
        ),
        migrations.RunPython(install, remove),
    ]
