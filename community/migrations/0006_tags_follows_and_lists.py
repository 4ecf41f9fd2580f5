import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0005_words_of_posts"),
        ("portal", "0014_held_badges"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FeedKey",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="feed_key",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("nonce", models.CharField(max_length=32)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="TagWatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Muted"),
                            (1, "Normal"),
                            (2, "Tracking"),
                            (3, "Watching new topics"),
                            (4, "Watching"),
                        ]
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="space",
            name="read_badge",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="space",
            name="read_roles",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="space",
            name="write_badge",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="space",
            name="write_roles",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="topic",
            name="hot_score",
            field=models.FloatField(default=0),
        ),
        migrations.AddField(
            model_name="topic",
            name="last_number",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="topic",
            name="ranked_version",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="topic",
            name="reader_count",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="topic",
            name="top_score",
            field=models.FloatField(default=0),
        ),
        # What was there before waits under another name until the next migration has carried it over.
        migrations.RenameField(model_name="topic", old_name="tags", new_name="old_tags"),
        migrations.RenameField(model_name="watch", old_name="level", new_name="old_level"),
        migrations.AddField(
            model_name="watch",
            name="level",
            field=models.PositiveSmallIntegerField(
                choices=[(0, "Muted"), (1, "Normal"), (2, "Tracking"), (3, "Watching new topics"), (4, "Watching")],
                default=2,
            ),
        ),
        migrations.CreateModel(
            name="Bookmark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note", models.CharField(blank=True, max_length=300)),
                ("remind_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bookmarks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bookmarks", to="community.post"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SpaceWatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Muted"),
                            (1, "Normal"),
                            (2, "Tracking"),
                            (3, "Watching new topics"),
                            (4, "Watching"),
                        ]
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="space_watches",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "space",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="watches", to="community.space"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=30)),
                ("fold", models.CharField(max_length=60, unique=True)),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="topic",
            index=models.Index(
                condition=models.Q(("hidden_at", None)),
                fields=["-last_posted_at", "-id"],
                name="topic_latest_everywhere",
            ),
        ),
        migrations.AddIndex(
            model_name="topic",
            index=models.Index(
                condition=models.Q(("hidden_at", None)), fields=["-created_at", "-id"], name="topic_newest"
            ),
        ),
        migrations.AddIndex(
            model_name="topic",
            index=models.Index(
                condition=models.Q(("hidden_at", None)), fields=["-hot_score", "-id"], name="topic_hottest"
            ),
        ),
        migrations.AddIndex(
            model_name="topic",
            index=models.Index(
                condition=models.Q(("hidden_at", None)), fields=["-top_score", "-id"], name="topic_best"
            ),
        ),
        migrations.AddIndex(
            model_name="topic",
            index=models.Index(
                condition=models.Q(("version", models.F("ranked_version")), _negated=True),
                fields=["id"],
                name="topic_to_rank",
            ),
        ),
        migrations.AddIndex(
            model_name="topic",
            index=models.Index(condition=models.Q(("hot_score__gt", 0)), fields=["id"], name="topic_warm"),
        ),
        migrations.AddField(
            model_name="tagwatch",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="tag_watches", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="tagwatch",
            name="tag",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="watches", to="community.tag"
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="tags",
            field=models.ManyToManyField(blank=True, related_name="topics", to="community.tag"),
        ),
        migrations.AddIndex(
            model_name="bookmark",
            index=models.Index(fields=["member", "-id"], name="bookmark_newest"),
        ),
        migrations.AddIndex(
            model_name="bookmark",
            index=models.Index(
                condition=models.Q(("remind_at__isnull", False)), fields=["remind_at"], name="bookmark_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="bookmark",
            constraint=models.UniqueConstraint(fields=("post", "member"), name="bookmark_once"),
        ),
        migrations.AddConstraint(
            model_name="spacewatch",
            constraint=models.UniqueConstraint(fields=("space", "member"), name="space_watch_once"),
        ),
        migrations.AddConstraint(
            model_name="tagwatch",
            constraint=models.UniqueConstraint(fields=("tag", "member"), name="tag_watch_once"),
        ),
    ]
