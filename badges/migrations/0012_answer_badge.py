"""A badge for those whose answers helped, now that answers can be chosen."""

from datetime import UTC, datetime

from django.db import migrations

CODE = "good-answer"
LOOKS = {
    "metal": "silver", "series": "talk", "on_loss": "revoke",
    "medal": {
        "grammar": 1, "shape": "cloud", "motif": "compass", "enamel": "leaf", "ground": "rings", "ribbon": "none",
        "cloth": "stripe", "accent": "gold",
    },
}  # fmt: skip
CRITERIA = {"all": [{"metrics": ["answer_accepted"], "count": "people", "at_least": 3}]}
TEXTS = {
    "vi": ("Người chỉ đường", "Ba người khác nhau chọn lời bạn làm lời đáp.",
           "Ba người lạc giữa sương, và bạn chỉ lối cho cả ba.", ["{have} trên {need} người"]),
    "en": ("Shows the way", "Three different people choose your words as the answer.",
           "Three people stood lost in the mist, and you showed each the way.", ["{have} of {need} people"]),
}  # fmt: skip


def add(apps, schema_editor):
    badge_model = apps.get_model("badges", "Badge")
    badge, made = badge_model.objects.get_or_create(
        code=CODE, defaults={**LOOKS, "position": badge_model.objects.count()}
    )
    if not made:
        return
    for locale, (name, criterion, praise, progress) in TEXTS.items():
        apps.get_model("badges", "BadgeText").objects.create(
            badge=badge, locale=locale, name=name, criterion=criterion, praise=praise, progress=progress
        )
    apps.get_model("badges", "BadgeInForce").objects.create(
        badge=badge, number=1, since=datetime(2026, 1, 1, tzinfo=UTC), criteria=CRITERIA
    )


class Migration(migrations.Migration):
    dependencies = [("badges", "0011_held_badges")]

    # What is in force is part of the proof of awards: going back leaves it.
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
