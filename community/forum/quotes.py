"""Quotes of other posts as a reader may see them: with whose words they are, or without words where those are gone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _

from community import markup
from community.forum import permissions
from community.forum.models import Post
from portal.accounts.blocks.selectors import folded_for
from portal.accounts.models import Member


@dataclass(frozen=True)
class Sources:
    """What posts quote, by public id, and whose quoted words lie folded for the reader."""

    posts: dict[str, Post] = field(default_factory=dict)
    folded: frozenset[int] = frozenset()


def sources_of(posts: Iterable[Post], viewer: Member | None = None) -> Sources:
    """The posts that these posts quote. One query (for a reader who may fold some, two), none if nothing is quoted."""
    wanted = {source for post in posts for source in markup.quoted(post.html)}
    if not wanted:
        return Sources()
    found = Post.objects.filter(public_id__in=wanted).select_related("author__standing", "topic__space")
    folded = folded_for(viewer.pk) if viewer is not None else frozenset()
    return Sources({post.public_id: post for post in found}, folded)


def _may_read(viewer: Member | None, post: Post, source: Post) -> bool:
    """A fragment for everybody (no viewer) goes to readers of this post: they read what stands in the same space."""
    if viewer is None and source.topic.space_id == post.topic.space_id:
        return source.hidden_at is None and source.topic.hidden_at is None
    return permissions.can_read_post(viewer, source)


def shown(post: Post, viewer: Member | None, sources: Sources) -> str:
    """The post's HTML for a viewer: a line over each quote says whose words they are; words that are hidden, gone with
    their author or in a space that she may not enter are left out, those of somebody whom she blocked lie folded."""
    return _dressed(post.html, sources, lambda source: _may_read(viewer, post, source))


def for_reader(post: Post, viewer: Member | None) -> str:
    """The same for a post by itself, such as on a page that asks what to do about it. One query where it quotes."""
    return shown(post, viewer, sources_of([post]))


def previewed(html: str, viewer: Member) -> str:
    """Rendered HTML that no post holds yet, with its quotes as its writer may see them."""
    return _dressed(html, sources_of([Post(html=html)]), lambda source: permissions.can_read_post(viewer, source))


def _dressed(html: str, sources: Sources, may_read: Callable[[Post], bool]) -> str:
    heads, gone = {}, {}
    for public_id in markup.quoted(html):
        source = sources.posts.get(public_id)
        if source is None or not source.html or not may_read(source):
            gone[public_id] = _gone()
        else:
            heads[public_id] = _head(source, folded=source.author_id in sources.folded)
    return markup.head_quotes(markup.replace_quotes(html, gone), heads) if heads or gone else html


def _head(source: Post, *, folded: bool) -> str:
    words = _("%(name)s wrote:") % {"name": source.author.standing.known_as}
    line = '<p class="quote-from" data-author="{}"><a href="{}">{}</a></p>'
    above = render_to_string("components/fold.html") if folded else ""
    return above + format_html(line, source.author_id, source.get_absolute_url(), words)


def _gone() -> str:
    words = _("The words that were quoted here are no longer shown.")
    return format_html('<blockquote class="quote-gone"><p>{}</p></blockquote>', words)
