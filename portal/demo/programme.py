"""The programme's desk of the demo world: a change that was approved, some that wait, corrections, and the boards."""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from badges import api as badges
from community import api as community
from portal.accounts.models import Member
from portal.core.clock import now
from portal.demo import files

APPROVED_AT = datetime(2026, 9, 21, 3, 15, tzinfo=UTC)
WAITS_SINCE = datetime(2026, 11, 19, 8, 40, tzinfo=UTC)
SEGMENTS_AT = datetime(2026, 10, 5, 2, 30, tzinfo=UTC)
# Code, name, and who is in it.
SEGMENTS: tuple[tuple[str, str, list[dict[str, Any]]], ...] = (
    ("hay-giup", "Hay giúp người khác", [{"what": "did", "value": "reply_posted", "number": 3, "days": 30}]),
    (
        "moi-ve",
        "Mới về, còn hay ghé",
        [{"what": "joined_within", "days": 60}, {"what": "active_days", "number": 2, "days": 14}],
    ),
)
# Three who thank each other day after day, and the night in which that was found.
RING, RING_FOUND = ("oanh", "phuc", "vinh"), datetime(2026, 11, 20, 17, 5, tzinfo=UTC)
STORY_WORDS = {
    "vi": {
        "name": "Đọc hết một câu chuyện",
        "explanation": "Mỗi chuyện một lần, mỗi ngày nhiều nhất ba chuyện. Đọc tiếng nào cũng tính.",
    },
    "en": {
        "name": "Reading a story to its end",
        "explanation": "Once a story, at most three a day. Either language counts.",
    },
}
NEW_BADGE: dict[str, Any] = {
    "metal": "silver", "series": "thanks", "per_target": False, "on_loss": "keep", "secret": False, "loud": True,
    "medal": {"grammar": 1, "shape": "lotus", "motif": "clasp", "enamel": "gold", "ground": "rays", "ribbon": "none",
              "cloth": "stripe", "accent": "cherry"},
    "criteria": {"all": [{"metrics": ["reaction_received"], "count": "people", "at_least": 8}]}, "backfill": True,
}  # fmt: skip
NEW_BADGE_WORDS = {
    "vi": {
        "name": "Tám bàn tay",
        "criterion": "Được tám người khác nhau hưởng ứng.",
        "praise": "Tám người, tám cái nắm tay.",
        "hint": "",
        "progress": ["{have} trên {need} người"],
    },
    "en": {
        "name": "Eight hands",
        "criterion": "Eight different people reacted to your words.",
        "praise": "Eight people, eight handshakes.",
        "hint": "",
        "progress": ["{have} of {need} people"],
    },
}


CAMPAIGN_AT = datetime(2026, 11, 14, 9, 10, tzinfo=UTC)
# Whole days of the programme zone: from the 16th on, to the end of December; and the week of Tết.
CAMPAIGN_RUNS = (datetime(2026, 11, 15, 17, 0, tzinfo=UTC), datetime(2026, 12, 31, 17, 0, tzinfo=UTC))
TET = (datetime(2027, 2, 5, 17, 0, tzinfo=UTC), datetime(2027, 2, 12, 17, 0, tzinfo=UTC))
CAMPAIGN: dict[str, Any] = {
    "rules": ["reply"], "types": ["spend"], "times": "3/2", "tiers": {"gold": "2", "diamond": "2"},
    "scopes": ["may-rang"], "budget": {"type": "spend", "limit": 2000, "on_exceed": "trim"},
}  # fmt: skip
CAMPAIGN_WORDS = {
    "vi": {
        "name": "Mùa rang mới, lời đáp ấm hơn",
        "explanation": "Lời đáp ở các góc của Mây Rang được gấp rưỡi Hạt; hạng Vàng và Kim cương được gấp đôi.",
    },
    "en": {
        "name": "New roast, warmer words",
        "explanation": "Replies in Mây Rang’s corners pay half as many Hạt again; Gold and Diamond get them twice.",
    },
}
TET_CAMPAIGN: dict[str, Any] = {
    "rules": ["reply"], "types": ["spend"], "times": "2", "scopes": ["may-tra"],
    "budget": {"type": "spend", "limit": 5000, "on_exceed": "trim"},
}  # fmt: skip
TET_WORDS = {
    "vi": {"name": "Bàn trà ngày Tết", "explanation": "Tuần Tết, mỗi lời đáp có ích ở bàn trà được gấp đôi Hạt."},
    "en": {
        "name": "The tea table at Tết",
        "explanation": "In the week of Tết every helpful reply at the tea table pays its Hạt twice.",
    },
}


class World(Protocol):
    """What is needed of the loading: who is who, and a place in time for each act."""

    members: dict[str, Member]
    posts: dict[tuple[str, int], Any]

    def at(self, when: datetime, act: Any) -> None:
        """Plans an act."""


def plan(world: World) -> None:
    """Plans the desk's acts, each at its own past time."""
    by_role = {p["role"]: world.members[p["key"]] for p in files.people() if p["role"]}
    manager, approver = by_role["manager"], by_role["approver"]
    for place, person in enumerate(p for p in files.people() if not p["role"]):
        if place % 4 != 3:  # most wish to be seen, some do not
            member, at = world.members[person["key"]], person["joined"]
            world.at(at, lambda m=member, a=at: _stand(m, a))
    world.at(APPROVED_AT, lambda: _approved(manager, approver))
    world.at(SEGMENTS_AT, lambda: _segments(manager))
    for week in range(1, 7):
        at = SEGMENTS_AT + timedelta(weeks=week)
        world.at(at, lambda a=at: badges.follow_segments(a))
    _ring(world)
    world.at(CAMPAIGN_AT, lambda: _campaign(manager, approver))
    world.at(CAMPAIGN_RUNS[0], lambda: badges.begin_due(CAMPAIGN_RUNS[0]))
    world.at(WAITS_SINCE, lambda: _waiting(manager))
    world.at(WAITS_SINCE, lambda: _corrections(manager, world.members["linh"], world.members["dung"]))


