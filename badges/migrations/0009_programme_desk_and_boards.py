"""Drafts of the programme, corrections by hand, boards; what tiers ask for moves into a numbered ladder."""

from datetime import UTC, datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def write_down_the_ladder(apps, schema_editor):
    """What the tiers asked for until now becomes the first ladder in force."""
    tiers = apps.get_model("badges", "Tier").objects.order_by("rank")
    steps = [{"code": t.code, "threshold": t.threshold, "percent": t.multiplier_percent} for t in tiers]
    apps.get_model("badges", "LadderInForce").objects.create(
        number=1, since=datetime(2026, 1, 1, tzinfo=UTC), steps={"steps": steps}
    )


def put_the_ladder_back(apps, schema_editor):
    """The newest ladder, on the tiers themselves."""
    newest = apps.get_model("badges", "LadderInForce").objects.order_by("-number").first()
    for step in newest.steps["steps"]:
        rows = apps.get_model("badges", "Tier").objects.filter(code=step["code"])
        rows.update(threshold=step["threshold"], multiplier_percent=step["percent"])


class Migration(migrations.Migration):
    dependencies = [
        ("badges", "0008_starting_badges"),
        ("portal", "0009_tries_of_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BoardWish",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="board_wish",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Told",
            fields=[
                ("subject", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("scope", models.SlugField(max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("rule", "Earning rule"), ("badge", "A badge"), ("ladder", "Tiers")], max_length=8
                    ),
                ),
                ("subject", models.SlugField(max_length=60)),
                ("content", models.JSONField(default=dict)),
                ("texts", models.JSONField(default=dict)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Being written"),
                            ("waiting", "Waits for approval"),
                            ("approved", "Approved"),
                            ("refused", "Sent back"),
                            ("withdrawn", "Laid aside"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("based_on", models.PositiveIntegerField(default=0)),
                ("effective_from", models.DateTimeField(blank=True, null=True)),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("number", models.PositiveIntegerField(blank=True, null=True)),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DraftStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("written", "written"),
                            ("handed_in", "handed in"),
                            ("taken_back", "taken back"),
                            ("approved", "approved"),
                            ("refused", "sent back"),
                            ("withdrawn", "laid aside"),
                            ("applied", "came into force"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=500)),
                ("content", models.JSONField(default=dict)),
                ("texts", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="badges.draft"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Glance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("purpose", models.CharField(blank=True, max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="glances", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LadderInForce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True)),
                ("since", models.DateTimeField()),
                ("steps", models.JSONField(default=dict)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PeriodClosed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.SlugField(blank=True, default="", max_length=60)),
                ("month", models.DateField()),
                ("closed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("scope", "month"), name="period_closed_once")],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveIntegerField()),
                ("score", models.PositiveIntegerField()),
                ("reached_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="places", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="places", to="badges.periodclosed"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(max_length=16, unique=True)),
                ("key", models.CharField(max_length=64, unique=True)),
                ("amount", models.IntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("goodwill", "A thank-you from the house"),
                            ("missed", "Points that were missed"),
                            ("mistake", "A mistake put right"),
                            ("event", "Taking part in an event"),
                            ("abuse", "Against the rules of the programme"),
                        ],
                        max_length=12,
                    ),
                ),
                ("note", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waits for a second person"), ("done", "Posted"), ("refused", "Refused")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, max_length=200)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "point_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="badges.pointtype"
                    ),
                ),
                (
                    "transaction",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="badges.transaction",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["created_at"], name="adjustment_waiting"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True), name="adjustment_not_nothing"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(fields=["kind", "subject", "-id"], name="draft_by_subject"),
        ),
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(
                condition=models.Q(("state__in", ["draft", "waiting"])), fields=["state"], name="draft_open"
            ),
        ),
        migrations.AddIndex(
            model_name="glance",
            index=models.Index(fields=["member", "-at"], name="glance_by_member"),
        ),
        migrations.AddIndex(
            model_name="ladderinforce",
            index=models.Index(fields=["-since", "-number"], name="ladder_in_force_at"),
        ),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(fields=["period", "rank"], name="place_by_rank"),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.UniqueConstraint(fields=("period", "member"), name="place_once"),
        ),
        # Empty for a moment, so that the way back can fill them again.
        migrations.AlterField("tier", "threshold", models.PositiveIntegerField(unique=True, null=True)),
        migrations.AlterField("tier", "multiplier_percent", models.PositiveSmallIntegerField(null=True)),
        migrations.RunPython(write_down_the_ladder, put_the_ladder_back),
        migrations.RemoveField(
            model_name="tier",
            name="multiplier_percent",
        ),
        migrations.RemoveField(
            model_name="tier",
            name="threshold",
        ),
    ]
