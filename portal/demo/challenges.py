"""Challenges of the demo world: one that is over, with who finished it, two that run, one that comes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from badges import api as badges
from portal.accounts.models import Member
from portal.core.clock import now, programme_day
from portal.demo import files
from portal.demo.programme import World

APPROVED_AT = datetime(2026, 10, 12, 3, 0, tzinfo=UTC)
OVER_AT = datetime(2026, 11, 2, 0, 30, tzinfo=UTC)
LATELY_AT = datetime(2026, 11, 6, 3, 0, tzinfo=UTC)
# Code, words in both languages, days, and what else it says. Days of the running ones follow the day of the loading.
OVER = (date(2026, 10, 13), date(2026, 11, 1))
BEGUN, LONGEST = date(2026, 11, 7), timedelta(days=360)
WORDS: dict[str, dict[str, dict[str, Any]]] = {
    "mua-ru-re": {
        "vi": {
            "name": "Mùa rủ rê",
            "summary": "Trời se lạnh, nhà cần thêm lời. Đáp lại vài người và cảm ơn một câu bạn thấy ấm.",
            "thanks": "Nhờ bạn mà căn bếp có người ngồi lại lâu hơn.",
            "steps": ["Đáp lời hai lần", "Hưởng ứng một câu của người khác"],
        },
        "en": {
            "name": "The season of asking in",
            "summary": "It turns cold, and the house needs words. Answer some people, and thank one who warmed you.",
            "thanks": "Because of you somebody stayed longer at the stove.",
            "steps": ["Reply twice", "React once to what somebody said"],
        },
    },
    "doc-roi-ke": {
        "vi": {
            "name": "Đọc rồi kể",
            "summary": "Đọc hết hai câu chuyện của núi, rồi mang một lời của bạn vào nhà chung. Lần lượt, không vội.",
            "thanks": "Chuyện chỉ sống khi có người kể tiếp. Cảm ơn bạn.",
            "steps": ["Đọc hết hai câu chuyện", "Đáp lời trong ba chủ đề khác nhau"],
        },
        "en": {
            "name": "Read, then tell",
            "summary": "Read two stories of the mountain to their end, then bring a word of yours, in this order.",
            "thanks": "A story lives while somebody tells it on. Thank you.",
            "steps": ["Read two stories to their end", "Reply in three different topics"],
        },
    },
    "chin-tram-loi": {
        "vi": {
            "name": "Chín trăm lời ấm",
            "summary": "Cả nhà cùng góp chín trăm lời: đáp lại nhau, hưởng ứng nhau. Ai cũng góp sẵn, khỏi bấm gì.",
            "thanks": "Chín trăm lời, có lời của bạn trong đó.",
            "steps": ["Chín trăm lời đáp và hưởng ứng"],
        },
        "en": {
            "name": "Nine hundred warm words",
            "summary": "The whole house brings nine hundred: replies and reactions. Everybody is in it already.",
            "thanks": "Nine hundred words, and yours is among them.",
            "steps": ["Nine hundred replies and reactions"],
        },
    },
    "don-tet": {
        "vi": {
            "name": "Dọn nhà đón Tết",
            "summary": "Bảy ngày liền ghé vào sảnh chung nói một câu, để nhà đầu năm có hơi người.",
            "thanks": "Bảy ngày có bạn. Chúc mừng năm mới.",
            "steps": ["Bảy ngày liền có lời ở sảnh chung"],
        },
        "en": {
            "name": "Making ready for Tết",
            "summary": "Say a word in the hall on seven days in a row, so that the house is warm for the new year.",
            "thanks": "Seven days with you. A happy new year.",
            "steps": ["A word in the hall on seven days in a row"],
        },
    },
}


def plan(world: World) -> None:
    """Plans the acts: written by the manager, approved by the approver, and who takes part."""
    by_role = {p["role"]: world.members[p["key"]] for p in files.people() if p["role"]}
    desk = (by_role["manager"], by_role["approver"])
    today = programme_day(now())
    last = min(today + timedelta(days=12), BEGUN + LONGEST)
    soon = (today + timedelta(days=20), today + timedelta(days=33))
    rest = [_step("reply_posted", "times", 2), _step("reaction_given", "times", 1)]
    world.at(APPROVED_AT, lambda: _approved(desk, APPROVED_AT, "mua-ru-re", OVER, steps=rest, prize={"spend": 20}))
    read = [_step("story_read", "targets", 2), _step("reply_posted", "targets", 3)]
    world.at(
        LATELY_AT,
        lambda: _approved(
            desk, LATELY_AT, "doc-roi-ke", (date(2026, 10, 1), last), steps=read, joining="asked", order="one_by_one",
            prize={"spend": 60, "status": 10}, on_loss="take",
        ),
    )  # fmt: skip
    all_of_us = [{"metrics": ["reply_posted", "reaction_given"], "count": "times", "at_least": 900}]
    world.at(
        LATELY_AT,
        lambda: _approved(
            desk,
            LATELY_AT,
            "chin-tram-loi",
            (BEGUN, last),
            steps=all_of_us,
            together=True,
            share=2,
            prize={"spend": 30},
        ),
    )
    week = [_step("chat_day", "streak", 7)]
    world.at(
        LATELY_AT,
        lambda: _approved(
            desk, LATELY_AT, "don-tet", soon, steps=week, joining="asked", prize={"spend": 80, "status": 20}
        ),
    )
    world.at(OVER_AT, lambda: badges.close_challenges(OVER_AT))
    for place, person in enumerate(p for p in files.people() if not p["role"]):
        at = LATELY_AT + timedelta(hours=5 * place + 1)
        if place % 3 != 2 and person["joined"] < at < now():
            world.at(at, lambda m=world.members[person["key"]], a=at: _take_part(m, a))


def _step(metric: str, count: str, at_least: int) -> dict[str, Any]:
    return {"metrics": [metric], "count": count, "at_least": at_least}


def _approved(desk: tuple[Member, Member], at: datetime, code: str, days: tuple[date, date], **more: Any) -> None:
    first, last = days
    plain: dict[str, Any] = {
        "joining": "all", "order": "any", "together": False, "share": 0, "segments": [], "tiers": [], "on_loss": "keep",
    }  # fmt: skip
    content = plain | {"first": first.isoformat(), "last": last.isoformat()} | more
    draft = badges.propose(
        actor=desk[0], kind="challenge", subject=code, at=at, content=content, texts=WORDS[code],
        note="Cho mùa lạnh: việc nhỏ, có đầu có cuối.", hand_in=True,
    )  # fmt: skip
    badges.approve(actor=desk[1], draft_id=draft, at=at)


def _take_part(member: Member, at: datetime) -> None:
    """Read anew: she had not joined when the world was planned."""
    badges.take_part(actor=Member.objects.get(pk=member.pk), code="doc-roi-ke", at=at)