def _ring(world: World) -> None:
    """Each of three thanks two words of each of the others on four days; then the calendar looks."""
    for place, giver in enumerate(RING):
        for receiver in RING:
            for number, where in enumerate(_words_of(receiver)[:8] if receiver != giver else ()):
                at = RING_FOUND - timedelta(days=4 - number // 2, hours=3 - place, minutes=7 * number)
                world.at(at, lambda g=giver, w=where, a=at: community.react(
                    actor=world.members[g], post=world.posts[w], kind="tea", at=a, live=False
                ))  # fmt: skip
    world.at(RING_FOUND, lambda: badges.look_for_rings(RING_FOUND, at=RING_FOUND))


def _words_of(key: str) -> list[tuple[str, int]]:
    """What somebody said in rooms that are open to everybody and that none of the three has thanked for."""
    closed = {space["slug"] for space in files.spaces() if space.get("rank")}
    found = []
    for topic in files.topics():
        said = [topic, *topic["replies"]]
        for number, post in enumerate(said if topic["space"] not in closed else ()):
            thanked = {reaction["by"] for reaction in post.get("reactions", [])}
            if post.get("author", post.get("by")) == key and post["at"] < RING_FOUND and not thanked & set(RING):
                found.append((topic["key"], number))
    return found


def follow(world: World) -> None:
    """What is done once everything has happened: a draft is rehearsed on all of it."""
    [manager] = [world.members[p["key"]] for p in files.people() if p["role"] == "manager"]
    badges.rehearse(actor=manager, kind="rule", subject="chat-day", days=90, at=now())


def _stand(member: Member, at: datetime) -> None:
    """Read anew: she had not joined when the world was planned."""
    badges.stand_on_boards(actor=Member.objects.get(pk=member.pk), at=at)


def _approved(manager: Member, approver: Member) -> None:
    note = "Nói rõ rằng đọc tiếng Việt hay tiếng Anh đều tính."
    draft = badges.propose(
        actor=manager, kind="rule", subject="story-read", at=APPROVED_AT, note=note, texts=STORY_WORDS, hand_in=True
    )
    badges.approve(actor=approver, draft_id=draft, at=APPROVED_AT)


def _segments(manager: Member) -> None:
    for code, name, parts in SEGMENTS:
        whole = {"mode": "all", "parts": parts}
        badges.write_segment(actor=manager, code=code, name=name, definition=whole, at=SEGMENTS_AT)
    badges.follow_segments(SEGMENTS_AT)


def _waiting(manager: Member) -> None:
    badges.propose(
        actor=manager, kind="badge", subject="eight-hands", at=WAITS_SINCE, content=NEW_BADGE, texts=NEW_BADGE_WORDS,
        note="Cho những người được nhiều người quý, không cần viết nhiều.", hand_in=True,
    )  # fmt: skip
    badges.propose(
        actor=manager, kind="campaign", subject="tea-table-at-tet", at=WAITS_SINCE, note="Tết này thử ở bàn trà trước.",
        content={"definition": TET_CAMPAIGN}, texts=TET_WORDS, since=TET[0], until=TET[1],
    )  # fmt: skip
    once = {"scope": "rule", "metric": "times", "limit": 1, "window": "day", "on_exceed": "reject"}
    talk = {"scope": "group:community", "metric": "status", "limit": 200, "window": "year", "on_exceed": "trim"}
    points = {"beneficiary": "member", "points": {"spend": 4, "status": 1, "rep": 1}, "caps": [once, talk]}
    badges.propose(
        actor=manager, kind="rule", subject="chat-day", at=WAITS_SINCE, content={"definition": points},
        note="Mùa lạnh, thử trả thêm một Hạt cho lời đầu ngày.",
    )  # fmt: skip


def _campaign(manager: Member, approver: Member) -> None:
    draft = badges.propose(
        actor=manager, kind="campaign", subject="new-roast", at=CAMPAIGN_AT, content={"definition": CAMPAIGN},
        texts=CAMPAIGN_WORDS, note="Mẻ rang mới về, mời mọi người chỉ nhau cách pha.", hand_in=True,
        since=CAMPAIGN_RUNS[0], until=CAMPAIGN_RUNS[1],
    )  # fmt: skip
    badges.approve(actor=approver, draft_id=draft, at=CAMPAIGN_AT)


def _corrections(manager: Member, small: Member, large: Member) -> None:
    for member, amount, note, key in (
        (small, 8, "Phin bị nứt lúc giao, Mây xin lỗi", "demo:correction:1"),
        (large, 600, "Dẫn ba buổi nếm thử ở nương", "demo:correction:2"),
    ):
        badges.correct(
            actor=manager, member_id=member.pk, point_type="spend", amount=amount,
            reason="goodwill" if amount < 500 else "event", note=note, key=key, at=WAITS_SINCE,
        )  # fmt: skip
