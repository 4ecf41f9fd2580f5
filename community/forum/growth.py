"""Many topics at once, for trying a house out at its later size: written in bulk, with every stored number right.

For `manage.py seed` and the benchmark; no page and no act comes here.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import transaction

from community import markup
from community.forum import index
from community.forum.counters import recount_space
from community.forum.models import Post, Reaction, Space, Topic
from community.forum.tasks import rank_topics
from community.forum.texts import slug
from portal.accounts.models import Member
from portal.core.ids import body_hash

CHUNK = 500  # topics whose posts are in memory at once
KINDS = (Reaction.Kind.TEA, Reaction.Kind.HEART)


@dataclass(frozen=True)
class Words:
    """What is said: the title of the topic of a number, the Markdown of the post of a number."""

    title: Callable[[int], str]
    body: Callable[[int], str]


def open_spaces() -> list[Space]:
    """Where everybody may write."""
    spaces = Space.objects.filter(
        live=True, staff_only=False, read_from_rank=None, write_from_rank=0, read_badge="", write_badge=""
    )
    return list(spaces.order_by("position"))


@transaction.atomic
def grow_topics(
    *, authors: Sequence[Member], lengths: Sequence[int], words: Words, since: datetime, until: datetime,
    reactions: bool = True, spaces: Sequence[Space] = (),
) -> list[Topic]:  # fmt: skip
    """One topic for each of `lengths` (its posts, at least one), in the open spaces by turns, spread over a time.

    Different people answer each other and thank each other. Side effects: posts with their words to be found,
    reactions, the numbers of topics and spaces, the order of the lists. No events: nothing is paid and nobody is told.
    All or nothing. Raises ValueError without authors or a place.
    """
    places = list(spaces) or open_spaces()
    if not authors or not places:
        raise ValueError("Topics need people, and a space where everybody may write.")
    step, first = (until - since) / max(len(lengths), 1), Topic.objects.count()
    made: list[Topic] = []
    for begin in range(0, len(lengths), CHUNK):
        chunk = [
            _topic(first + begin + place, length, authors, places, words, since + step * (begin + place))
            for place, length in enumerate(lengths[begin : begin + CHUNK])
        ]
        made += Topic.objects.bulk_create(chunk)
        _say(chunk, first + begin, authors, words, step, reactions)
    index.rebuild()
    for space in sorted(places, key=lambda one: one.pk):
        recount_space(space.pk)
    rank_topics(until)
    return made


def _topic(
    number: int, length: int, authors: Sequence[Member], places: Sequence[Space], words: Words, at: datetime
) -> Topic:
    title = words.title(number)
    return Topic(
        space=places[number % len(places)], author=authors[number % len(authors)], title=title, slug=slug(title),
        created_at=at, last_posted_at=at, last_poster=authors[(number + length - 1) % len(authors)],
        reply_count=length - 1, next_number=length + 1, last_number=length, people_count=min(length, len(authors)),
        key=f"seed:{number}", body_hash="",
    )  # fmt: skip


def _say(
    topics: Sequence[Topic], first: int, authors: Sequence[Member], words: Words, step: timedelta, reactions: bool
) -> None:
    posts, thanks = [], []
    for place, topic in enumerate(topics):
        number = first + place
        gap = step / (topic.last_number + 1)
        for at in range(topic.last_number):
            source = words.body(number * 7 + at)
            post = Post(
                topic=topic, number=at + 1, author=authors[(number + at) % len(authors)], source=source,
                html=rendered(source), created_at=topic.created_at + gap * at, key=f"seed:{number}:{at}",
                body_hash=body_hash(source),
            )  # fmt: skip
            given = list(_thanks(post, number + at, authors)) if reactions else []
            post.reactions = {kind: n for kind in KINDS if (n := sum(1 for one in given if one.kind == kind))}
            topic.reaction_count += len(given)
            posts.append(post)
            thanks += given
        topic.last_posted_at, topic.body_hash = posts[-1].created_at, posts[-topic.last_number].body_hash
    Post.objects.bulk_create(posts, batch_size=1000)
    Reaction.objects.bulk_create(thanks, batch_size=1000)
    Topic.objects.bulk_update(topics, ["last_posted_at", "reaction_count", "body_hash"], batch_size=CHUNK)


def _thanks(post: Post, number: int, authors: Sequence[Member]) -> Iterator[Reaction]:
    """None to three people who thank for the post of a number, its author never among them."""
    places = dict.fromkeys((number + 1 + 3 * step) % len(authors) for step in range(max(number * 7919 % 5 - 1, 0)))
    for place in places:
        if place != number % len(authors):
            kind = KINDS[(number + place) % 2]
            yield Reaction(post=post, member=authors[place], kind=kind, created_at=post.created_at)


@lru_cache(maxsize=1024)
def rendered(source: str) -> str:
    """The words as they are shown, made once for words that are said often."""
    return markup.render(source)
