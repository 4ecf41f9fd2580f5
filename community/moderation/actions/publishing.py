"""What follows when a moderator has read waiting words: the ordinary actions, once, or nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community.chat import actions as chat
from community.forum import actions as forum
from community.logbook import actions as logbook
from community.moderation import selectors
from community.moderation.actions.holding import end, find_waiting
from community.moderation.models import Case, Held
from portal import notifications
from portal.accounts import handles, profiles
from portal.accounts.models import Member
from portal.core.errors import Conflict, Invalid, NotFound

MOVED_ON = _("What stood there has changed or gone since. These words cannot take its place any more: tell the author.")


def publish(case: Case, actor: Member, why: str, at: datetime) -> Held:
    """Puts waiting words where they belong, by the ordinary action: events and notices go out once.

    The caller holds the locks of the place and of the case. Raises what the action refuses meanwhile (a closed topic, a
    silenced author), and Conflict when what the words would change has changed or gone.
    """
    held, _case = find_waiting(selectors.held_of(case).public_id)
    try:
        became = _WAYS[held.verb](held, at)
    except (NotFound, Conflict) as refusal:
        raise Conflict(MOVED_ON, code="overtaken") from refusal
    except Invalid as refusal:  # a name taken meanwhile: there is no such field on the moderator's page
        raise Conflict(str(refusal), code=refusal.code) from refusal
    end(held, Held.State.PUBLISHED, why, **became)
    _log("publish_held", held, actor, why, at)
    _tell_author(held, at)
    return held


def _topic(held: Held, at: datetime) -> dict[str, Any]:
    made = forum.start_topic(
        actor=held.author, title=held.title, body=held.source, key=held.key, at=at, limited=False, **held.given
    )
    return {"post": made.posts.get(number=1)}


def _reply(held: Held, at: datetime) -> dict[str, Any]:
    assert held.topic is not None  # a reply waits in a topic
    # A topic that was joined with another meanwhile: the words go where its posts went.
    place = held.topic.merged_into or held.topic
    given: dict[str, Any] = {"actor": held.author, "body": held.source, "key": held.key, "at": at, "limited": False}
    given |= held.given | {"topic": place.public_id}
    try:
        with transaction.atomic():
            return {"post": forum.post_reply(**given)}
    except Invalid:  # what it answers was put away meanwhile: the words stand by themselves
        return {"post": forum.post_reply(**given | {"reply_to": ""})}


def _edit(held: Held, at: datetime) -> dict[str, Any]:
    if held.post is None:
        raise NotFound
    changed = forum.edit_post(
        actor=held.author, post=held.post.public_id, body=held.source, revision=held.given["revision"], at=at,
        title=held.title or None, tags=held.given.get("tags"), limited=False,
    )  # fmt: skip
    return {"post": changed}


def _message(held: Held, at: datetime) -> dict[str, Any]:
    assert held.room is not None  # a message waits in a room
    given: dict[str, Any] = {"actor": held.author, "room_id": held.room.pk, "text": held.source, "key": held.key}
    given |= {"at": at, "live": False, **held.given}
    try:
        with transaction.atomic():
            return {"message": chat.post_message(**given)}
    except Invalid as refusal:
        if refusal.code != "no_picture" or not held.source:
            raise
        # A picture waits two days for its message: the words stand without it.
        return {"message": chat.post_message(**given | {"pictures": []})}


def _reword(held: Held, at: datetime) -> dict[str, Any]:
    if held.message is None:
        raise NotFound
    changed = chat.edit_message(
        actor=held.author, message_id=held.message.pk, text=held.source, at=at, limited=False
    )  # fmt: skip
    return {"message": changed}


def _profile(held: Held, at: datetime) -> dict[str, Any]:
    profiles.tell_about(actor=held.author, bio=held.source, city=held.given["city"], at=at, limited=False)
    return {}


def _name(held: Held, at: datetime) -> dict[str, Any]:
    handles.change_name(actor=held.author, name=held.source, at=at, limited=False)
    return {}


_WAYS: dict[str, Callable[[Held, datetime], dict[str, Any]]] = {
    Held.Verb.TOPIC: _topic,
    Held.Verb.REPLY: _reply,
    Held.Verb.EDIT: _edit,
    Held.Verb.MESSAGE: _message,
    Held.Verb.REWORD: _reword,
    Held.Verb.PROFILE: _profile,
    Held.Verb.NAME: _name,
}


def reject(case: Case, actor: Member, why: str, at: datetime) -> Held:
    """Ends waiting words: nothing of them stands anywhere, the author is told why. The caller holds the case's lock."""
    held, _case = find_waiting(selectors.held_of(case).public_id)
    end(held, Held.State.REJECTED, why)
    _log("reject_held", held, actor, why, at)
    _tell_author(held, at)
    return held


def _log(act: str, held: Held, actor: Member, why: str, at: datetime) -> None:
    topic = held.post.topic if held.post is not None else held.topic
    logbook.write(
        act, actor_id=actor.pk, at=at, reason=why, topic=topic, post=held.post, message=held.message,
        member_id=held.author_id, about="" if held.post or held.message else f"held:{held.pk}",
        before={"state": "waiting"}, after={"state": str(held.state)},
    )  # fmt: skip


def _tell_author(held: Held, at: datetime) -> None:
    notifications.notify(
        member_id=held.author_id, kind="held_settled", subject=f"held:{held.pk}", at=at,
        args={"held": held.public_id, "state": held.state, "verb": held.verb, "reason": held.reason},
    )  # fmt: skip
