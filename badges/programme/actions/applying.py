"""The moment in which an approved draft begins: words and looks are taken over, and those whom it concerns hear it."""

from datetime import datetime

from django.db import transaction

from badges.awards.models import Badge, BadgeText
from badges.campaigns.models import Campaign, CampaignText
from badges.challenges.models import Challenge, ChallengeText
from badges.earning.models import EarningRule, RuleText
from badges.programme.actions.drafting import note_step
from badges.programme.contents import scope_of
from badges.programme.models import Draft, DraftStep
from badges.tiers.models import Tier, TierText
from portal.events import bus
from portal.events.types.badges import ProgrammeChanged

LOOKS = ("metal", "medal", "series", "on_loss", "secret", "loud")


@transaction.atomic
def apply_draft(*, draft_id: int, at: datetime) -> bool:
    """Takes over words and looks of an approved draft whose moment has come; returns whether it did.

    Side effects: texts, the badge's looks, a DraftStep, ProgrammeChanged. Idempotent: a draft is applied once.
    """
    draft = Draft.objects.select_for_update().get(pk=draft_id)
    due = draft.effective_from is not None and draft.effective_from <= at
    if draft.state != Draft.State.APPROVED or draft.applied_at is not None or not due:
        return False
    if draft.kind == Draft.Kind.RULE:
        rule = EarningRule.objects.get(code=draft.subject)
        for locale, words in draft.texts.items():
            RuleText.objects.update_or_create(rule=rule, locale=locale, defaults=words)
    elif draft.kind == Draft.Kind.CAMPAIGN:
        campaign = Campaign.objects.get(code=draft.subject)
        for locale, words in draft.texts.items():
            CampaignText.objects.update_or_create(campaign=campaign, locale=locale, defaults=words)
    elif draft.kind == Draft.Kind.BADGE:
        looks = {field: draft.content[field] for field in LOOKS}
        Badge.objects.filter(code=draft.subject).update(**looks, scope=scope_of(draft.content))
        badge = Badge.objects.get(code=draft.subject)
        for locale, words in draft.texts.items():
            BadgeText.objects.update_or_create(badge=badge, locale=locale, defaults=words)
    elif draft.kind == Draft.Kind.CHALLENGE:
        challenge = Challenge.objects.get(code=draft.subject)
        for locale, words in draft.texts.items():
            ChallengeText.objects.update_or_create(challenge=challenge, locale=locale, defaults=words)
    else:
        _tell_tiers(draft)
    draft.applied_at = at
    draft.save(update_fields=["applied_at"])
    note_step(draft, DraftStep.Kind.APPLIED, None, at)
    event = ProgrammeChanged(
        kind=draft.kind, subject=draft.subject, number=draft.number or 0,
        backfill=bool(draft.content.get("backfill")),
    )  # fmt: skip
    bus.publish(event, at=at, key=f"programme:{draft.pk}")
    return True


def _tell_tiers(draft: Draft) -> None:
    for tier in Tier.objects.all():
        for locale, words in draft.texts.items():
            if tier.code in words:
                TierText.objects.update_or_create(tier=tier, locale=locale, defaults=words[tier.code])
