"""Behaviour 5, as data: which people, which states of words, and what each address may show of them.

A new GET route fails `test_parity.py` until one line here says what it may show:
`SURFACES["search:index"] = listed(lambda world, state: f"/vi/search/?q={state.secret}")` for a list of what a reader
may find, `named(…)` for an address of the words themselves, or an entry in `NO_WORDS` with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.urls import URLPattern, get_resolver

from community.forum import actions, permissions
from community.forum.models import Post, Space, Tag, Topic
from portal.accounts.models import Member, Standing
from portal.core.clock import now
from portal.core.errors import DomainError
from tests.factories.portal import make_member

PUBLIC, OWN, MODERATED, REPLY = "public", "hiddenbyauthor", "hiddenbymod", "hiddenreply"
GATED, BADGE, STAFF, DEAD, LOCKED = "gated", "badge", "staff", "dead", "locked"
STATES = (PUBLIC, OWN, MODERATED, REPLY, GATED, BADGE, STAFF, DEAD, LOCKED)


@dataclass
class State:
    """One planted secret: the word, the post that carries it, its topic and its tag."""

    name: str
    secret: str
    topic: Topic
    post: Post
    tag: Tag


@dataclass
class World:
    """Who looks, and what was planted."""

    people: dict[str, Member | None]
    states: dict[str, State] = field(default_factory=dict)


Path = Callable[[World, State], str]
Rule = Callable[[Member | None, State], bool]


@dataclass(frozen=True)
class Surface:
    """One address and who must find the secret there; nobody else may."""

    path: Path
    shows: Rule


# ── Rules ───────────────────────────────────────────────────────────────────────────────────────────────────────
def may_read(viewer: Member | None, state: State) -> bool:
    """The one predicate that everything is held against."""
    return permissions.can_read_post(viewer, state.post)


def may_find(viewer: Member | None, state: State) -> bool:
    """Lists hold what everybody who may enter can read: nothing that is hidden, not even from its author."""
    shown = state.topic.hidden_at is None and state.post.hidden_at is None
    return shown and may_read(viewer, state)


def _title(viewer: Member | None, state: State) -> bool:
    """A list of topics tells titles: those of hidden replies stand in a topic that is not hidden."""
    return state.name != REPLY and may_find(viewer, state)


def _in_its_space(viewer: Member | None, state: State) -> bool:
    """A space shows hidden topics apart, to their author and to moderators."""
    return state.name != REPLY and may_read(viewer, state)


def _new_to(viewer: Member | None, state: State) -> bool:
    """New to everybody but who wrote it."""
    return _title(viewer, state) and viewer != state.topic.author


def _all_of(rule: Rule, condition: Callable[[Member], bool]) -> Rule:
    return lambda viewer, state: viewer is not None and condition(viewer) and rule(viewer, state)


def _passes(check: Callable[[Member | None, Post], None]) -> Rule:
    """Whoever an act's own check lets through finds the words on the act's page."""

    def rule(viewer: Member | None, state: State) -> bool:
        try:
            check(viewer, state.post)
        except DomainError:
            return False
        return True

    return rule


def _may_join_by_title(viewer: Member | None, state: State) -> bool:
    """The page of joining names the topic by its title, to who may join it."""
    return state.name != REPLY and _passes(lambda who, post: permissions.check_join(who, post.topic))(viewer, state)


# ── Makers of surfaces ──────────────────────────────────────────────────────────────────────────────────────────
def named(path: Path, rule: Rule = may_read) -> Surface:
    """An address that names the words, their topic or their space."""
    return Surface(path, rule)


def listed(path: str | Path, rule: Rule = _title) -> Surface:
    """An address that lists topics."""
    return Surface(path if callable(path) else lambda _world, _state: path, rule)


def members(rule: Rule) -> Rule:
    """The same for members only."""
    return _all_of(rule, lambda _viewer: True)


SURFACES: dict[str, Surface] = {
    "community:index": listed("/vi/community/"),
    "community:list": listed("/vi/community/lists/latest/"),
    "community:list json": listed("/vi/community/lists/latest/?format=json"),
    "community:list new": listed("/vi/community/lists/new/", members(_new_to)),
    "community:list top": listed("/vi/community/lists/top/?period=all"),
    "community:list hot": listed("/vi/community/lists/hot/"),
    "community:space": named(lambda _w, s: f"/vi/community/spaces/{s.topic.space.code}/", _in_its_space),
    "community:space_list": named(lambda _w, s: f"/vi/community/spaces/{s.topic.space.code}/lists/hot/", _title),
    "community:tag": named(lambda _w, s: f"/vi/community/tags/{s.tag.slug}/", _title),
    "community:tag_list": named(lambda _w, s: f"/vi/community/tags/{s.tag.slug}/lists/top/?period=all", _title),
    "community:tags": listed("/vi/community/tags/"),
    "community:tag_suggestions": listed(lambda _w, s: f"/vi/community/suggest/tags/?q={s.secret}"),
    # A feed reader brings no session: it sees what a visitor sees, whoever is signed in beside it.
    "community:feed": listed("/vi/community/feeds/latest.rss", lambda _m, s: _title(None, s)),
    "community:space_feed": named(
        lambda _w, s: f"/vi/community/feeds/spaces/{s.topic.space.code}.rss", lambda _m, s: _title(None, s)
    ),
    "community:tag_feed": named(
        lambda _w, s: f"/vi/community/feeds/tags/{s.tag.slug}.rss", lambda _m, s: _title(None, s)
    ),
    "community:topic": named(lambda _w, s: s.topic.get_absolute_url()),
    "community:topic_short": named(lambda _w, s: f"/vi/community/topics/{s.topic.public_id}/"),
    "community:at_number": named(lambda _w, s: f"/vi/community/topics/{s.topic.public_id}/at/{s.post.number}/"),
    "community:post": named(lambda _w, s: f"/vi/community/posts/{s.post.public_id}/"),
    "community:history": named(lambda _w, s: f"/vi/community/posts/{s.post.public_id}/history/"),
    "community:poll": named(lambda _w, s: f"/vi/community/topics/{s.topic.public_id}/poll/"),
    "community:save_note": named(lambda _w, s: f"/vi/community/posts/{s.post.public_id}/save/note/", members(may_read)),
    # It names the topic by its title, to who steers it.
    "community:move": named(
        lambda _w, s: f"/vi/community/topics/{s.topic.public_id}/do/move/",
        lambda viewer, state: state.name != REPLY and permissions.can_steer(viewer, state.topic),
    ),
    "community:merge": named(lambda _w, s: f"/vi/community/topics/{s.topic.public_id}/do/merge/", _may_join_by_title),
    # It shows the posts themselves, also those that are put away.
    "community:split": named(
        lambda _w, s: f"/vi/community/topics/{s.topic.public_id}/do/split/",
        _passes(lambda viewer, post: permissions.check_join(viewer, post.topic)),
    ),
    "community:hide": named(
        lambda _w, s: f"/vi/community/posts/{s.post.public_id}/hide/", _passes(permissions.check_hide)
    ),
    "people:page": listed(lambda w, _s: w.people["author"].standing.url, may_find),  # type: ignore[union-attr]
    "sitemap_topics": listed("/sitemap-topics-0.xml", lambda _m, s: _title(None, s)),
}

NO_WORDS: dict[str, str] = {
    "community:preview": "shows what was just typed",
    "community:accept": "takes a form",
    "community:draft": "her own unfinished words",
    "community:suggest": "names of members who may read there, never words",
    "community:merge_suggest": "the list of the page of joining, which test_joining_with.py holds against each state",
    "community:turn_version": "takes a form",
    "community:upload": "takes a file",
    "community:new_topic": "a form that says nothing of what others wrote",
    "community:read_all": "takes a form",
    "community:feed_key": "takes a form",
    "community:feeds": "addresses only",
    "community:watch_space": "takes a form",
    "community:watch_tag": "takes a form",
    "community:watch": "takes a form",
    "community:unread": "takes a form",
    "community:read": "takes a form",
    "community:reply": "takes a form; asked for as a page it leads to the topic",
    "community:steer": "takes a form",
    "community:save": "takes a form",
    "community:react": "takes a form",
    "community:saved": "her own; what she may no longer read shows nothing: test_saved.py",
    "community:edit": "her own words: `test_only_the_author_edits` of the forum's permissions",
    "community:restore": "her own words or a moderator's work: `test_restoring` of the forum's permissions",
}


def cast(alice: Member, bob: Member, charlie: Member, mod: Member, manager: Member, staff: Member) -> World:
    """The nine who look, with nothing planted so far."""
    silver, holder, muted = charlie, make_member("Người giữ huy hiệu"), make_member("Người đang im")
    Standing.objects.filter(member=silver).update(tier_rank=1)
    Standing.objects.filter(member=holder).update(held=["first-page"])
    Member.objects.filter(pk=muted.pk).update(muted_until=now() + timedelta(days=1))
    Member.objects.filter(pk__in=[bob.pk, silver.pk, holder.pk, muted.pk]).update(joined_at=now() - timedelta(days=5))
    fresh = {m.pk: m for m in Member.objects.select_related("standing")}
    return World({
        "visitor": None, "member": fresh[bob.pk], "silver": fresh[silver.pk], "holder": fresh[holder.pk],
        "muted": fresh[muted.pk], "author": fresh[alice.pk], "moderator": fresh[mod.pk], "manager": fresh[manager.pk],
        "staff": fresh[staff.pk],
    })  # fmt: skip


def named_routes() -> dict[str, URLPattern]:
    """Every route of the house that has a name, by that name with its namespace."""
    found: dict[str, URLPattern] = {}

    def walk(patterns: list[Any], prefix: str) -> None:
        for pattern in patterns:
            if not isinstance(pattern, URLPattern):
                walk(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
            elif pattern.name:
                found[f"{prefix}{pattern.name}"] = pattern

    walk(get_resolver().url_patterns, "")
    return found


def plant(world: World, make_space: Any, start: Any, reply: Any, at: Any) -> None:
    """Plants one secret per state, written by the author through the actions, then put into its state."""
    author, mod = world.people["author"], world.people["moderator"]
    gates: dict[str, dict[str, Any]] = {
        GATED: {"read_from_rank": 1}, BADGE: {"read_badge": "first-page"}, STAFF: {"staff_only": True}, DEAD: {},
    }  # fmt: skip
    for name in STATES:
        code = f"noi-{name}"
        make_space(code)
        secret = f"bimat{name}"
        title = f"Chuyện {secret} ở đây" if name != REPLY else "Chuyện có lời bị cất"
        tags = [secret] if name != REPLY else ["chung"]
        topic = start(author, code, title=title, body=f"Lời {secret}" if name != REPLY else "Lời", tags=tags, at=at)
        post = topic.posts.get(number=1)
        if name == REPLY:
            post = reply(author, topic, f"Đáp {secret}", at=at)
            actions.hide_post(actor=mod, post=post.public_id, reason="Quảng cáo", at=at)
        world.states[name] = State(name, secret, topic, post, topic.tags.get())
    by = {OWN: author, MODERATED: mod}
    for name, actor in by.items():
        actions.hide_post(actor=actor, post=world.states[name].post.public_id, reason="Quảng cáo", at=at)
    actions.set_locked(actor=mod, topic=world.states[LOCKED].topic.public_id, locked=True, reason="Đã xong", at=at)
    for name, fields in gates.items():
        Space.objects.filter(code=f"noi-{name}").update(**fields, live=name != DEAD)
    Topic.objects.update(hot_score=1, top_score=1)
    for state in world.states.values():
        state.post = Post.objects.select_related("topic__space").get(pk=state.post.pk)
        state.topic = state.post.topic
