"""The one home of moderation's locks. Order: what the words stand in (topic, room), then the case, then the member."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from community.chat.models import Room
from community.forum.locks import lock_topic
from community.moderation.models import Case, Held
from portal.core.errors import Conflict, NotFound


def lock_place(case: Case) -> None:
    """Locks the topic or room of a case's words, so that nothing that follows can wait crosswise."""
    if case.kind == Case.Kind.HELD:
        _lock_goal(Held.objects.select_related("topic", "post").get(pk=case.subject.removeprefix("held:")))
    elif case.post is not None:
        lock_topic(case.post.topic_id)
    elif case.message is not None:
        _lock_room(case.message.room_id)


def _lock_goal(held: Held) -> None:
    """Where waiting words shall stand. A name or a profile is its member's, who is locked last."""
    if held.room_id is not None:
        _lock_room(held.room_id)
    elif held.post is not None:
        lock_topic(held.post.topic_id)
    elif held.topic is not None:
        lock_topic(held.topic.merged_into_id or held.topic.pk)


def _lock_room(room_id: int) -> None:
    Room.objects.select_for_update(no_key=True).get(pk=room_id)


def find_case(public_id: str) -> Case:
    """A case with what its page shows; raises NotFound."""
    whole = Case.objects.select_related(
        "author__standing", "post__topic__space", "message__room", "claimed_by__standing", "settled_by__standing",
        "appeal__sanction", "appeal__decided_first_by__standing",
    )  # fmt: skip
    case = whole.filter(public_id=public_id).first()
    if case is None:
        raise NotFound
    return case


def lock_case(public_id: str, *, version: int) -> Case:
    """The open case as this version, with its place locked before it.

    Raises NotFound, or Conflict (code `stale`) when it has moved on since the page was drawn: settled, claimed, or more
    reports came. Must run inside a transaction.
    """
    lock_place(find_case(public_id))
    Case.objects.select_for_update().get(public_id=public_id)
    case = find_case(public_id)
    if case.version != version or not case.is_open:
        raise Conflict(_("This moved on while you were reading. Here is how it stands now."), code="stale")
    return case


def open_case(kind: str, subject: str, **fields: object) -> tuple[Case, bool]:
    """The open case of this kind about a subject, locked; made when there is none. Says whether it is new."""
    for _attempt in range(3):
        found = Case.objects.select_for_update().filter(kind=kind, subject=subject, outcome="").first()
        if found is not None:
            return found, False
        try:
            with transaction.atomic():
                return Case.objects.create(kind=kind, subject=subject, **fields), True
        except IntegrityError:
            continue  # another opened it in this moment
    raise Conflict(code="busy")
