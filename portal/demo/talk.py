"""The chat beside the common hall: threads, thanks, a pin, the other rooms, conversations of a few."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from community import api as community
from portal.demo import files

if TYPE_CHECKING:
    from portal.demo.loader import World

HALL = "sanh-chung"
SECOND_THOUGHT = timedelta(minutes=2)
REGRET = timedelta(minutes=4)


def plan_hall(world: "World", hall: Any, said: int) -> None:
    """Plans what goes on around the hall's messages. `said` is how many messages the hall's own file holds."""
    told = files.around_the_hall()
    for thread in told["threads"]:
        _plan_thread(world, hall, thread, thread["under"] % said)
    for thanks in told["thanks"]:
        _plan_thanks(world, thanks, (HALL, thanks["under"] % said))
    for pin in told["pins"]:
        world.at(pin["at"], lambda p=pin, n=pin["under"] % said: _pin(world, p, n))
    for number, talk in enumerate(told["conversations"]):
        _plan_messages(world, talk["messages"], f"few:{number}", lambda t=talk: _sit_together(world, t))


def plan_room(world: "World", talk: dict[str, Any], room: Any) -> None:
    """Plans the talk of one room. `room` is asked when somebody speaks: the room of a space comes with its space."""
    key = talk.get("space") or talk["room"]
    _plan_messages(world, talk["messages"], f"room:{key}", room)


def say(
    world: "World", room: Any, message: dict[str, Any], at_home: tuple[str, int], key: str, above: Any = None
) -> None:
    """Says one message; its author may put it right two minutes later, or take it back after four."""
    actor, at = world.members[message["author"]], message["at"]
    said = world.said[at_home] = community.post_message(
        actor=actor, room=room, source=message["body"], key=f"demo:{key}", at=at, live=False, above=above
    )
    if "edited_text" in message:
        community.edit_message(actor=actor, message=said, source=message["edited_text"], at=at + SECOND_THOUGHT)
    if message.get("removed"):
        community.remove_message(actor=actor, message=said, at=at + REGRET)


def _plan_thread(world: "World", hall: Any, thread: dict[str, Any], under: int) -> None:
    for number, reply in enumerate(thread["replies"]):
        key = f"under:{under}:{number}"
        world.at(reply["at"], lambda r=reply, k=key: say(world, hall, r, (k, 0), k, world.said[HALL, under]))


def _plan_messages(world: "World", messages: list[dict[str, Any]], key: str, room: Any) -> None:
    for number, message in enumerate(messages):
        world.at(message["at"], lambda m=message, n=number: _say_in(world, m, (key, n), room()))
        if "thanks" in message:
            _plan_thanks(world, message["thanks"], (key, number))


def _say_in(world: "World", message: dict[str, Any], place: tuple[str, int], room: Any) -> None:
    key, number = place
    above = world.said[key, message["under"]] if "under" in message else None
    say(world, room, message, place, f"{key}:{number}", above)


def _sit_together(world: "World", talk: dict[str, Any]) -> Any:
    first, *others = (world.members[key] for key in talk["people"])
    return community.start_conversation(actor=first, people=others, at=talk["messages"][0]["at"])


def _plan_thanks(world: "World", thanks: dict[str, Any], place: tuple[str, int]) -> None:
    for by in thanks["by"]:
        world.at(thanks["at"], lambda b=by: _thank(world, thanks, b, place))


def _thank(world: "World", thanks: dict[str, Any], by: str, place: tuple[str, int]) -> None:
    message = world.said[place]
    community.react_to_message(actor=world.members[by], message=message, kind=thanks["kind"], at=thanks["at"])


def _pin(world: "World", pin: dict[str, Any], under: int) -> None:
    community.pin_message(actor=world.members[pin["by"]], message=world.said[HALL, under], at=pin["at"])
