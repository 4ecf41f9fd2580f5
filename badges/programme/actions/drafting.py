"""How a change of the programme is written, handed in, taken back and laid aside."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from badges.awards.models import Badge
from badges.campaigns.selectors import counts_of
from badges.challenges.models import Challenge
from badges.earning.models import EarningRule
from badges.programme import contents, permissions, selectors
from badges.programme.models import Draft, DraftStep
from portal.accounts.models import Member
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.core.text import clean_line

State, Step = Draft.State, DraftStep.Kind
NOTE_LONGEST = 500


def locked(draft_id: int, version: int) -> Draft:
    """The draft, locked until the transaction ends; raises NotFound, and Conflict when `version` is no longer its."""
    draft = Draft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None:
        raise NotFound
    selectors.check_fresh(draft, version)
    return draft


def note_step(draft: Draft, kind: str, actor: Member | None, at: datetime, note: str = "") -> None:
    """Writes down what was done, and what the draft said then."""
    DraftStep.objects.create(
        draft=draft, kind=kind, actor=actor, at=at, note=note, content=draft.content, texts=draft.texts
    )


def begins(draft: Draft, at: datetime) -> datetime:
    """When a draft would begin if it were approved now."""
    planned = draft.effective_from
    return planned if planned is not None and planned > at else at


def moved(draft: Draft, *, state: str, at: datetime, **changes: Any) -> Draft:
    """Stores a new state under a new version."""
    for field, value in changes.items():
        setattr(draft, field, value)
    draft.state, draft.changed_at, draft.version = state, at, draft.version + 1
    draft.save()
    return draft


@transaction.atomic
def write_draft(
    *, actor: Member, kind: str, subject: str, content: dict[str, Any], texts: dict[str, Any], at: datetime,
    draft_id: int | None = None, version: int = 0, note: str = "", effective_from: datetime | None = None,
    until: datetime | None = None,
) -> Draft:  # fmt: skip
    """Stores a draft, a new one without `draft_id`. Saved again it is a draft again, whoever had sent it back.

    Raises Forbidden, Invalid (`field`) for what could not come into force, Conflict for an older `version` or for a
    draft that waits or was decided. Side effects: a DraftStep. The same words once more are one more step.
    """
    permissions.check_write(actor)
    _check_days(at, effective_from, until, kind)
    contents.check(kind, content, texts, at=effective_from or at)
    _check_budget(kind, subject, content)
    note = clean_line(note)
    if len(note) > NOTE_LONGEST:
        raise Invalid(_("Up to %(limit)d letters fit here.") % {"limit": NOTE_LONGEST}, field="note")
    fields = {
        "content": content, "texts": texts, "note": note, "effective_from": effective_from, "until": until,
        "based_on": selectors.newest_number(kind, subject),
    }  # fmt: skip
    if draft_id is None:
        _check_subject(kind, subject, content)
        draft = Draft.objects.create(
            kind=kind, subject=subject, author=actor, created_at=at, changed_at=at, **fields
        )  # fmt: skip
    else:
        draft = locked(draft_id, version)
        if draft.state not in (State.DRAFT, State.REFUSED):
            raise Conflict(_("It waits or was decided meanwhile, so its words stay as they are."))
        moved(draft, state=State.DRAFT, at=at, **fields)
    note_step(draft, Step.WRITTEN, actor, at, note)
    return draft


def _check_days(at: datetime, begin: datetime | None, end: datetime | None, kind: str) -> None:
    if begin is not None and begin <= at:
        raise Invalid(_("That moment is over. Leave it empty to begin with the approval."), field="effective_from")
    if end is not None and kind == Draft.Kind.LADDER:
        raise Invalid(_("A ladder holds until the next one."), field="until")
    if end is not None and kind == Draft.Kind.CHALLENGE:
        raise Invalid(_("A challenge has a last day of its own."), field="until")
    if end is not None and end <= (begin or at):
        raise Invalid(_("The window ends before it starts."), field="until")


def _check_budget(kind: str, subject: str, content: dict[str, Any]) -> None:
    """What a campaign's budget counts stays as it began: its sum would mean nothing otherwise."""
    limit = contents.campaign_of(content).limit if kind == Draft.Kind.CAMPAIGN else None
    counted = counts_of(subject) if limit is not None else None
    if limit is not None and counted is not None and limit.type != counted:
        words = _("Its budget counts other points for ever. Make a new campaign for these.")
        raise Invalid(words, field="budget_type")


def _check_subject(kind: str, subject: str, content: dict[str, Any]) -> None:
    """A change of something names what there is, in the event that it has; something new takes a free code."""
    if kind == Draft.Kind.LADDER and subject != contents.LADDER:
        raise Invalid(_("Choose this from the list."), field="subject")
    rule = EarningRule.objects.filter(code=subject).first() if kind == Draft.Kind.RULE else None
    if rule is not None and rule.event_name != content.get("event"):
        raise Invalid(_("A rule hears one event for ever. Make a new rule for another."), field="event")
    if kind == Draft.Kind.CHALLENGE and Challenge.objects.filter(code=subject, closed_at__isnull=False).exists():
        raise Invalid(_("It is over and counted for good. Make a new challenge."), field="last")
    badge = Badge.objects.filter(code=subject).first() if kind == Draft.Kind.BADGE else None
    if badge is not None and badge.per_target != content.get("per_target"):
        words = _("Given once or once for each: that stays as it began. Make a new badge for the other.")
        raise Invalid(words, field="per_target")


@transaction.atomic
def hand_in_draft(*, actor: Member, draft_id: int, version: int, at: datetime) -> Draft:
    """Lets a draft wait for a second person. Raises Forbidden, Conflict, and Invalid where the world moved on."""
    permissions.check_write(actor)
    draft = locked(draft_id, version)
    if draft.state != State.DRAFT:
        raise Conflict
    contents.check(draft.kind, draft.content, draft.texts, at=begins(draft, at))
    moved(draft, state=State.WAITING, at=at)
    note_step(draft, Step.HANDED_IN, actor, at)
    return draft


@transaction.atomic
def take_back_draft(*, actor: Member, draft_id: int, version: int, at: datetime) -> Draft:
    """Takes back what waits, so that it can be changed: by whoever wrote in it. Raises Forbidden, Conflict."""
    permissions.check_write(actor)
    draft = locked(draft_id, version)
    if draft.state != State.WAITING:
        raise Conflict
    if not permissions.wrote(actor, draft) and not actor.is_superuser:
        raise Forbidden
    moved(draft, state=State.DRAFT, at=at)
    note_step(draft, Step.TAKEN_BACK, actor, at)
    return draft


@transaction.atomic
def withdraw_draft(*, actor: Member, draft_id: int, version: int, at: datetime) -> Draft:
    """Lays a draft aside for good; its steps stay. Raises Forbidden, and Conflict for what was approved."""
    permissions.check_write(actor)
    draft = locked(draft_id, version)
    if draft.state not in (State.DRAFT, State.WAITING, State.REFUSED):
        raise Conflict
    moved(draft, state=State.WITHDRAWN, at=at)
    note_step(draft, Step.WITHDRAWN, actor, at)
    return draft
