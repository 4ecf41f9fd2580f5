"""Template tags of the forum."""

from typing import Any

from django import template

from community.forum.cards import TopicRow, topic_row
from community.forum.models import Topic

register = template.Library()


@register.simple_tag
def as_row(topic: Topic, show_space: Any = False) -> TopicRow:
    """What a row of a list shows of a topic, as plain values; `show_space` where topics of several spaces stand."""
    return topic_row(topic, bool(show_space))
