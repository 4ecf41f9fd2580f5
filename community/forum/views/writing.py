"""Pages and acts of writing: a topic, a reply, a preview, an edit, a reaction."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from community import markup
from community.forum import actions, around, cards, limits, permissions, quotes, selectors, texts
from community.forum.actions import polling
from community.forum.broadcasts import list_id, post_html
from community.forum.forms import EditForm, ForumForm, ReplyForm, TopicForm
from community.forum.models import Post, Space, Topic
from community.forum.pictures import markdown_of
from community.forum.views._parts import place, refuse
from community.forum.views.reading import composer, topic_page
from portal.accounts.models import Member
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now
from portal.core.errors import Conflict, DomainError, Invalid
from portal.core.ids import new_key


def _typed(request: HttpRequest, member: Member) -> QueryDict:
    """What was sent; a picture that came with a plain form (without scripts) is taken in and stands in the words.

    Raises what `upload_picture` raises.
    """
    sent = request.FILES.get("picture")
    if sent is None:
        return request.POST
    made = actions.upload_picture(actor=member, data=sent.read(), alt=request.POST.get("alt", ""), at=now())
    typed = request.POST.copy()
    typed["body"] = f"{typed.get('body', '')}\n\n{markdown_of(made)}".strip()
    return typed


def _form_of(request: HttpRequest, member: Member, kind: type[ForumForm]) -> tuple[Any, int]:
    """The form that was sent, and 200; when its picture is refused, with that said beside the words."""
    try:
        return kind(_typed(request, member)), 200
    except DomainError as refusal:
        form = kind(request.POST)
        form.is_valid()
        form.add_error("body", str(refusal))
        return form, refusal.status


def _from_draft(member: Member, key: str, start: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """What a box begins with, and whether that are words that were left unsent."""
    draft = around.draft_of(member, key)
    if draft is None:
        return {**start, "draft": 0}, False
    kept = {"body": draft.body} if draft.body else {}
    if draft.title and "title" in start:
        kept["title"] = draft.title
    return {**start, **kept, "draft": draft.sequence}, bool(kept)


@require_http_methods(["GET", "POST"])
def new_topic(request: HttpRequest, code: str) -> HttpResponse:
    """The page on which a topic is started."""
    member = member_or_refuse(request)
    found = selectors.get_space_for(member, code)
    permissions.check_write_in(member, found, at=now())
    if request.method == "POST":
        form, status = _form_of(request, member, TopicForm)
        if form.is_valid():
            return _started(request, member, found, form)
        return _newtopic_page(request, found, form, status)
    start = {"key": new_key(), "title": "", "kind": request.GET.get("kind") or Topic.Kind.TALK}
    start, restored = _from_draft(member, f"new-{code}", start)
    return _newtopic_page(request, found, TopicForm(initial=start), restored=restored)


def _newtopic_page(
    request: HttpRequest, found: Space, form: TopicForm, status: int = 200, *, restored: bool = False
) -> HttpResponse:
    request.brand_scope_id = found.scope_id  # type: ignore[attr-defined]
    context = {"space": found, "form": form, "body_limit": markup.BODY_LIMIT, "restored": restored}
    return render(request, "community/forum/new_topic.html", context, status=status)


def _started(request: HttpRequest, member: Member, found: Space, form: TopicForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        poll = polling.wanted(
            data["poll_question"], data["poll_options"], multiple=data["poll_multiple"],
            results=data["poll_results"] or "always", secret=not data["poll_public"], days=data["poll_days"] or 0,
        )  # fmt: skip
        made = actions.start_topic(
            actor=member, space=found.code, title=data["title"], body=data["body"], key=data["key"], at=now(),
            language=request.LANGUAGE_CODE, kind=data["kind"] or Topic.Kind.TALK, poll=poll, draft=data["draft"],
            tags=texts.split_tags(data["tags"]),
        )  # fmt: skip
    except DomainError as error:
        return _newtopic_page(request, found, form, refuse(form, error))
    return redirect(made)


@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, public_id: str) -> HttpResponse:
    """Takes a reply. A page gets back the post as a fragment, a reader without scripts is led to it."""
    member = member_or_refuse(request)
    found = selectors.get_topic_for(member, public_id)
    if request.method == "GET":  # led back here from the sign-in page
        return redirect(found)
    form, status = _form_of(request, member, ReplyForm)
    if not form.is_valid():
        return topic_page(request, member, found, form, status if status != 200 else 422)
    data = form.cleaned_data
    try:
        made = actions.post_reply(
            actor=member, topic=public_id, body=data["body"], key=data["key"], reply_to=data["to"],
            draft=data["draft"], at=now(),
        )  # fmt: skip
    except DomainError as error:
        return _refused_reply(request, member, found, form, error)
    return _replied(request, member, made)


def _replied(request: HttpRequest, member: Member, made: Post) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(place(made))
    if request.POST.get("list") != list_id(made.number):  # it stands on another page than the one before her
        response = HttpResponse(status=204)
        response["HX-Redirect"] = place(made)
        return response
    whole = selectors.whole_posts().get(pk=made.pk)
    draft = around.draft_of(member, f"topic-{made.topic.public_id}")
    context = {"post_html": post_html(whole), "key": new_key(), "sequence": draft.sequence if draft else 0}
    return render(request, "community/forum/_replied.html", context)


def _refused_reply(
    request: HttpRequest, member: Member, found: Topic, form: ReplyForm, error: DomainError
) -> HttpResponse:
    if request.htmx and not isinstance(error, Invalid):  # type: ignore[attr-defined]
        raise error  # shown as a note; the box on the page keeps its text
    status = refuse(form, error)
    if not request.htmx:  # type: ignore[attr-defined]
        return topic_page(request, member, found, form, status)
    context = composer(found, form, "", []) | {"list_id": request.POST.get("list", "")}
    response = render(request, "community/forum/_reply_form.html", context, status=422)
    response["HX-Retarget"], response["HX-Reswap"] = "#reply", "outerHTML"
    return response


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The words as they will look: the same gate, the same renderer and the same rights to quoted words as saving."""
    member = member_or_refuse(request)
    limits.spend(limits.PREVIEW, member.pk)
    try:
        html = texts.check_body(request.POST.get("body", "")).html
    except Invalid as error:
        return render(request, "components/problem.html", {"error": error})
    return HttpResponse(quotes.previewed(html, member))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """The page on which words are changed. Two windows that both changed them get both versions."""
    member = member_or_refuse(request)
    found = selectors.get_post_for(member, public_id)
    if request.method == "POST":
        form, status = _form_of(request, member, EditForm)
        if form.is_valid():
            return _edited(request, member, found, form)
        return _edit_page(request, member, found, form, status)
    permissions.check_edit(member, found, at=now())
    start = {"title": found.topic.title, "body": found.source, "revision": found.revision}
    start["tags"] = ", ".join(found.topic.tags.values_list("name", flat=True)) if found.is_first else ""
    start, restored = _from_draft(member, f"edit-{public_id}", start)
    return _edit_page(request, member, found, EditForm(initial=start), restored=restored)


