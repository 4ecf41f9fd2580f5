"""Lists of topics as RSS 2.0: the public ones for everybody, a member's own behind an address that only she knows."""

import hashlib
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.html import escape
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from community import markup
from community.forum import actions, limits, selectors
from community.forum.models import Post, Topic
from community.forum.selectors import feeds, listing, tags
from community.forum.selectors.listing import Wanted
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import NotFound, SignInRequired
from portal.core.mail import absolute

EXCERPT = 600


@require_safe
@cache_control(no_cache=True)
def feed(request: HttpRequest, kind: str) -> HttpResponseBase:
    """One kind of list as RSS. With `?key=` it is the private feed of the member whose key it is."""
    reader = _reader(request)
    if reader is None and kind in listing.PERSONAL:
        raise SignInRequired
    return _answer(request, Wanted(reader, kind, period="all"), _("Talk"), reverse("community:list", args=[kind]))


@require_safe
@cache_control(no_cache=True)
def space_feed(request: HttpRequest, code: str) -> HttpResponseBase:
    """The newest topics of a space."""
    reader = _reader(request)
    found = selectors.get_space_for(reader, code)
    return _answer(request, Wanted(reader, space=found), found.text.name, found.get_absolute_url())


@require_safe
@cache_control(no_cache=True)
def tag_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The newest topics with a tag."""
    reader = _reader(request)
    found = tags.get_tag_for(reader, slug)
    return _answer(request, Wanted(reader, tag=found), f"#{found.name}", found.get_absolute_url())


@require_POST
def feed_key(request: HttpRequest) -> HttpResponse:
    """Makes the private address anew, or ends it."""
    member = member_or_refuse(request)
    if request.POST.get("act") == "end":
        actions.end_feed_key(actor=member, at=now())
    else:
        actions.make_feed_key(actor=member, at=now())
    return redirect("community:feeds")


@require_safe
def feeds_page(request: HttpRequest) -> HttpResponse:
    """All feeds, and the member's private addresses."""
    member = member_or_refuse(request)
    token = feeds.feed_token(member)
    own = [(name, f"{absolute(reverse('community:feed', args=[kind]))}?key={token}") for kind, name in _own_feeds()]
    spaces = [
        (one.text.name, absolute(reverse("community:space_feed", args=[one.code])))
        for one in selectors.spaces_for(None)
    ]
    context: dict[str, Any] = {"own": own if token else [], "spaces": spaces}
    context["everything"] = absolute(reverse("community:feed", args=["latest"]))
    return render(request, "community/forum/feeds.html", context)


def _own_feeds() -> list[tuple[str, str]]:
    return [
        ("latest", _("All topics that you may read")),
        ("unread", _("What waits unread in topics that you track")),
        ("new", _("New topics that you have not opened")),
    ]


def _reader(request: HttpRequest) -> Member | None:
    """Whose eyes: the owner of the key, else a visitor's, whoever is signed in. Wrong keys are counted by address."""
    token = request.GET.get("key", "")
    if not token:
        return None
    try:
        return feeds.reader_of(token, at=now())
    except NotFound:
        limits.spend(limits.BAD_FEED, get_adapter().get_client_ip(request))
        raise


def _answer(request: HttpRequest, wanted: Wanted, name: str, path: str) -> HttpResponseBase:
    rows = listing.read(wanted, at=now()).topics
    tag = quote_etag(_fingerprint(rows, wanted))
    known = get_conditional_response(request, etag=tag)
    if known is not None:
        return known
    words = _feed(rows, name, path, request).writeString("utf-8")
    response = HttpResponse(words, content_type="application/rss+xml; charset=utf-8")
    response["ETag"] = tag
    response["X-Robots-Tag"] = "noindex"
    return response


def _fingerprint(rows: list[Topic], wanted: Wanted) -> str:
    """Changes whenever a topic comes, goes, or says something else."""
    seen = [(topic.pk, topic.version) for topic in rows]
    return hashlib.sha256(repr((seen, wanted.kind, get_language())).encode()).hexdigest()[:32]


def _feed(rows: list[Topic], name: str, path: str, request: HttpRequest) -> Rss201rev2Feed:
    feed = Rss201rev2Feed(
        title=f"{name} · {settings.WAGTAIL_SITE_NAME}", link=absolute(path), feed_url=absolute(request.path),
        description=_("Topics of the community"), language=get_language(),
    )  # fmt: skip
    openings = {post.topic_id: post for post in Post.objects.filter(topic__in=rows, number=1, hidden_at=None)}
    for topic in rows:
        url = absolute(topic.get_absolute_url())
        opening = openings.get(topic.pk)
        feed.add_item(
            title=topic.title, link=url, unique_id=absolute(reverse("community:topic_short", args=[topic.public_id])),
            unique_id_is_permalink=True, description=_as_html(opening) if opening else "",
            author_name=topic.author.standing.known_as, pubdate=topic.created_at, updateddate=topic.last_posted_at,
            categories=[one.name for one in topic.tags.all()],
        )  # fmt: skip
    return feed


def _as_html(opening: Post) -> str:
    """The beginning of a post as a feed's description, which readers take for HTML: words about `<b>` stay words."""
    return escape(markup.excerpt(opening.html, EXCERPT))
