"""What open pages hear of a topic. Every frame is rendered from the present state, once per language, for everybody."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from community.forum import permissions, selectors
from community.forum.cards import post_card
from community.forum.models import Post, Topic
from portal.accounts.models import Member
from portal.realtime import StreamKind, register, register_kind

# What a fragment cannot say (another page in the pager, a closed or hidden topic): open pages fetch themselves anew.
REFRESH = "topic_changed"
# A poll's numbers differ from reader to reader: open pages ask for their own.
POLL = "poll_changed"
KINDS = frozenset({"reply_posted", "post_edited", "post_hidden", "post_restored", "reactions_changed", POLL, REFRESH})


def may_listen(viewer: Member | None, topic_id: int) -> bool:
    """Whether she may hear the topic's stream: whoever may read the topic."""
    return Topic.objects.filter(permissions.visible_topics(viewer), pk=topic_id).exists()


def list_id(number: int) -> str:
    """The element that holds the posts of a page; on other pages it does not exist, and the post is left out."""
    return f"posts-{selectors.page_of(number)}"


def post_html(post: Post) -> str:
    """`_post.html` for nobody in particular: no controls shown, the house's time zone."""
    with timezone.override(timezone.get_default_timezone()):
        return render_to_string("community/forum/_post.html", {"card": post_card(post)})


def acts_html(post: Post) -> str:
    """The line of acts under a post, with its reactions."""
    return render_to_string("community/forum/_acts.html", {"card": post_card(post)})


def _changes(kind: str, post: Post, around: list[dict[str, Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {"post": post.public_id, "number": post.number}
    if kind == "reactions_changed" and post.hidden_at is None:
        data["changes"] = [{"html": acts_html(post)}]
    else:
        data["changes"] = [{"html": post_html(post), "into": list_id(post.number), "at": "end"}, *around]
    return data


def render_entries(topic_id: int, entries: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """One neutral dict per entry. Four queries, whatever their number. A hidden topic says nothing any more."""
    topic = selectors.find_topic(topic_id)
    if topic is None or topic.hidden_at is not None:
        return [{} for _ in entries]
    # What went to another topic meanwhile is not this one's to show: it may stand in a closed space.
    told = {ref["post"] for kind, ref in entries if kind not in (REFRESH, POLL)}
    posts = selectors.whole_posts().filter(topic=topic).in_bulk(told)
    context = {"topic": topic, "people": selectors.people_of(topic)}
    around = [
        {"html": render_to_string("community/forum/_meta.html", context)},
        {"html": render_to_string("community/forum/_people.html", context)},
    ]
    plain: dict[str, dict[str, Any]] = {REFRESH: {}, POLL: {"poll": topic.public_id}}
    return [
        plain[kind] if kind in plain else _changes(kind, posts[ref["post"]], around) if ref["post"] in posts else {}
        for kind, ref in entries
    ]


register(StreamKind("topic", audience=may_listen, render=render_entries, kinds=KINDS))


def render_read(member_id: int, entries: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Her open lists fetch themselves anew; which topic it was stands in none of them."""
    return [{} for _entry in entries]


register_kind("member", "read", render_read)
