"""The badges a new site begins with: sixteen, each earned by what members do there today. All of it is data."""

from datetime import UTC, datetime

from django.db import migrations

ACTS = ["story_read", "topic_started", "reply_posted", "reaction_given", "chat_day"]


def _do(count, at_least, *metrics, **more):
    return {"metrics": list(metrics), "count": count, "at_least": at_least, **more}


def _medal(shape, motif, enamel, ground="rays", ribbon="none", cloth="stripe", accent="cherry"):
    return {
        "grammar": 1, "shape": shape, "motif": motif, "enamel": enamel, "ground": ground, "ribbon": ribbon,
        "cloth": cloth, "accent": accent,
    }  # fmt: skip


# One silhouette for each series: arch at home, tile reading, cloud talking (a bell where it is live), lotus thanks,
# disc days, star the rare.
BADGES = [
    {"code": "threshold", "metal": "bronze", "series": "home", "medal": _medal("arch", "key", "leaf", "rings"),
     "loud": False, "criteria": [_do("times", 1, "joined")],
     "vi": ("Bước qua cửa", "Xác nhận địa chỉ và vào nhà.", "Bạn đã vào nhà. Ghế của bạn kê cạnh bếp.", [""]),
     "en": ("Over the threshold", "Confirm your address and come in.",
            "You came in. Your chair stands by the stove.", [""])},
    {"code": "name-and-face", "metal": "bronze", "series": "home", "medal": _medal("arch", "lantern", "plum"),
     "criteria": [_do("times", 1, "profile_completed")],
     "vi": ("Có tên có mặt", "Kể đủ về mình: tên, gương mặt, vài lời, ngôn ngữ và múi giờ.",
            "Giờ cả nhà biết gọi bạn là gì.", [""]),
     "en": ("A name and a face", "Tell who you are in full: name, face, a few words, language and time.",
            "Now the house knows what to call you.", [""])},
    {"code": "ridge", "metal": "silver", "series": "home",
     "medal": _medal("shield", "mountain", "dusk", "mist", "bar", "ladder"),
     "criteria": [_do("times", 1, "tier_reached")],
     "vi": ("Lên tới sườn mây", "Lên một hạng, lần đầu tiên.", "Bạn đã đi hết con dốc đầu. Từ đây nhìn thấy cả thung.",
            [""]),
     "en": ("Up to the ridge", "Rise by a tier, for the first time.",
            "The first slope lies behind you. From here one sees the whole valley.", [""])},
    {"code": "first-page", "metal": "bronze", "series": "reading", "medal": _medal("tile", "book", "roast", "weave"),
     "criteria": [_do("targets", 1, "story_read")],
     "vi": ("Trang đầu tiên", "Đọc hết một câu chuyện.", "Bạn đã đọc tới dòng cuối. Người kể biết và vui.", [""]),
     "en": ("The first page", "Read a story to its end.", "You read to the last line. Whoever told it is glad.", [""])},
    {"code": "last-line", "metal": "silver", "series": "reading",
     "medal": _medal("tile", "tea", "leaf", "weave", "tassel"), "criteria": [_do("targets", 5, "story_read")],
     "vi": ("Đọc đến dòng cuối", "Đọc hết năm câu chuyện khác nhau.",
            "Năm câu chuyện, không bỏ dở câu nào. Mời bạn một ấm trà.", ["{have} trên {need} câu chuyện"]),
     "en": ("To the last line", "Read five different stories to their end.",
            "Five stories, none of them left halfway. Have a pot of tea.", ["{have} of {need} stories"])},
    {"code": "first-words", "metal": "bronze", "series": "talk", "medal": _medal("cloud", "speech", "leaf", "rings"),
     "on_loss": "revoke", "criteria": [_do("people", 1, "reply_posted")],
     "vi": ("Lời đầu tiên", "Trả lời trong chuyện của một người khác.", "Có người hỏi, và bạn đã đáp.", [""]),
     "en": ("First words", "Answer in somebody else's topic.", "Somebody asked, and you answered.", [""])},
    {"code": "good-talk", "metal": "silver", "series": "talk", "medal": _medal("cloud", "gong", "plum", "rings"),
     "on_loss": "revoke", "criteria": [_do("targets", 5, "reply_received")],
     "vi": ("Người mở chuyện", "Mở năm chuyện mà người khác góp lời.", "Năm lần bạn mở lời, năm lần cả nhà ngồi lại.",
            ["{have} trên {need} chuyện có người góp lời"]),
     "en": ("Starts good talk", "Open five topics that others answered.",
            "Five times you began, and five times people sat down.", ["{have} of {need} topics that were answered"])},
    {"code": "bridge", "metal": "gold", "series": "talk", "medal": _medal("cloud", "bridge", "dusk", "mist"),
     "on_loss": "revoke", "criteria": [_do("people", 10, "reply_posted")],
     "vi": ("Người bắc cầu", "Trả lời trong chuyện của mười người khác nhau.",
            "Mười người hỏi, mười nhịp cầu bạn bắc sang.", ["{have} trên {need} người"]),
     "en": ("Bridge builder", "Answer in topics of ten different people.",
            "Ten people asked, and you built ten spans across.", ["{have} of {need} people"])},
    {"code": "hearth", "metal": "silver", "series": "talk", "medal": _medal("bell", "flame", "roast"),
     "criteria": [_do("days", 10, "chat_day")],
     "vi": ("Quen hơi bếp", "Trò chuyện trong phòng vào mười ngày khác nhau.",
            "Mười ngày bạn ghé bếp. Chỗ ngồi đã quen hơi.", ["{have} trên {need} ngày"]),
     "en": ("Known at the hearth", "Talk in the chat on ten different days.",
            "Ten days you came by the fire. The seat knows you.", ["{have} of {need} days"])},
    {"code": "first-cup", "metal": "bronze", "series": "thanks", "medal": _medal("lotus", "cup", "cherry"),
     "criteria": [_do("people", 1, "reaction_received")],
     "vi": ("Chén trà đầu", "Có một người hưởng ứng lời của bạn.", "Có người đọc lời bạn và thấy ấm lòng.", [""]),
     "en": ("The first cup", "Somebody reacts to your words.", "Somebody read your words and was warmed.", [""])},
    {"code": "kept-words", "metal": "silver", "series": "thanks",
     "medal": _medal("lotus", "quill", "dusk", "mist", accent="gold"), "per_target": True, "on_loss": "revoke",
     "criteria": [_do("people", 5, "reaction_received")],
     "vi": ("Lời đáng giữ", "Năm người khác nhau hưởng ứng cùng một lời của bạn. Mỗi lời một lần.",
            "Năm người muốn giữ lại lời này.", ["{have} trên {need} người, cho cùng một lời"]),
     "en": ("Words worth keeping", "Five different people react to the same words of yours. Once for each post.",
            "Five people want to keep these words.", ["{have} of {need} people, on one post"])},
    {"code": "both-hands", "metal": "gold", "series": "thanks",
     "medal": _medal("lotus", "giving", "cherry", "rays", "tassel", accent="leaf"),
     "criteria": [_do("people", 10, "reaction_given"), _do("people", 10, "reaction_received")],
     "vi": ("Trao bằng hai tay", "Hưởng ứng lời của mười người, và được mười người hưởng ứng.",
            "Bạn cho và nhận đều bằng hai tay.", ["{have} trên {need} người bạn hưởng ứng",
                                                  "{have} trên {need} người hưởng ứng bạn"]),
     "en": ("Given with both hands", "React to the words of ten people, and have ten people react to yours.",
            "You give and take with both hands.", ["{have} of {need} people you thanked",
                                                   "{have} of {need} people who thanked you"])},
    {"code": "seven-days", "metal": "bronze", "series": "days", "medal": _medal("disc", "steps", "dusk", "ridge"),
     "criteria": [_do("streak", 7, *ACTS)],
     "vi": ("Bảy ngày không vội", "Ghé nhà bảy ngày liền: đọc hết một chuyện, nói, đáp hay hưởng ứng một lời.",
            "Bảy ngày liền, ngày nào cũng có dấu dép trước cửa.", ["{have} trên {need} ngày liền"]),
     "en": ("Seven unhurried days", "Come by seven days in a row: finish a story, say, answer or react to a word.",
            "Seven days in a row there were sandals at the door.", ["{have} of {need} days in a row"])},
    {"code": "whole-moon", "metal": "gold", "series": "days", "medal": _medal("disc", "moon", "ink", "rays"),
     "criteria": [_do("days", 20, *ACTS, within_days=29)],
     "vi": ("Trọn tuần trăng", "Ghé nhà hai mươi ngày trong một tuần trăng, tức hai mươi chín ngày.",
            "Trăng tròn rồi khuyết, bạn vẫn ghé.", ["{have} trên {need} ngày trong một tuần trăng"]),
     "en": ("A whole moon", "Come by on twenty days within one moon, which is twenty-nine days.",
            "The moon waxed and waned, and you kept coming.", ["{have} of {need} days within one moon"])},
    {"code": "year-ring", "metal": "silver", "series": "days",
     "medal": _medal("disc", "ring12", "leaf", "rays", "bar", "ladder"), "per_target": True,
     "criteria": [_do("times", 1, "year_here")],
     "vi": ("Thêm một vòng năm", "Ở cùng nhà tròn một năm. Mỗi năm một lần.",
            "Thêm một năm bạn ở lại. Cảm ơn bạn.", [""]),
     "en": ("A ring of the year", "Be here for a whole year. Once every year.",
            "One more year that you stayed. Thank you.", [""])},
    {"code": "late-lamp", "metal": "bronze", "series": "rare", "secret": True,
     "medal": _medal("star", "lantern", "ink", "rays", "tails", "brocade"),
     "criteria": [_do("days", 3, *ACTS, hours=[0, 4])],
     "vi": ("Đèn khuya", "Ghé nhà ba đêm khác nhau, từ nửa đêm đến trước bốn giờ sáng.",
            "Cả nhà ngủ rồi mà đèn bạn còn sáng.", ["{have} trên {need} đêm"],
            "Có người chỉ ghé khi cả nhà đã ngủ."),
     "en": ("The late lamp", "Come by on three different nights, between midnight and four in the morning.",
            "The house slept, and your lamp was still lit.", ["{have} of {need} nights"],
            "Some only come by when the house is asleep.")},
]  # fmt: skip


def begin(apps, schema_editor):
    badge_model, text_model = apps.get_model("badges", "Badge"), apps.get_model("badges", "BadgeText")
    in_force = apps.get_model("badges", "BadgeInForce")
    for position, data in enumerate(BADGES):
        plain = ("code", "metal", "series", "medal", "loud", "secret", "per_target", "on_loss")
        badge = badge_model.objects.create(position=position, **{key: data[key] for key in plain if key in data})
        for locale in ("vi", "en"):
            name, criterion, praise, progress, *hint = data[locale]
            text_model.objects.create(
                badge=badge, locale=locale, name=name, criterion=criterion, praise=praise, progress=progress,
                hint=hint[0] if hint else "",
            )  # fmt: skip
        in_force.objects.create(
            badge=badge, number=1, since=datetime(2026, 1, 1, tzinfo=UTC), criteria={"all": data["criteria"]}
        )


class Migration(migrations.Migration):
    dependencies = [("badges", "0007_badges_and_what_counts")]

    # What is in force is part of the proof of awards: going back leaves it.
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
