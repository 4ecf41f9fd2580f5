"""How a second person decides a draft: approved it becomes a numbered row in force, once and for ever."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from badges.awards.models import Badge, BadgeInForce
from badges.campaigns.actions import begin
from badges.challenges.models import Challenge, ChallengeInForce
from badges.earning.models import EarningRule, RuleInForce
from badges.programme import contents, permissions, selectors
from badges.programme.actions.applying import apply_draft
from badges.programme.actions.drafting import begins, locked, moved, note_step
from badges.programme.models import Draft, DraftStep
from badges.tiers.models import LadderInForce, Tier, TierText
from portal.accounts.models import Member
from portal.core.errors import Conflict, Forbidden, Invalid
from portal.core.text import clean_line

State, Step = Draft.State, DraftStep.Kind
OWN_WORDS = _("You wrote in this draft. Somebody else decides it.")


@transaction.atomic
def approve_draft(*, actor: Member, draft_id: int, version: int, at: datetime, note: str = "") -> Draft:
    """Brings a draft into force, now or at its planned moment, in the name of who approves.

    Raises Forbidden for who does not decide and for whoever wrote in it; Conflict for an older `version`, for what does
    not wait, and when another revision came between; Invalid where it can no longer come into force. Side effects: the
    row in force (and the one that ends its window), the tier that a ladder adds, a DraftStep, and those of
    `apply_draft` when it begins now. A second approval is a Conflict and writes nothing.
    """
    draft = _waiting_for(actor, draft_id, version)
    if draft.kind == Draft.Kind.LADDER:
        _one_ladder_at_a_time()
    if selectors.newest_number(draft.kind, draft.subject) != draft.based_on:
        raise Conflict(_("Another revision came into force since this was written. Take it back and look again."))
    since = begins(draft, at)
    contents.check(draft.kind, draft.content, draft.texts, at=since)
    if draft.until is not None and draft.until <= since:
        raise Invalid(_("The window ends before it starts."), field="until")
    # A campaign is over at its end; of anything else what was before holds again.
    campaign = draft.kind == Draft.Kind.CAMPAIGN
    before = {} if campaign else selectors.body_at(draft.kind, draft.subject, since)
    number = draft.based_on + 1
    _bring_into_force(draft, number, since, _body(draft), actor)
    if draft.until is not None:
        _bring_into_force(draft, number + 1, draft.until, before, actor)
    moved(draft, state=State.APPROVED, at=at, number=number, effective_from=since)
    note_step(draft, Step.APPROVED, actor, at, clean_line(note)[:500])
    if since <= at:
        apply_draft(draft_id=draft.pk, at=at)
        draft.refresh_from_db()
    return draft


@transaction.atomic
def refuse_draft(*, actor: Member, draft_id: int, version: int, at: datetime, note: str) -> Draft:
    """Sends a draft back with a word about why. Raises as `approve_draft`, and Invalid without that word."""
    draft = _waiting_for(actor, draft_id, version)
    if not clean_line(note):
        raise Invalid(_("Say in a line what should change."), field="note")
    moved(draft, state=State.REFUSED, at=at)
    note_step(draft, Step.REFUSED, actor, at, clean_line(note)[:500])
    return draft


def _waiting_for(actor: Member, draft_id: int, version: int) -> Draft:
    if not permissions.can_decide(actor):
        raise Forbidden
    draft = locked(draft_id, version)
    if draft.state != State.WAITING:
        raise Conflict
    if permissions.wrote(actor, draft):
        raise Forbidden(OWN_WORDS, code="own_words")
    return draft


def _one_ladder_at_a_time() -> None:
    """Two ladders that are approved at the same moment come one after the other: the second meets a Conflict."""
    Tier.objects.select_for_update(no_key=True).get(rank=0)


def _body(draft: Draft) -> dict[str, Any]:
    if draft.kind == Draft.Kind.LADDER:
        return contents.ladder_body(draft.content)
    if draft.kind == Draft.Kind.CHALLENGE:
        return dict(draft.content)
    key = "criteria" if draft.kind == Draft.Kind.BADGE else "definition"
    body: dict[str, Any] = draft.content[key]
    return body


def _bring_into_force(draft: Draft, number: int, since: datetime, body: dict[str, Any], actor: Member) -> None:
    """The append-only row that events are judged by. Something new gets its identity here."""
    common = {"number": number, "since": since, "approved_by": actor}
    if draft.kind == Draft.Kind.CAMPAIGN:
        begin(draft.subject, number=number, since=since, definition=body, approved_by_id=actor.pk)
        return
    if draft.kind == Draft.Kind.RULE:
        place = {"event_name": draft.content["event"], "position": EarningRule.objects.count()}
        rule, _made = EarningRule.objects.get_or_create(code=draft.subject, defaults=place)
        RuleInForce.objects.create(rule=rule, definition=body, **common)
    elif draft.kind == Draft.Kind.BADGE:
        look = {field: draft.content[field] for field in ("metal", "medal", "series", "per_target")}
        place = {"scope": contents.scope_of(draft.content), "position": Badge.objects.count()}
        badge, _made = Badge.objects.get_or_create(code=draft.subject, defaults={**look, **place})
        BadgeInForce.objects.create(badge=badge, criteria=body, **common)
    elif draft.kind == Draft.Kind.CHALLENGE:
        challenge, _made = Challenge.objects.get_or_create(code=draft.subject)
        if challenge.closed_at is not None:
            raise Invalid(_("It is over and counted for good. Make a new challenge."), field="last")
        ChallengeInForce.objects.create(challenge=challenge, body=body, **common)
    else:
        _begin_tier(draft, body)
        LadderInForce.objects.create(steps=body, **common)


def _begin_tier(draft: Draft, body: dict[str, Any]) -> None:
    """The row of a tier that the ladder adds, with its words: nobody sees it before a ladder in force names it."""
    if adds := draft.content.get("adds"):
        tier = Tier.objects.create(code=adds["code"], rank=len(body["steps"]) - 1, mark=adds["mark"])
        words = ((locale, said[tier.code]) for locale, said in draft.texts.items() if tier.code in said)
        TierText.objects.bulk_create(TierText(tier=tier, locale=locale, **said) for locale, said in words)
