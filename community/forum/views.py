"""Pages of the forum. Each view reads one thing or does one act, and shows the result."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from community import markup
from community.forum import actions, cards, limits, permissions, selectors, structured, texts
from community.forum.broadcasts import list_id, post_html
from community.forum.forms import EditForm, ForumForm, ReasonForm, ReplyForm, TopicForm
from community.forum.models import Post, Space, Topic
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse, viewer
from portal.core.clock import now
from portal.core.errors import Conflict, DomainError, Invalid, NotFound, SignInRequired
from portal.core.ids import new_key
from portal.realtime import last_number, stream_name

DESCRIPTION = 160


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All spaces, and what was said last."""
    member = viewer(request)
    context = {"spaces": selectors.spaces_for(member), "topics": selectors.latest_topics(member)}
    return render(request, "community/forum/index.html", context | _canonical(request))


@require_GET
def space(request: HttpRequest, code: str) -> HttpResponse:
    """A space's topics, page by page."""
    member = viewer(request)
    found = selectors.get_space_for(member, code)
    request.brand_scope_id = found.scope_id  # type: ignore[attr-defined]  # the page wears this brand's colours
    page = selectors.topics_of(found, member, request.GET.get("page"))
    context = {
        "space": found,
        "page": page,
        "hidden_topics": selectors.hidden_topics_of(found, member) if page.number == 1 else [],
        "may_write": member is None or permissions.can_write_in(member, found, at=now()),
        "structured": [structured.trail(found)],
    }
    return render(request, "community/forum/space.html", context | _canonical(request, page.number))


@require_GET
def topic(request: HttpRequest, public_id: str, slug: str = "") -> HttpResponse:
    """A topic, page by page. An address whose readable part is out of date leads to the right one."""
    member = viewer(request)
    found = selectors.get_topic_for(member, public_id)
    if slug != found.slug:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(f"{found.get_absolute_url()}{query}", permanent=False)
    return _topic_page(request, member, found)


def _topic_page(
    request: HttpRequest, member: Member | None, found: Topic, form: ReplyForm | None = None, status: int = 200
) -> HttpResponse:
    # Read before the posts: what happens in between is told again, and telling twice does no harm. Visitors have no
    # socket, and theirs is the page that has to be quick.
    request.brand_scope_id = found.space.scope_id  # type: ignore[attr-defined]
    after = last_number(stream_name("topic", found.pk)) if member is not None else 0
    page = selectors.posts_of(found, request.GET.get("page"))
    posts: list[Post] = list(page)
    answered = request.GET.get("to", "") if form is None else form["to"].value() or ""
    context = {
        "page": page,
        "after": after,
        "list_id": f"posts-{page.number}",
        **_talk(found, posts, member),
        **_machine_words(found, posts, member),
        **_composer(found, form or ReplyForm(initial={"key": new_key(), "to": answered}), answered, posts),
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
        "cards": cards.post_cards(posts, member, mine=selectors.reactions_by(member, posts), at=at),
        "people": selectors.people_of(found),
        "origin": cards.origin_of(found, member),
        "nearby": selectors.nearby_topics(found, member),
        "first_unread": selectors.first_unread(found),
        "refusal": permissions.why_not_reply(member, found, at=at),
        "may_steer": permissions.can_steer(member, found),
        "description": _description(found, posts),
    }


def _composer(found: Topic, form: ReplyForm, answered: str, posts: list[Post]) -> dict[str, Any]:
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
    talk = structured.discussion(found, opening, posts)
    return {"structured": [talk, structured.trail(found.space, found)], "og_type": "article"}


def _canonical(request: HttpRequest, page: int = 1) -> dict[str, str]:
    """The one address of a page, whatever the query or the host by which it was reached."""
    return {"canonical": f"{settings.SITE_URL}{request.path}" + (f"?page={page}" if page > 1 else "")}


def _place(post: Post) -> str:
    """Where a post stands: page and anchor."""
    number = selectors.page_of(post.number)
    page = f"?page={number}" if number > 1 else ""
    return f"{post.topic.get_absolute_url()}{page}#post-{post.public_id}"


@require_GET
def post(request: HttpRequest, public_id: str) -> HttpResponse:
    """To the post on its page: the address that notifications and quotes keep."""
    return redirect(_place(selectors.get_post_for(viewer(request), public_id)))


