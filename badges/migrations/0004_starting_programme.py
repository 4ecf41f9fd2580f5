"""The programme as a new site begins: four tiers, six earning rules. All of it is data that a manager may change."""

from datetime import UTC, datetime

from django.db import migrations

TIERS = [
    ("member", 0, 0, "seedling", 100, "Thành viên", ["Cộng đồng và phòng trò chuyện", "Thẻ thành viên", "Một tách mừng sinh nhật"],
     "Member", ["Community and chat rooms", "Member card", "A birthday cup"]),
    ("silver", 1, 150, "ridge", 110, "Bạc", ["Phòng nếm thử", "Biết sớm mùa thu hoạch mới"],
     "Silver", ["The tasting room", "An early look at new harvests"]),
    ("gold", 2, 1000, "ridge-sun", 125, "Vàng", ["Góc và phòng Vàng", "Mỗi quý một lần giao hàng miễn phí", "Nhóm dùng thử"],
     "Gold", ["The Gold space and room", "One free delivery each quarter", "The beta panel"]),
    ("diamond", 3, 3000, "stone", 150, "Kim cương", ["Một ngày ở nương", "Tên trên tường lò rang", "Chọn trước các mẻ nhỏ"],
     "Diamond", ["A day at the farm", "Your name on the roastery wall", "First choice of micro-lots"]),
]  # fmt: skip

_COMMUNITY = {"scope": "group:community", "metric": "status", "limit": 200, "window": "year", "on_exceed": "trim"}


def _times(limit, scope="rule", window="day"):
    return {"scope": scope, "metric": "times", "limit": limit, "window": window, "on_exceed": "reject"}


RULES = [
    ("join", "member_joined", {"beneficiary": "member", "points": {"spend": 20, "status": 10}, "caps": [_times(1, window="ever")]},
     "Vào nhà", "Trao một lần, khi bạn xác nhận địa chỉ.", "Joining", "Given once, when you confirm your address."),
    ("story-read", "story_read",
     {"beneficiary": "member", "points": {"spend": 5, "status": 5}, "caps": [_times(3), _times(1, "subject", "ever")]},
     "Đọc hết một câu chuyện", "Mỗi chuyện một lần, mỗi ngày nhiều nhất ba chuyện.",
     "Reading a story to its end", "Once a story, at most three a day."),
    ("topic", "topic_started",
     {"beneficiary": "author", "points": {"spend": 5, "status": 2, "rep": 2}, "caps": [_times(2), _COMMUNITY],
      "wait": {"kind": "responders", "needed": 2, "days": 7}},
     "Mở một chuyện", "Chờ hai người khác hưởng ứng trong bảy ngày. Mỗi ngày hai lần.",
     "Starting a topic", "Waits until two other people answer within seven days. Twice a day."),
    ("reply", "reply_posted",
     {"beneficiary": "author", "points": {"spend": 3, "status": 1, "rep": 1}, "caps": [_times(10), _COMMUNITY],
      "wait": {"kind": "responders", "needed": 1, "days": 7}},
     "Trả lời", "Chờ một người khác hưởng ứng trong bảy ngày. Mỗi ngày mười lần.",
     "Replying", "Waits until one other person answers within seven days. Ten times a day."),
    ("reaction", "reaction_added",
     {"beneficiary": "author", "points": {"spend": 2, "status": 1, "rep": 2}, "exclude_self": True,
      "caps": [_times(20), _times(3, "giver"), _COMMUNITY], "wait": {"kind": "givers", "needed": 5, "last": 10, "days": 60}},
     "Được hưởng ứng", "Mỗi ngày hai mươi lần, từ cùng một người ba lần. Chờ khi mười lần gần nhất đến từ dưới năm người.",
     "Being answered with a reaction",
     "Twenty a day, three from the same person. Waits while your last ten came from fewer than five people."),
    ("chat-day", "talked_in_chat",
     {"beneficiary": "member", "points": {"spend": 3, "status": 1, "rep": 1}, "caps": [_times(1), _COMMUNITY]},
     "Trò chuyện trong ngày", "Mỗi ngày một lần, cho lời đầu tiên.", "Talking in chat that day", "Once a day, for the first words."),
]  # fmt: skip


def begin(apps, schema_editor):
    tier_model, tier_text = apps.get_model("badges", "Tier"), apps.get_model("badges", "TierText")
    for code, rank, threshold, mark, percent, name_vi, perks_vi, name_en, perks_en in TIERS:
        tier = tier_model.objects.create(
            code=code, rank=rank, threshold=threshold, mark=mark, multiplier_percent=percent
        )
        tier_text.objects.create(tier=tier, locale="vi", name=name_vi, perks=perks_vi)
        tier_text.objects.create(tier=tier, locale="en", name=name_en, perks=perks_en)
    rule_model, rule_text = apps.get_model("badges", "EarningRule"), apps.get_model("badges", "RuleText")
    in_force = apps.get_model("badges", "RuleInForce")
    for position, (code, event, definition, name_vi, why_vi, name_en, why_en) in enumerate(RULES):
        rule = rule_model.objects.create(code=code, event_name=event, position=position)
        rule_text.objects.create(rule=rule, locale="vi", name=name_vi, explanation=why_vi)
        rule_text.objects.create(rule=rule, locale="en", name=name_en, explanation=why_en)
        in_force.objects.create(rule=rule, number=1, since=datetime(2026, 1, 1, tzinfo=UTC), definition=definition)


class Migration(migrations.Migration):
    dependencies = [("badges", "0003_point_types")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