def _edit_page(
    request: HttpRequest, member: Member, found: Post, form: EditForm, status: int = 200, **more: Any
) -> HttpResponse:
    own = found.author_id == member.pk
    context = {"post": found, "form": form, "own": own, "body_limit": markup.BODY_LIMIT, **more}
    return render(request, "community/forum/edit.html", context, status=status)


def _edited(request: HttpRequest, member: Member, found: Post, form: EditForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        changed = actions.edit_post(
            actor=member, post=found.public_id, body=data["body"], revision=data["over"] or data["revision"], at=now(),
            title=data["title"] if found.is_first else None, reason=data["reason"], draft=data["draft"],
            tags=texts.split_tags(data["tags"]) if found.is_first and "tags" in request.POST else None,
        )  # fmt: skip
    except DomainError as error:
        status = refuse(form, error)
        return _edit_page(request, member, found, form, status, **_both(member, found, form, error))
    return redirect(place(changed))


def _both(member: Member, found: Post, form: EditForm, error: DomainError) -> dict[str, Any]:
    """What stands now beside what was typed. An author goes on from there; a moderator says first that she means it."""
    if not isinstance(error, Conflict):
        return {}
    now_stands = error.details["revision"]
    if found.author_id == member.pk:
        typed = form.data.copy()  # type: ignore[attr-defined]  # what was posted is a QueryDict
        typed["revision"] = now_stands
        form.data = typed
        return {"theirs": error.details["theirs"]}
    return {"theirs": error.details["theirs"], "over": now_stands}


@require_POST
def react(request: HttpRequest, public_id: str) -> HttpResponse:
    """Presses a reaction, or lets it go. Without scripts it leads back to the post."""
    member = member_or_refuse(request)
    found = selectors.get_post_for(member, public_id)
    kind = request.GET.get("kind", "")
    pressed = (found.pk, kind) in selectors.reactions_by(member, [found])
    (actions.unreact if pressed else actions.react)(actor=member, post=public_id, kind=kind, at=now())
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(place(found))
    fresh = selectors.get_post_for(member, public_id)
    card = cards.post_card(fresh, member, mine=selectors.reactions_by(member, [fresh]))
    return render(request, "community/forum/_reactions.html", {"card": card})