@require_GET
def at_number(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """To the post of that number, such as the first unread or the last."""
    found = selectors.get_topic_for(viewer(request), public_id)
    place = found.posts.filter(number=number).first()
    if place is None:
        raise NotFound
    return redirect(_place(place))


# ── Writing ─────────────────────────────────────────────────────────────────────────────────────────────────────
@require_http_methods(["GET", "POST"])
def new_topic(request: HttpRequest, code: str) -> HttpResponse:
    """The page on which a topic is started."""
    member = member_or_refuse(request)
    found = selectors.get_space_for(member, code)
    permissions.check_write_in(member, found, at=now())
    form = TopicForm(request.POST) if request.method == "POST" else TopicForm(initial={"key": new_key()})
    if form.is_valid():
        return _started(request, member, found, form)
    return _new_topic_page(request, found, form)


def _new_topic_page(request: HttpRequest, found: Space, form: TopicForm, status: int = 200) -> HttpResponse:
    request.brand_scope_id = found.scope_id  # type: ignore[attr-defined]
    context = {"space": found, "form": form, "body_limit": markup.BODY_LIMIT}
    return render(request, "community/forum/new_topic.html", context, status=status)


def _started(request: HttpRequest, member: Member, found: Space, form: TopicForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        made = actions.start_topic(
            actor=member, space=found.code, title=data["title"], body=data["body"], key=data["key"], at=now(),
            language=request.LANGUAGE_CODE,
        )  # fmt: skip
    except DomainError as error:
        return _new_topic_page(request, found, form, _refuse(form, error))
    return redirect(made)


def _refuse(form: ForumForm, error: DomainError) -> int:
    """Puts a refusal into the form, which comes back with all that was typed; what nobody may know of passes on."""
    if isinstance(error, NotFound | SignInRequired):
        raise error
    form.refuse(error)
    return error.status


@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, public_id: str) -> HttpResponse:
    """Takes a reply. A page gets back the post as a fragment, a reader without scripts is led to it."""
    member = member_or_refuse(request)
    found = selectors.get_topic_for(member, public_id)
    if request.method == "GET":  # led back here from the sign-in page
        return redirect(found)
    form = ReplyForm(request.POST)
    form.is_valid()
    data = form.cleaned_data
    try:
        made = actions.post_reply(
            actor=member, topic=public_id, body=data["body"], key=data["key"], reply_to=data["to"], at=now()
        )
    except DomainError as error:
        return _refused_reply(request, member, found, form, error)
    return _replied(request, made)


def _replied(request: HttpRequest, made: Post) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(_place(made))
    if request.POST.get("list") != list_id(made.number):  # it stands on another page than the one before her
        response = HttpResponse(status=204)
        response["HX-Redirect"] = _place(made)
        return response
    whole = selectors.whole_posts().get(pk=made.pk)
    return render(request, "community/forum/_replied.html", {"post_html": post_html(whole), "key": new_key()})


def _refused_reply(
    request: HttpRequest, member: Member, found: Topic, form: ReplyForm, error: DomainError
) -> HttpResponse:
    if request.htmx and not isinstance(error, Invalid):  # type: ignore[attr-defined]
        raise error  # shown as a note; the box on the page keeps its text
    status = _refuse(form, error)
    if not request.htmx:  # type: ignore[attr-defined]
        return _topic_page(request, member, found, form, status)
    context = _composer(found, form, "", []) | {"list_id": request.POST.get("list", "")}
    response = render(request, "community/forum/_reply_form.html", context, status=422)
    response["HX-Retarget"], response["HX-Reswap"] = "#reply", "outerHTML"
    return response


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The words as they will look: the same gate and the same renderer as saving."""
    member = member_or_refuse(request)
    limits.spend(limits.PREVIEW, member.pk)
    try:
        html = texts.check_body(request.POST.get("body", "")).html
    except Invalid as error:
        return render(request, "components/problem.html", {"error": error})
    return HttpResponse(html)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """The page on which an author changes her words. Two windows that both changed them get both versions."""
    member = member_or_refuse(request)
    found = selectors.get_post_for(member, public_id)
    permissions.check_edit(member, found, at=now())
    start = {"title": found.topic.title, "body": found.source, "revision": found.revision}
    form = EditForm(request.POST) if request.method == "POST" else EditForm(initial=start)
    if form.is_valid():
        return _edited(request, member, found, form)
    return _edit_page(request, found, form)


def _edit_page(request: HttpRequest, found: Post, form: EditForm, status: int = 200, theirs: str = "") -> HttpResponse:
    context = {"post": found, "form": form, "theirs": theirs, "body_limit": markup.BODY_LIMIT}
    return render(request, "community/forum/edit.html", context, status=status)


def _edited(request: HttpRequest, member: Member, found: Post, form: EditForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        changed = actions.edit_post(
            actor=member, post=found.public_id, body=data["body"], revision=data["revision"], at=now(),
            title=data["title"] if found.is_first else None,
        )  # fmt: skip
    except DomainError as error:
        status, theirs = _refuse(form, error), ""
        if isinstance(error, Conflict):
            theirs, typed = error.details["theirs"], request.POST.copy()
            typed["revision"] = error.details["revision"]
            form.data = typed
        return _edit_page(request, found, form, status, theirs)
    return redirect(_place(changed))


@require_POST
def react(request: HttpRequest, public_id: str) -> HttpResponse:
    """Presses a reaction, or lets it go."""
    member = member_or_refuse(request)
    found = selectors.get_post_for(member, public_id)
    kind = request.GET.get("kind", "")
    pressed = (found.pk, kind) in selectors.reactions_by(member, [found])
    (actions.unreact if pressed else actions.react)(actor=member, post=public_id, kind=kind, at=now())
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(_place(found))
    fresh = selectors.get_post_for(member, public_id)
    card = cards.post_card(fresh, member, mine=selectors.reactions_by(member, [fresh]))
    return render(request, "community/forum/_reactions.html", {"card": card})


# ── Keeping the talk kind ───────────────────────────────────────────────────────────────────────────────────────
@require_http_methods(["GET", "POST"])
def hide(request: HttpRequest, public_id: str) -> HttpResponse:
    """Asks for the reason, then hides a post."""
    member = member_or_refuse(request)
    found = selectors.get_post_for(member, public_id)
    permissions.check_hide(member, found)
    return _reasoned(request, member, found, act="hide")


@require_http_methods(["GET", "POST"])
def restore(request: HttpRequest, public_id: str) -> HttpResponse:
    """Asks for the reason, then brings a post back."""
    member = member_or_refuse(request)
    found = selectors.get_post_for(member, public_id)
    permissions.check_restore(member, found)
    return _reasoned(request, member, found, act="restore")


def _reasoned(request: HttpRequest, member: Member, found: Post, *, act: str) -> HttpResponse:
    do = {"hide": actions.hide_post, "restore": actions.restore_post}[act]
    form, status = ReasonForm(request.POST if request.method == "POST" else None), 200
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            return redirect(_place(do(actor=member, post=found.public_id, reason=reason, at=now())))
        except DomainError as error:
            status = _refuse(form, error)
    context = {"post": found, "form": form, "act": act, "own": found.author_id == member.pk, "place": _place(found)}
    return render(request, "community/forum/reason.html", context, status=status)


@require_POST
def steer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Closes or opens a topic (`locked`), pins it or lets it go (`pinned`)."""
    member = member_or_refuse(request)
    if "pinned" in request.POST:
        pinned = request.POST["pinned"] == "1"
        found = actions.set_pinned(actor=member, topic=public_id, pinned=pinned, at=now())
    else:
        locked, reason = request.POST.get("locked") == "1", request.POST.get("reason", "")
        found = actions.set_locked(actor=member, topic=public_id, locked=locked, reason=reason, at=now())
    return redirect(found)


# ── Following ───────────────────────────────────────────────────────────────────────────────────────────────────
@require_POST
def watch(request: HttpRequest, public_id: str) -> HttpResponse:
    """Follows a topic, silences it or forgets about it."""
    member = member_or_refuse(request)
    found = actions.watch(actor=member, topic=public_id, level=request.POST.get("level", ""), at=now())
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(found)
    fresh = selectors.get_topic_for(member, public_id)
    return render(request, "community/forum/_watch.html", {"topic": fresh})


@require_POST
def read(request: HttpRequest, public_id: str) -> HttpResponse:
    """Notes how far she has read; sent by the page once posts have been on her screen."""
    member = member_or_refuse(request)
    number = request.POST.get("number", "")
    count = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    actions.mark_read(actor=member, topic=public_id, number=count, at=now())
    return HttpResponse(status=204)
