"""Zones as members asked for them; who settled what waited, and when; givers whose thanks pay nobody."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce


def remember_when(apps, schema_editor):
    """What was settled before is dated by the posting that settled it, else by the day on which its wait ended."""
    pending = apps.get_model("badges", "PendingEarning")
    postings = apps.get_model("badges", "Transaction").objects
    first = {"resolves": OuterRef("transaction")}, {"reverses": OuterRef("transaction"), "kind": "reverse"}
    settled, taken = (Subquery(postings.filter(**by).order_by("id").values("recorded_at")[:1]) for by in first)
    pending.objects.exclude(state="open").update(settled_at=Coalesce(settled, taken, F("until")))


class Migration(migrations.Migration):
    dependencies = [("badges", "0012_answer_badge"), ("portal", "0015_blocks_and_who_may_write")]

    operations = [
        migrations.CreateModel(
            name="ZoneAsk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old", models.CharField(max_length=50)),
                ("new", models.CharField(max_length=50)),
                ("at", models.DateTimeField()),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.domainevent"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["member", "at"], name="zone_ask_by_member")]},
        ),
        migrations.CreateModel(
            name="BarredGiver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.domainevent"
                    ),
                ),
                (
                    "giver",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddField("pendingearning", "version", models.PositiveIntegerField(default=1)),
        migrations.AddField("pendingearning", "settled_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("pendingearning", "note", models.CharField(blank=True, default="", max_length=200)),
        migrations.AddField(
            "pendingearning",
            "decided_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            "pendingearning",
            models.Index(
                condition=models.Q(("state", "open"), _negated=True), fields=["-settled_at"], name="pending_settled"
            ),
        ),
        migrations.RunPython(remember_when, migrations.RunPython.noop),
    ]
