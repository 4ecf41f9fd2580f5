"""A rule that the starting programme lacked: thanks for an answer that helped."""

from datetime import UTC, datetime

from django.db import migrations

DEFINITION = {
    "beneficiary": "helper",
    "points": {"spend": 15, "status": 10, "rep": 10},
    "caps": [
        {"scope": "rule", "metric": "times", "limit": 5, "window": "day", "on_exceed": "reject"},
        {"scope": "group:community", "metric": "status", "limit": 200, "window": "year", "on_exceed": "trim"},
    ],
    "wait": {"kind": "time", "hours": 24},
}
TEXTS = [
    ("vi", "Lời đáp được chọn", "Khi người hỏi chọn lời của bạn. Chờ một ngày. Mỗi ngày năm lần; chuyện của mình thì không."),
    ("en", "An answer that was chosen", "When whoever asked chooses your words. Waits a day. Five a day; not in one's own question."),
]  # fmt: skip


def add(apps, schema_editor):
    rule_model, rule_text = apps.get_model("badges", "EarningRule"), apps.get_model("badges", "RuleText")
    rule, made = rule_model.objects.get_or_create(
        code="answer", defaults={"event_name": "answer_accepted", "position": rule_model.objects.count()}
    )
    if not made:
        return
    for locale, name, explanation in TEXTS:
        rule_text.objects.create(rule=rule, locale=locale, name=name, explanation=explanation)
    apps.get_model("badges", "RuleInForce").objects.create(
        rule=rule, number=1, since=datetime(2026, 1, 1, tzinfo=UTC), definition=DEFINITION
    )


class Migration(migrations.Migration):
    dependencies = [("badges", "0009_programme_desk_and_boards")]

    # What is in force is part of the proof of postings: going back leaves it.
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
