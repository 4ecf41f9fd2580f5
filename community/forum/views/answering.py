"""Choosing the answer to a question, and voting in a poll."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from community.forum import actions, around, selectors
from community.forum.views._parts import place
from portal.accounts.viewers import member_or_refuse, viewer
from portal.core.clock import now
from portal.core.errors import DomainError, Forbidden, Invalid, NotFound


@require_POST
def accept(request: HttpRequest, public_id: str) -> HttpResponse:
    """Chooses a post as the answer, or lets the chosen one go."""
    member = member_or_refuse(request)
    found = selectors.get_post_for(member, public_id)
    if request.POST.get("chosen") == "0":
        actions.unaccept_answer(actor=member, topic=found.topic.public_id, at=now())
    else:
        actions.accept_answer(actor=member, post=public_id, at=now())
    if request.htmx:  # type: ignore[attr-defined]
        response = HttpResponse(status=204)
        response["HX-Redirect"] = place(found)
        return response
    return redirect(place(found))


@require_http_methods(["GET", "POST"])
def poll(request: HttpRequest, public_id: str) -> HttpResponse:
    """The topic's poll as this reader sees it; a form's choice is kept first. Without scripts it leads back."""
    if request.method == "POST":
        member = member_or_refuse(request)
        try:
            actions.vote(actor=member, topic=public_id, options=_chosen(request), at=now())
        except (Forbidden, Invalid) as refusal:
            return _poll_page(request, public_id, refusal)
        if not request.htmx:  # type: ignore[attr-defined]
            return redirect(f"{selectors.get_topic_for(member, public_id).get_absolute_url()}#poll")
    elif not request.htmx and request.headers.get("X-Requested-With") != "fetch":  # type: ignore[attr-defined]
        return redirect(f"{selectors.get_topic_for(viewer(request), public_id).get_absolute_url()}#poll")
    return _poll_page(request, public_id)


def _chosen(request: HttpRequest) -> list[int]:
    typed = request.POST.getlist("option")
    return [int(one) for one in typed if one.isascii() and one.isdigit() and len(one) < 18]


def _poll_page(request: HttpRequest, public_id: str, refusal: DomainError | None = None) -> HttpResponse:
    member = viewer(request)
    topic = selectors.get_topic_for(member, public_id)
    card = around.poll_card(topic, member, at=now())
    if card is None:
        raise NotFound
    fragment = request.htmx or refusal is None  # type: ignore[attr-defined]
    template = "community/forum/_poll.html" if fragment else "community/forum/poll_refused.html"
    context = {"topic": topic, "poll_card": card, "poll_refusal": refusal}
    return render(request, template, context, status=refusal.status if refusal and not fragment else 200)
