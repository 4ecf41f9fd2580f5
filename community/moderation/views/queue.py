"""The moderators' desk: what waits, one case, the log."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from community.forum import quotes
from community.forum.differences import differences
from community.logbook import actions as logbook
from community.logbook.models import ModerationEntry
from community.moderation import actions, permissions, scoring, selectors, wording
from community.moderation.forms import DecisionForm
from community.moderation.locks import find_case
from community.moderation.models import Case, Held
from community.moderation.views._parts import desk, moderator
from portal.accounts.models import Member
from portal.core.clock import now
from portal.core.errors import Conflict, DomainError, NotFound


@require_GET
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, by kind; or what was decided."""
    member = moderator(request)
    only, settled = request.GET.get("only", ""), request.GET.get("show") == "settled"
    page = selectors.queue(member, only=only, settled=settled, page=request.GET.get("page"))
    wording.begin(page.object_list)
    context = {"page": page, "settled": settled, "tabs": _tabs(member, only, settled), **desk("queue")}
    return render(request, "community/moderation/queue.html", context)


def _tabs(member: Member, only: str, settled: bool) -> list[dict[str, Any]]:
    number = selectors.counts(member)
    labels = {"": _("Everything"), **{k.value: k.label for k in Case.Kind}, "mine": _("Mine")}
    more = "&show=settled" if settled else ""
    return [
        {
            "url": f"{reverse('moderation:queue')}?only={key}{more}",
            "label": label,
            "current": key == only,
            "count": None if settled else number.get(key, 0),
        }
        for key, label in labels.items()
    ]


@require_GET
@never_cache
def case(request: HttpRequest, public_id: str) -> HttpResponse:
    """One case with its words in their surroundings, the reports, and what is known of the author."""
    return case_page(request, moderator(request), find_case(public_id))


def case_page(
    request: HttpRequest,
    member: Member,
    found: Case,
    form: DecisionForm | None = None,
    status: int = 200,
    error: DomainError | None = None,
) -> HttpResponse:
    """The case as it is now; with `error` it says first what happened meanwhile."""
    held = selectors.held_of(found) if found.kind == Case.Kind.HELD else None
    _note_look(member, found, held)
    context = {
        "case": found,
        "form": form or DecisionForm(initial={"version": found.version}),
        "reports": selectors.reports_of(found),
        "messages": selectors.messages_around(found),
        "held": held,
        "html": _shown(member, found, held),
        "place": wording.place_of(held) if held else None,
        "pictures": selectors.pictures_of(held) if held else [],
        "changes": differences(held.before, held.words) if held and held.about else [],
        "appeal": getattr(found, "appeal", None),
        "history": selectors.history_of(found.author_id),
        "why_not": permissions.why_not_decide(member, found),
        "hide_at": scoring.HIDE_AT,
        "error": error,
        **desk("queue"),
    }
    return render(request, "community/moderation/case.html", context, status=status)


def _shown(member: Member, found: Case, held: Held | None) -> str:
    """The words it is about as this moderator may see them: quoted words keep to the rights of their own place."""
    if held is not None:
        return quotes.previewed(held.html, member)
    return quotes.for_reader(found.post, member) if found.post is not None else ""


def _note_look(member: Member, found: Case, held: Held | None) -> None:
    """Whoever reads on in a room that is not for everybody is written down, once a case."""
    message = held.message if held is not None else found.message
    room = held.room if held is not None else message.room if message is not None else None
    if room is None or not selectors.is_private_room(room):
        return
    about = f"case:{found.pk}"
    if not ModerationEntry.objects.filter(act="read_private", actor=member, about=about).exists():
        logbook.write(
            "read_private", actor_id=member.pk, at=now(), message=message, member_id=found.author_id, about=about
        )


@require_POST
def claim(request: HttpRequest, public_id: str) -> HttpResponse:
    """Takes a case, or gives it back (`back`)."""
    member = moderator(request)
    act = actions.give_back if "back" in request.POST else actions.claim
    try:
        act(actor=member, case=public_id, version=_version(request), at=now())
    except Conflict as error:
        return case_page(request, member, find_case(public_id), status=error.status, error=error)
    return redirect("moderation:case", public_id=public_id)


def _version(request: HttpRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


@require_POST
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """Settles a case. Whoever was slower gets the page as it stands now (409), with the reason she typed."""
    member, form = moderator(request), DecisionForm(request.POST)
    found = find_case(public_id)
    reason = request.POST.get("reason", "")
    try:
        outcome = request.POST.get("outcome", "")
        actions.decide(
            actor=member, case=public_id, version=_version(request), outcome=outcome, reason=reason, at=now()
        )
    except NotFound:
        raise
    except Conflict as error:
        fresh = find_case(public_id)
        form = DecisionForm(initial={"version": fresh.version, "reason": reason})
        return case_page(request, member, fresh, form, error.status, error)
    except DomainError as error:
        form.is_valid()
        form.refuse(error)
        return case_page(request, member, found, form, error.status)
    return redirect("moderation:case", public_id=public_id)


@require_GET
@never_cache
def log(request: HttpRequest) -> HttpResponse:
    """The moderation log, searched by words and act."""
    moderator(request)
    words, act = request.GET.get("q", ""), request.GET.get("act", "")
    page = selectors.log(words=words, act=act, page=request.GET.get("page"))
    acts = [{"value": name, "label": wording.act_name(name), "on": name == act} for name in selectors.log_acts()]
    context = {"page": page, "lines": wording.log_lines(page), "acts": acts, "q": words, "act": act, **desk("log")}
    return render(request, "community/moderation/log.html", context)
