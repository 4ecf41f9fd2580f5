"""Pages that show the forum: its front page, a topic, the way to a post. Lists of topics stand in `listing.py`."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from community import markup
from community.forum import around, cards, permissions, selectors, structured
from community.forum.forms import ReplyForm
from community.forum.models import Post, Topic
from community.forum.selectors import listing, saved
from community.forum.views import listing as lists
from community.forum.views._parts import place
from portal.accounts.models import Member
from portal.accounts.viewers import viewer
from portal.core.clock import now
from portal.core.errors import NotFound
from portal.core.ids import new_key
from portal.core.visitors import follow_stream, same_for_visitors
from portal.realtime import last_number, stream_name

DESCRIPTION = 160


@same_for_visitors
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All spaces, and what was said last."""
    member = viewer(request)
    spaces, waiting = selectors.spaces_for(member), listing.waiting_by_space(member, at=now())
    for one in spaces:
        one.waiting = waiting.get(one.pk, 0)  # type: ignore[attr-defined]
    context = {"spaces": spaces, **lists.listing_context(request, listing.LATEST)}
    return render(request, "community/forum/index.html", context | _canonical(request))


@same_for_visitors
@require_GET
def topic(request: HttpRequest, public_id: str, slug: str = "") -> HttpResponse:
    """A topic, page by page. An address whose readable part is out of date leads to the right one.

    That of a topic which was joined with another leads there.
    """
    member = viewer(request)
    try:
        found = selectors.get_topic_for(member, public_id)
    except NotFound:
        return redirect(selectors.joined_topic_for(member, public_id))
    if slug != found.slug:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(f"{found.get_absolute_url()}{query}", permanent=False)
    return topic_page(request, member, found)


def topic_page(
    request: HttpRequest, member: Member | None, found: Topic, form: ReplyForm | None = None, status: int = 200
) -> HttpResponse:
    request.brand_scope_id = found.space.scope_id  # type: ignore[attr-defined]
    # Read before the posts: what happens in between is told again, and telling twice does no harm.
    stream = stream_name("topic", found.pk)
    after = last_number(stream)
    follow_stream(request, stream, after)
    page = selectors.posts_of(found, request.GET.get("page"))
    posts: list[Post] = list(page)
    answered = request.GET.get("to", "") if form is None else form["to"].value() or ""
    form, restored = (form, False) if form is not None else _empty_box(found, member, answered)
    context = {
        "page": page,
        "after": after,
        "list_id": f"posts-{page.number}",
        **_talk(found, posts, member),
        **_machine_words(found, posts, member),
        **composer(found, form, answered, posts),
        "restored": restored,
        **_canonical(request, page.number),
    }
    return render(request, "community/forum/topic.html", context, status=status)


def _talk(found: Topic, posts: list[Post], member: Member | None) -> dict[str, Any]:
    """A topic with the posts of one page, what stands around it, and what this reader may do."""
    at = now()
    return {
        "topic": found,
        "space": found.space,
        "stream": stream_name("topic", found.pk),
        "cards": cards.post_cards(
            posts, member, mine=selectors.reactions_by(member, posts), saved=saved.saved_among(member, posts)
        ),
        "people": selectors.people_of(found),
        "origin": cards.origin_of(found, member),
        "nearby": selectors.nearby_topics(found, member),
        "first_unread": selectors.first_unread(found),
        "follow": cards.follow_menu(found, found.level),  # type: ignore[attr-defined]
        "poll_card": around.poll_card(found, member, at=at),
        "answer": cards.answer_of(found, member),
        "may_choose": permissions.can_choose(member, found, at=at),
        "refusal": permissions.why_not_reply(member, found, at=at),
        "may_steer": permissions.can_steer(member, found),
        "description": _description(found, posts),
    }


def _empty_box(found: Topic, member: Member | None, answered: str) -> tuple[ReplyForm, bool]:
    """The reply box as it begins, with what she left in it unsent; and whether she did."""
    draft = around.draft_of(member, f"topic-{found.public_id}") if member is not None else None
    start = {"key": new_key(), "to": answered, "draft": draft.sequence if draft else 0}
    if draft is not None and draft.body:
        start["body"] = draft.body
    return ReplyForm(initial=start), bool(draft is not None and draft.body)


def composer(found: Topic, form: ReplyForm, answered: str, posts: list[Post]) -> dict[str, Any]:
    """The reply box, and the post that it answers when that stands on this page."""
    chosen = next((post for post in posts if post.public_id == answered and post.hidden_at is None), None)
    return {"form": form, "answered": chosen, "body_limit": markup.BODY_LIMIT, "topic": found}


def _description(found: Topic, posts: list[Post]) -> str:
    first = posts[0] if posts and posts[0].is_first and posts[0].hidden_at is None else None
    return markup.excerpt(first.html, DESCRIPTION) if first is not None else found.title


def _machine_words(found: Topic, posts: list[Post], member: Member | None) -> dict[str, Any]:
    """The talk as structured data, for visitors: crawlers come as such, and a member's page need not say it twice.

    The opening belongs to every page, so pages after the first fetch it.
    """
    if member is not None:
        return {}
    opening = posts[0] if posts and posts[0].is_first else found.posts.filter(number=1).first()
    answer = cards.answer_of(found, None)
    talk = (
        structured.solved(found, opening, answer, posts)
        if answer is not None
        else structured.discussion(found, opening, posts)
    )
    return {"structured": [talk, structured.trail(found.space, found)], "og_type": "article"}


def _canonical(request: HttpRequest, page: int = 1) -> dict[str, str]:
    """The one address of a page, whatever the query or the host by which it was reached."""
    return {"canonical": f"{settings.SITE_URL}{request.path}" + (f"?page={page}" if page > 1 else "")}


@require_GET
def post(request: HttpRequest, public_id: str) -> HttpResponse:
    """To the post on its page: the address that notifications and quotes keep."""
    return redirect(place(selectors.get_post_for(viewer(request), public_id)))


@require_GET
def at_number(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """To the post of that number, such as the first unread or the last."""
    member = viewer(request)
    try:
        found = selectors.get_topic_for(member, public_id)
    except NotFound:
        return redirect(selectors.joined_topic_for(member, public_id))
    found_post = found.posts.filter(number__gte=number).order_by("number").first()
    if found_post is None:
        raise NotFound
    return redirect(place(found_post))
