"""Who stands at the other end of a transfer. On the way back SQLite rebuilds the sealed table, so the seal steps aside."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Named by a path with a digit at its beginning, which `import` cannot say.
seal = import_module("badges.migrations.0015_chain_over_the_ledger")


class Migration(migrations.Migration):
    dependencies = [
        ("badges", "0016_backtests"),
        ("portal", "0017_events_of_other_systems"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, seal.install),
        migrations.AddField(
            model_name="transaction",
            name="counterpart",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="lotuse",
            name="kind",
            field=models.CharField(
                choices=[
                    ("spend", "Spent"),
                    ("hold", "Held"),
                    ("expire", "Expired"),
                    ("clawback", "Taken back"),
                    ("restore", "Given back"),
                    ("transfer", "Passed on"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="transaction",
            index=models.Index(
                condition=models.Q(("counterpart__isnull", False)), fields=["counterpart"], name="transaction_received"
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, seal.remove),
    ]
