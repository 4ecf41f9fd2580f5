import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

VERBS = [
    ("topic", "Topic"), ("reply", "Reply"), ("edit", "Changed post"), ("message", "Message"),
    ("reword", "Changed message"), ("profile", "Words about oneself"), ("name", "Name"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0011_topics_joined_with_others"),
    ]

    operations = [
        migrations.AlterField(
            model_name="held",
            name="verb",
            field=models.CharField(choices=VERBS, max_length=8),
        ),
        migrations.AlterField(
            model_name="held",
            name="space",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="community.space"
            ),
        ),
        migrations.AddField(
            model_name="held",
            name="room",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="community.room"
            ),
        ),
        migrations.AddField(
            model_name="held",
            name="about",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AddField(
            model_name="held",
            name="before",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="held",
            name="message",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="community.message"
            ),
        ),
        migrations.AddConstraint(
            model_name="held",
            constraint=models.UniqueConstraint(
                condition=Q(state="waiting") & ~Q(about=""), fields=("author", "about"), name="held_one_change"
            ),
        ),
    ]
