"""The readers' side of the demo world: what members follow, how far they have read, what they keep at hand."""

from typing import TYPE_CHECKING, Any

from community import api as community
from portal.demo import files

if TYPE_CHECKING:
    from portal.demo.loader import World


def plan(world: "World") -> None:
    """Plans every act of `world/reading.toml` at its own time, after the talk that it is about."""
    reading = files.reading()
    for row in reading["read"]:
        world.at(row["at"], lambda r=row: _read(world, r))
    for row in reading["saved"]:
        world.at(row["at"], lambda r=row: _save(world, r))


def follow(world: "World") -> None:
    """What members follow is chosen once the tags are there, so that no old topic comes as news."""
    for row in files.reading()["follows"]:
        community.follow(
            actor=world.members[row["by"]], space=row.get("space", ""), tag=row.get("tag", ""), level=row["level"],
            at=row["at"],
        )  # fmt: skip


def _read(world: "World", row: dict[str, Any]) -> None:
    actor, topic = world.members[row["by"]], world.topics[row["topic"]]
    community.mark_read(actor=actor, topic=topic, number=row["to"] + 1, at=row["at"])


def _save(world: "World", row: dict[str, Any]) -> None:
    post = world.posts[row["topic"], row["post"]]
    community.save_post(actor=world.members[row["by"]], post=post, note=row["note"], at=row["at"])
