"""What the composer asks while somebody writes: drafts, pictures, names. Answers are plain JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from community.forum import actions, around, limits, selectors
from community.forum.pictures import markdown_of
from community.forum.writing import Draft
from portal.accounts.models import Standing
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import DomainError, NotFound
from portal.core.portraits import BYTES_MOST, TOO_HEAVY


def _as_json(draft: Draft | None, **more: object) -> dict[str, object]:
    empty = {"sequence": 0, "body": "", "title": "", "tab": ""}
    known = {"sequence": draft.sequence, "body": draft.body, "title": draft.title, "tab": draft.tab} if draft else empty
    return {**known, **more}


@never_cache
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, key: str) -> HttpResponse:
    """A box's draft. POST keeps newer words and answers 409 with what stands for older ones."""
    member = member_or_refuse(request)
    if request.method == "GET":
        return JsonResponse(_as_json(around.draft_of(member, key)))
    if request.POST.get("discard"):
        actions.discard_draft(actor=member, key=key, at=now())
        return JsonResponse(_as_json(around.draft_of(member, key)))
    number = request.POST.get("sequence", "")
    saved = actions.save_draft(
        actor=member, key=key, body=request.POST.get("body", ""), title=request.POST.get("title", ""),
        sequence=int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0,
        tab=request.POST.get("tab", ""), at=now(),
    )  # fmt: skip
    return JsonResponse(_as_json(saved.draft, other=saved.other), status=200 if saved.kept else 409)


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Takes one picture for the post that is being written; answers with the Markdown that shows it."""
    member = member_or_refuse(request)
    sent = request.FILES.get("picture")
    if sent is None or (sent.size or 0) > BYTES_MOST:
        return JsonResponse({"error": str(TOO_HEAVY)}, status=422)
    try:
        made = actions.upload_picture(actor=member, data=sent.read(), alt=request.POST.get("alt", ""), at=now())
    except DomainError as refusal:
        return JsonResponse({"error": str(refusal)}, status=refusal.status)
    return JsonResponse({"markdown": markdown_of(made), "url": f"/pictures/{made.public_id}.webp"}, status=201)


@never_cache
@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """Members to name with @: those who may read where the words will stand."""
    member = member_or_refuse(request)
    limits.spend(limits.SUGGEST, member.pk)
    topic_id, code = request.GET.get("topic", ""), request.GET.get("space", "")
    topic = selectors.get_topic_for(member, topic_id) if topic_id else None
    if topic is None and not code:
        raise NotFound
    space = topic.space if topic is not None else selectors.get_space_for(member, code)
    people = around.people_to_name(member, space, request.GET.get("q", ""), topic)
    return JsonResponse({"people": [_person(standing) for standing in people]})


def _person(standing: Standing) -> dict[str, str]:
    return {
        "handle": standing.handle or standing.member.public_id,
        "name": standing.known_as,
        "avatar": standing.avatar_url,
    }
