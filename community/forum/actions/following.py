"""How much of a topic, a tag or a space a member wants to hear."""

from datetime import datetime
from typing import Any

from django.db import models, transaction

from community.forum import selectors
from community.forum.models import Level, Space, SpaceWatch, Tag, TagWatch, Topic, Watch
from community.forum.selectors import tags
from portal.accounts.models import Member
from portal.core.errors import Invalid

ANYWHERE = frozenset({Level.MUTED, Level.NORMAL, Level.TRACKING, Level.FIRST, Level.WATCHING})
# The first post of a topic is there before anybody can watch it.
OF_A_TOPIC = ANYWHERE - {Level.FIRST}


def _level(name: str, allowed: frozenset[Level]) -> Level | None:
    if not name:
        return None
    try:
        level = Level[name.upper()]
    except KeyError:
        level = None
    if level not in allowed:
        raise Invalid(code="unknown_level", field="level")
    return level


def _keep(model: type[models.Model], level: Level | None, **whose: Any) -> None:
    if level is None:
        model._default_manager.filter(**whose).delete()
    else:
        model._default_manager.update_or_create(**whose, defaults={"level": level})


def watch(*, actor: Member, topic: str, level: str, at: datetime) -> Topic:
    """Sets how much of one topic reaches her (`muted`, `normal`, `tracking`, `watching`); empty: as tags and space say.

    Raises NotFound, Invalid (`field` level). Idempotent.
    """
    wanted = _level(level, OF_A_TOPIC)
    with transaction.atomic():
        found = selectors.get_topic_for(actor, topic)
        _keep(Watch, wanted, topic=found, member=actor)
    return found


def watch_space(*, actor: Member, space: str, level: str, at: datetime) -> Space:
    """Sets how much of a space reaches her (`first` too: new topics only); empty: nothing in particular.

    Raises NotFound, Invalid (`field` level). Idempotent.
    """
    wanted = _level(level, ANYWHERE)
    with transaction.atomic():
        found = selectors.get_space_for(actor, space)
        _keep(SpaceWatch, wanted, space=found, member=actor)
    return found


def watch_tag(*, actor: Member, tag: str, level: str, at: datetime) -> Tag:
    """Sets how much of the topics with a tag reaches her, as `watch_space`. Raises NotFound, Invalid. Idempotent."""
    wanted = _level(level, ANYWHERE)
    with transaction.atomic():
        found = tags.get_tag_for(actor, tag)
        _keep(TagWatch, wanted, tag=found, member=actor)
    return found
