"""What a member keeps at hand: the page, keeping and letting go, the note and the reminder."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from community.forum import actions, quotes, selectors
from community.forum.forms import SaveForm
from community.forum.models import Post
from community.forum.selectors import saved
from community.forum.views._parts import place, refuse
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import DomainError


@require_GET
def saved_posts(request: HttpRequest) -> HttpResponse:
    """Everything she keeps, newest first."""
    member = member_or_refuse(request)
    before = request.GET.get("before", "")
    key = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else 0
    return render(request, "community/forum/saved.html", {"page": saved.saved_by(member, before=key), "first": not key})


@require_POST
def save_toggle(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keeps a post, or lets it go; what carries a note or a reminder is not lost by a press: its page opens."""
    member = member_or_refuse(request)
    found = selectors.get_post_for(member, public_id)
    kept = saved.bookmark_of(member, found)
    if kept is not None and (kept.note or kept.remind_at):
        return _to_note(request, found)
    if kept is None:
        actions.save_post(actor=member, post=public_id, at=now())
    else:
        actions.unsave_post(actor=member, post=public_id, at=now())
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(place(found))
    return render(request, "community/forum/_save.html", {"post": found, "is_saved": kept is None, "keepable": True})


def _to_note(request: HttpRequest, found: Post) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("community:save_note", public_id=found.public_id)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = redirect("community:save_note", public_id=found.public_id)["Location"]
    return response


@require_http_methods(["GET", "POST"])
def save_note(request: HttpRequest, public_id: str) -> HttpResponse:
    """The page on which a note and a reminder are written to a kept post, or it is let go."""
    member = member_or_refuse(request)
    if request.POST.get("act") == "remove":  # also what she may no longer read
        actions.unsave_post(actor=member, post=public_id, at=now())
        return redirect("community:saved")
    found = selectors.get_post_for(member, public_id)
    kept = saved.bookmark_of(member, found)
    start = {"note": kept.note, "remind_at": kept.remind_at} if kept is not None else {}
    form = SaveForm(request.POST) if request.method == "POST" else SaveForm(initial=start)
    if form.is_valid():
        return _noted(request, member, found, form)
    return _note_page(request, found, form)


def _noted(request: HttpRequest, member: Member, found: Post, form: SaveForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        actions.save_post(actor=member, post=found.public_id, note=data["note"], remind_at=data["remind_at"], at=now())
    except DomainError as error:
        return _note_page(request, found, form, refuse(form, error))
    return redirect("community:saved")


def _note_page(request: HttpRequest, found: Post, form: SaveForm, status: int = 200) -> HttpResponse:
    words = quotes.for_reader(found, member_or_refuse(request))
    context = {"post": found, "form": form, "words": words}
    return render(request, "community/forum/save_note.html", context, status=status)
