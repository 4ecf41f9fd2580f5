"""What keeps the talk kind in the demo world: rules of the filter, a report that waits, a decision, a reminder."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from community import api as community
from portal.accounts.models import Member
from portal.core.clock import now
from portal.demo import files

if TYPE_CHECKING:
    from portal.demo.loader import World


def plan(world: "World") -> None:
    """Plans the acts of `moderation.toml`, each at its own time, and the reckoning of trust levels at the end."""
    given = files.moderation()
    keeper = world.members[given["moderator"]]
    begun = min(row["at"] for row in given["sanctions"])
    for number, rule in enumerate(given["rules"]):
        when = begun - timedelta(days=1, minutes=number)
        world.at(when, lambda r=rule, t=when: community.moderation.save_rule(actor=keeper, at=t, **r))
    for row in given["reports"]:
        world.at(row["at"], lambda r=row: _report(world, r, r["at"]))
    for row in given["sanctions"]:
        world.at(row["at"], lambda r=row: _sanction(world, keeper, r, r["at"]))
    for row in given["waiting"]:
        world.at(row["at"], lambda r=row: _hold(world, r, r["at"]))
    world.at(now(), lambda: community.moderation.reckon(at=now()))


def _report(world: "World", row: dict[str, Any], at: datetime) -> None:
    post = world.posts[row["topic"], row["number"]]
    for number, who in enumerate(row["by"]):
        community.moderation.report(
            actor=world.members[who], kind="post", public_id=post.public_id, reason=row["reason"],
            words=row["words"] if number == 0 else "", at=at + timedelta(minutes=number),
        )  # fmt: skip


def _sanction(world: "World", keeper: Member, row: dict[str, Any], at: datetime) -> None:
    community.moderation.sanction(
        actor=keeper, member=world.members[row["member"]].public_id, kind=row["kind"], template=row["template"],
        reason=row["reason"], hours=row.get("hours"), at=at,
    )  # fmt: skip


def _hold(world: "World", row: dict[str, Any], at: datetime) -> None:
    author, topic = world.members[row["member"]], world.topics[row["topic"]]
    community.keep_waiting(actor=author, topic=topic, source=row["body"], key=f"demo:waits:{row['topic']}", at=at)
