"""Joining two topics, and making a topic of its own out of posts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from community import markup
from community.forum import finding, limits, permissions, selectors
from community.forum.actions.merging import merge_topics
from community.forum.actions.splitting import split_topic
from community.forum.forms import MergeForm, SplitForm
from community.forum.models import Topic
from community.forum.views._parts import refuse
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import DomainError, NotFound
from portal.core.finding import ask

BEGINNING, GOALS = 200, 8


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, public_id: str) -> HttpResponse:
    """Asks into which topic and why, then moves all posts of this one there. A stale page comes back as it stands."""
    member = member_or_refuse(request)
    found = selectors.get_topic_for(member, public_id)
    permissions.check_join(member, found)
    sent = request.POST if request.method == "POST" else None
    form, status = MergeForm(sent), 200 if sent is None else 422
    if form.is_valid():
        try:
            return redirect(merge_topics(actor=member, topic=public_id, at=now(), **form.cleaned_data))
        except DomainError as error:
            status = refuse(form, error)
    context = {"topic": _present(member, found), "form": form} | _to_join_with(request, member, found)
    return render(request, "community/forum/merge.html", context, status=status)


def _to_join_with(request: HttpRequest, member: Member, found: Topic) -> dict[str, Any]:
    """Topics to choose from, by what was looked for; the one chosen already stays among them, and first."""
    asked = ask(request.GET.get("q"))
    goals = finding.topics_to_join(member, found, asked, limit=GOALS)
    chosen = request.POST.get("choice") or request.GET.get("into", "")
    if chosen and all(goal.public_id != chosen for goal in goals):
        goals[:0] = filter(None, [finding.topic_to_join(member, found, chosen)])
    return {"asked": asked, "goals": goals, "chosen": chosen}


@never_cache
@require_GET
def suggest_goals(request: HttpRequest, public_id: str) -> HttpResponse:
    """While she types: the options of the box's list, each leading to the page with that topic chosen."""
    member = member_or_refuse(request)
    limits.spend(limits.SUGGEST, member.pk)
    found = selectors.get_topic_for(member, public_id)
    permissions.check_join(member, found)
    asked = ask(request.GET.get("q"))
    goals = finding.topics_to_join(member, found, asked, limit=GOALS) if asked else []
    return render(request, "community/forum/_goals.html", {"topic": found, "goals": goals, "asked": asked})


@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, public_id: str) -> HttpResponse:
    """Shows a page of the topic to choose posts from; makes a topic of them. A stale page comes back as it stands."""
    member = member_or_refuse(request)
    found = selectors.get_topic_for(member, public_id)
    permissions.check_join(member, found)
    form, status = _split_form(request, member, found), 422 if request.method == "POST" else 200
    if form.is_valid():
        try:
            return redirect(split_topic(actor=member, topic=public_id, at=now(), **form.cleaned_data))
        except DomainError as error:
            status = refuse(form, error)
            found = _present(member, found)
    context = _to_choose_from(request, found) | {"form": form}
    return render(request, "community/forum/split.html", context, status=status)


def _split_form(request: HttpRequest, member: Member, found: Topic) -> SplitForm:
    spaces = [(one.code, one.text.name) for one in selectors.spaces_for(member)]
    given = request.POST if request.method == "POST" else None
    return SplitForm(given, spaces=spaces, initial={"space": found.space.code})


def _to_choose_from(request: HttpRequest, found: Topic) -> dict[str, Any]:
    page = selectors.posts_of(found, request.GET.get("page"))
    rows = [(post, markup.excerpt(post.html, BEGINNING)) for post in page if not post.is_first]
    return {"topic": found, "page": page, "rows": rows, "ticked": request.POST.getlist("posts")}


def _present(member: Member, found: Topic) -> Topic:
    """The topic as it stands now; as it was, when it went away meanwhile: its address leads on."""
    try:
        return selectors.get_topic_for(member, found.public_id)
    except NotFound:
        return found
