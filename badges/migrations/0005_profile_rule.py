"""A rule that the starting programme lacked: thanks for a profile that was told in full."""

from datetime import UTC, datetime

from django.db import migrations

ONCE = {"scope": "rule", "metric": "times", "limit": 1, "window": "ever", "on_exceed": "reject"}
DEFINITION = {"beneficiary": "member", "points": {"spend": 30, "status": 10}, "caps": [ONCE]}
TEXTS = [
    (
        "vi",
        "Kể đủ về mình",
        "Trao một lần, khi có tên, gương mặt, vài lời về bạn, và bạn đã xem ngôn ngữ cùng múi giờ.",
    ),
    (
        "en",
        "A profile told in full",
        "Given once, when there is a name, a face, a few words about you, and you have looked at language and time.",
    ),
]


def add(apps, schema_editor):
    rule_model, rule_text = apps.get_model("badges", "EarningRule"), apps.get_model("badges", "RuleText")
    rule, made = rule_model.objects.get_or_create(
        code="profile", defaults={"event_name": "profile_completed", "position": rule_model.objects.count()}
    )
    if not made:
        return
    for locale, name, explanation in TEXTS:
        rule_text.objects.create(rule=rule, locale=locale, name=name, explanation=explanation)
    apps.get_model("badges", "RuleInForce").objects.create(
        rule=rule, number=1, since=datetime(2026, 1, 1, tzinfo=UTC), definition=DEFINITION
    )


class Migration(migrations.Migration):
    dependencies = [("badges", "0004_starting_programme")]

    # What is in force is part of the proof of postings: going back leaves it.
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
