"""The earlier versions of a post: what changed, who changed it and when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from community.forum import actions, around, selectors
from community.forum.differences import Difference, differences
from community.forum.views._parts import place
from portal.accounts.roles import is_moderator
from portal.accounts.viewers import member_or_refuse, viewer
from portal.core.clock import now


@require_GET
def history(request: HttpRequest, public_id: str) -> HttpResponse:
    """All versions of a post that this reader may see, the newest first, each beside the one before it."""
    member = viewer(request)
    post = selectors.get_post_for(member, public_id)
    versions = around.versions_of(member, post)
    may_hide = is_moderator(member)
    steps = [_step(after, before, may_hide) for after, before in zip(versions, [None, *versions], strict=False)]
    context = {"post": post, "steps": list(reversed(steps)), "place": place(post), "may_hide": may_hide}
    return render(request, "community/forum/history.html", context)


def _step(after: around.Version, before: around.Version | None, may_see: bool) -> dict[str, object]:
    """A version and what it changed; a hidden one shows nothing of itself, nor does the one after it."""
    gone = not may_see and (after.hidden or (before is not None and before.hidden))
    changes: list[Difference] = [] if gone else differences(before.source if before else "", after.source, bool(before))
    title = after.title if before is None or after.title != before.title else ""
    return {"version": after, "first": before is None, "changes": changes, "title": title, "gone": gone}


@require_POST
def turn_version(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """Hides one earlier version, or shows it again."""
    member = member_or_refuse(request)
    do = actions.show_version if request.POST.get("show") else actions.hide_version
    do(actor=member, post=public_id, number=number, reason=request.POST.get("reason", ""), at=now())
    return redirect("community:history", public_id)
