import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("badges", "0001_ledger_rules_tiers"),
        ("portal", "0001_members_events_and_streams"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="pointtype",
            name="grace_days",
            field=models.PositiveSmallIntegerField(default=30, help_text="days that late returned points stay valid"),
        ),
        migrations.AddField(
            model_name="transaction",
            name="resolves",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="resolution",
                to="badges.transaction",
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="point_type",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="badges.pointtype"
            ),
        ),
        migrations.AlterField(
            model_name="lot",
            name="point_type",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="badges.pointtype"
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="actor",
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
            model_name="transaction",
            name="member",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="transactions",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="revision",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="badges.ruleinforce",
            ),
        ),
        migrations.AddConstraint(
            model_name="transaction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ["restore", "return"])),
                fields=("reverses",),
                name="transaction_undone_once",
            ),
        ),
    ]
