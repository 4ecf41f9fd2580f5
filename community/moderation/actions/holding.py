"""Words that wait: kept as a row of their own until a moderator has read them (`publishing.py` says what follows)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.html import linebreaks

from community.chat.actions import clean_message
from community.chat.selectors import people_named
from community.forum import texts
from community.markup import render, render_message
from community.moderation import permissions, selectors
from community.moderation.actions import _parts, reporting
from community.moderation.locks import open_case
from community.moderation.models import Case, Held, Report
from portal.accounts.handles import check_name
from portal.accounts.models import Member
from portal.accounts.profiles import check_about
from portal.core import gate
from portal.core.errors import Conflict, Invalid, KeyReused, NotFound, Waits
from portal.core.ids import body_hash as digest_of
from portal.core.ids import new_key


def hold(
    verdict: gate.Verdict,
    *,
    author: Member,
    key: str,
    at: datetime,
    body_hash: str = "",
    about: str = "",
    kept: Callable[[], None] | None = None,
    **words: Any,
) -> None:
    """Keeps words until a moderator has read them; always raises Waits, with the address of the waiting words.

    `words` are the columns of Held. Nothing is counted, told or shown to others. A change of what stands (`about`)
    takes the place of the author's earlier one that waits. `kept` runs in the same transaction, once. Raises KeyReused
    for other new words under the same key. Side effects: a case, moderators are told. Idempotent by (author, key), and
    by (author, about, words), also in parallel.
    """
    given = {"author": author, "why": verdict.why, "submitted_at": at, **words}
    given.setdefault("html", shown(given["verb"], given["source"]))
    if about:
        found = _hold_change(about, given, kept, at)
    else:
        found = _hold_new(key, body_hash, given, kept, at)
    raise Waits(url=reverse("moderation:waiting", args=[found.public_id]), held=found.public_id)


def shown(verb: str, source: str) -> str:
    """Words as they will look where they shall stand, for those places that do not render them themselves."""
    if verb in (Held.Verb.MESSAGE, Held.Verb.REWORD):
        return render_message(source, people_named(source))
    return linebreaks(source, autoescape=True) if verb == Held.Verb.NAME else render(source)


def _hold_new(key: str, body_hash: str, given: dict[str, Any], kept: Callable[[], None] | None, at: datetime) -> Held:
    found = Held.objects.filter(author=given["author"], key=key).first()
    if found is None:
        try:
            with transaction.atomic():
                found = Held.objects.create(key=key, body_hash=body_hash, **given)
                _open(found, at)
                if kept is not None:
                    kept()
        except IntegrityError:
            found = Held.objects.get(author=given["author"], key=key)
    if found.body_hash != body_hash:
        raise KeyReused
    return found


def _hold_change(about: str, given: dict[str, Any], kept: Callable[[], None] | None, at: datetime) -> Held:
    digest = digest_of([about, given.get("title", ""), given["source"], given.get("given", {})])
    for _attempt in range(3):
        with transaction.atomic():
            earlier = _waiting_about(about, given["author"].pk)
            if kept is not None:
                kept()
            if earlier is not None:
                return _change_words(*earlier, at=at, body_hash=digest, **given)
            try:
                with transaction.atomic():
                    found = Held.objects.create(about=about, key=f"{about}-{new_key()}", body_hash=digest, **given)
                    _open(found, at)
                    return found
            except IntegrityError:
                continue  # another window of hers was a moment earlier
    raise Conflict(code="busy")


def _waiting_about(about: str, author_id: int) -> tuple[Held, Case] | None:
    waiting = Held.objects.filter(author=author_id, about=about, state=Held.State.WAITING).first()
    try:
        return find_waiting(waiting.public_id) if waiting is not None else None
    except Conflict:
        return None  # settled in this moment


def _change_words(held: Held, case: Case, *, at: datetime, body_hash: str, **given: Any) -> Held:
    """Other words in a locked item that waits; moderators see a newer version of the same case."""
    if held.body_hash == body_hash:
        return held
    changed = {"source": given["source"], "html": given["html"], "given": given.get("given", held.given)}
    changed |= {"title": given.get("title", ""), "before": given.get("before", held.before)}
    for column, value in {**changed, "body_hash": body_hash, "edited_at": at}.items():
        setattr(held, column, value)
    held.save(update_fields=[*changed, "body_hash", "edited_at"])
    _parts.move(case, at=at, words=held.words)
    return held


def _open(held: Held, at: datetime) -> None:
    case, _new = open_case(
        Case.Kind.HELD, f"held:{held.pk}", author=held.author, words=held.words, opened_at=at, moved_at=at
    )
    _parts.tell_moderators(case, at=at)


def note(verdict: gate.Verdict, subject: str, *, author_id: int, words: str, at: datetime) -> None:
    """Opens a case about words that the filter let pass with a mark; runs in the transaction that wrote them."""
    target = selectors.target_of(subject, author_id=author_id, words=words)
    case, new = open_case(Case.Kind.REPORTED, subject, opened_at=at, moved_at=at, **target.fields())
    said = ", ".join(verdict.matched)[:500]
    if not case.reports.filter(reporter=None).exists():
        Report.objects.create(case=case, reason=Report.Reason.FILTER, words=said, at=at)
        reporting.add_weight(case, 1.0, at=at)
    if new:
        _parts.tell_moderators(case, at=at)


def find_waiting(public_id: str) -> tuple[Held, Case]:
    """Held words and their open case, both locked; raises NotFound, or Conflict when they no longer wait."""
    found = Held.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    case = Case.objects.select_for_update().filter(kind=Case.Kind.HELD, subject=f"held:{found.pk}").first()
    whole = Held.objects.select_related("author", "space", "topic", "room", "post__topic", "message")
    held = whole.select_for_update(of=("self",)).get(pk=found.pk)
    if case is None or not case.is_open or held.state != Held.State.WAITING:
        raise Conflict(code="stale")
    return held, case


def change_held(*, actor: Member, held: str, title: str, body: str, at: datetime) -> Held:
    """The author changes words that still wait: the item stays the same one, moderators see a newer version.

    Raises NotFound, Invalid (`field` title, body; words that the filter refuses), Conflict when it was settled
    meanwhile. Idempotent for the same words.
    """
    verdict = gate.read("topic", {"title": title, "body": body}, author=actor, at=at, waits=True)
    with transaction.atomic():
        kept, case = find_waiting(held)
        permissions.check_see_held(actor, kept)
        if kept.author_id != actor.pk:
            raise NotFound
        changed = _said(kept, actor, verdict.texts["title"], verdict.texts["body"])
        if (kept.title, kept.source) == (changed["title"], changed["source"]):
            return kept
        given = {**kept.given, **({"revision": kept.post.revision} if kept.post and kept.about else {})}
        for column, value in {**changed, "given": given, "edited_at": at}.items():
            setattr(kept, column, value)
        kept.save(update_fields=[*changed, "given", "edited_at"])
        _parts.move(case, at=at, words=kept.words)
    return kept


def _said(held: Held, actor: Member, title: str, body: str) -> dict[str, str]:
    """The words as the place where they shall stand takes them; raises what that place would raise, as `body`."""
    if held.verb in (Held.Verb.TOPIC, Held.Verb.REPLY, Held.Verb.EDIT):
        words = texts.check_body(body)
        return {"title": texts.check_title(title) if held.title else "", "source": words.source, "html": words.html}
    try:
        if held.verb == Held.Verb.NAME:
            source = check_name(actor, body)
        elif held.verb == Held.Verb.PROFILE:
            source, _city = check_about(body, "")
        else:
            source = clean_message(body, has_picture=bool(held.given.get("pictures")))
    except Invalid as refusal:
        raise Invalid(str(refusal), code=refusal.code, field="body") from None
    return {"title": "", "source": source, "html": shown(held.verb, source)}


def withdraw_held(*, actor: Member, held: str, at: datetime) -> Held:
    """The author takes waiting words back; they are never published. Raises NotFound, Conflict."""
    with transaction.atomic():
        kept, case = find_waiting(held)
        if kept.author_id != actor.pk:
            raise NotFound
        take_back(kept, case, at)
    return kept


def take_back(held: Held, case: Case, at: datetime) -> None:
    """Ends locked words that wait, without anybody's decision."""
    end(held, Held.State.WITHDRAWN, "")
    _parts.settle(case, actor=None, outcome=Case.Outcome.WITHDRAWN, reason="", at=at)


def overtake(about: str, *, author_id: int, at: datetime) -> None:
    """Takes back the author's change that waits about this: newer words of hers stand there now. Idempotent.

    Runs in the transaction that writes those, after the lock of the place and before that of the member.
    """
    earlier = _waiting_about(about, author_id)
    if earlier is not None:
        take_back(*earlier, at)


def end(held: Held, state: str, reason: str, **became: Any) -> None:
    """Writes how locked words ended, and what they became."""
    for column, value in {"state": state, "reason": reason, **became}.items():
        setattr(held, column, value)
    held.save(update_fields=["state", "reason", *became])
