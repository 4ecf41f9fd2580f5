"""Reads of the programme's desk: what is in force, what is on its way, what somebody has to decide."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from badges.awards.models import Badge, BadgeInForce
from badges.campaigns.models import Campaign, CampaignInForce
from badges.campaigns.selectors import budgets
from badges.challenges.models import Challenge, ChallengeInForce
from badges.earning.models import EarningRule, RuleInForce
from badges.ledger.models import Account, Role
from badges.programme import permissions
from badges.programme.contents import LADDER
from badges.programme.models import Adjustment, Draft, DraftStep
from badges.tiers.definitions import codes_of
from badges.tiers.models import LadderInForce, Tier, TierOverride
from badges.tiers.selectors import names_of, overrides
from portal.accounts.models import Member
from portal.core.clock import programme_day
from portal.core.errors import Conflict, NotFound

State = Draft.State
OPEN = (State.DRAFT, State.WAITING)


def get_draft_for(member: Member | None, draft_id: int) -> Draft:
    """A draft with its author, for who may see the desk; raises Forbidden, NotFound."""
    permissions.check_see_desk(member)
    draft = Draft.objects.select_related("author__standing").filter(pk=draft_id).first()
    if draft is None:
        raise NotFound
    return draft


def drafts_of(kind: str, subject: str) -> QuerySet[Draft]:
    """All drafts of one rule, badge or the ladder, the newest first."""
    return Draft.objects.filter(kind=kind, subject=subject).select_related("author").order_by("-id")


def open_drafts(kind: str | None = None) -> QuerySet[Draft]:
    """Drafts that are written or wait, and those that are approved for a later day; the newest first."""
    rows = Draft.objects.filter(state__in=OPEN) | Draft.objects.filter(state=State.APPROVED, applied_at=None)
    rows = rows.filter(kind=kind) if kind else rows
    return rows.select_related("author").order_by("-changed_at", "-id")


def steps_of(draft: Draft) -> list[DraftStep]:
    """What became of a draft, step by step."""
    return list(draft.steps.select_related("actor").order_by("id"))


def newest_number(kind: str, subject: str) -> int:
    """The highest number that a subject has, in force or scheduled; 0 for something new."""
    return max((row.number for row in _versions(kind, subject)), default=0)


def _versions(kind: str, subject: str) -> Iterable[Any]:
    if kind == Draft.Kind.RULE:
        return RuleInForce.objects.filter(rule__code=subject)
    if kind == Draft.Kind.BADGE:
        return BadgeInForce.objects.filter(badge__code=subject)
    if kind == Draft.Kind.CHALLENGE:
        return ChallengeInForce.objects.filter(challenge__code=subject)
    if kind == Draft.Kind.CAMPAIGN:
        return CampaignInForce.objects.filter(campaign__code=subject)
    return LadderInForce.objects.all()


def _newest(kind: str) -> tuple[str, ...]:
    """How revisions are ordered: a campaign's newest one brings its own end and voids what older ones had planned."""
    return ("-number",) if kind == Draft.Kind.CAMPAIGN else ("-since", "-number")


def _body(row: Any) -> dict[str, Any]:
    body: dict[str, Any] = next(getattr(row, f) for f in ("definition", "criteria", "steps", "body") if hasattr(row, f))
    return body


@dataclass(frozen=True)
class Version:
    """One numbered definition of a subject: since when, by whom, and the draft that it came from."""

    number: int
    since: datetime
    body: dict[str, Any]
    approved_by: Member | None
    draft: Draft | None
    current: bool = False


def versions_of(kind: str, subject: str, *, at: datetime) -> list[Version]:
    """Every revision of a subject, the newest first. Three queries."""
    versions: Any = _versions(kind, subject)
    rows = list(versions.select_related("approved_by").order_by(*_newest(kind)))
    drafts = {d.number: d for d in drafts_of(kind, subject) if d.number}
    current = next((row.number for row in rows if row.since <= at), None)
    return [
        Version(r.number, r.since, _body(r), r.approved_by, drafts.get(r.number), r.number == current) for r in rows
    ]


def body_at(kind: str, subject: str, at: datetime) -> dict[str, Any]:
    """The definition in force at an instant; {} when there is none."""
    versions: Any = _versions(kind, subject)
    row = versions.filter(since__lte=at).order_by(*_newest(kind)).first()
    return _body(row) if row is not None else {}


def as_it_is(kind: str, subject: str, *, at: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """Content and texts of a subject as it is now: what a new draft begins with. Raises NotFound."""
    body = body_at(kind, subject, at)
    if kind == Draft.Kind.RULE:
        rule = _one(EarningRule.objects.filter(code=subject).prefetch_related("texts"))
        return {"event": rule.event_name, "definition": body}, _texts(rule, "name", "explanation")
    if kind == Draft.Kind.BADGE:
        badge = _one(Badge.objects.filter(code=subject).select_related("scope").prefetch_related("texts"))
        plain = ("metal", "medal", "series", "per_target", "on_loss", "secret", "loud")
        content = {field: getattr(badge, field) for field in plain} | {"criteria": body, "backfill": False}
        content["scope"] = badge.scope.code if badge.scope is not None else ""
        return content, _texts(badge, "name", "criterion", "praise", "hint", "progress")
    if kind == Draft.Kind.CHALLENGE:
        challenge = _one(Challenge.objects.filter(code=subject).prefetch_related("texts"))
        return body, _texts(challenge, "name", "summary", "thanks", "steps")
    if kind == Draft.Kind.CAMPAIGN:
        campaign = _one(Campaign.objects.filter(code=subject).prefetch_related("texts"))
        return {"definition": body or _newest_said(subject)}, _texts(campaign, "name", "explanation")
    if subject != LADDER:
        raise NotFound
    texts: dict[str, Any] = {"vi": {}, "en": {}}
    for tier in Tier.objects.filter(code__in=codes_of(body)).prefetch_related("texts"):
        for text in tier.texts.all():
            texts.setdefault(text.locale, {})[tier.code] = {"name": text.name, "perks": list(text.perks)}
    return body, texts


def _newest_said(subject: str) -> dict[str, Any]:
    """What a campaign that does not run said last, or will say: what a new run of it begins with."""
    rows = CampaignInForce.objects.filter(campaign__code=subject).exclude(definition={}).order_by("-since", "-number")
    return next((row.definition for row in rows[:1]), {})


def _one(rows: QuerySet[Any]) -> Any:
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def _texts(owner: Any, *fields: str) -> dict[str, Any]:
    return {text.locale: {field: getattr(text, field) for field in fields} for text in owner.texts.all()}


def check_fresh(draft: Draft, version: int) -> None:
    """Raises Conflict when the draft was changed since `version` was read."""
    if draft.version != version:
        raise Conflict(version=draft.version)


@dataclass
class Row:
    """A rule or badge in a list: its name, what is in force, and the drafts on their way."""

    code: str
    name: str
    hint: str
    number: int = 0
    since: datetime | None = None
    body: dict[str, Any] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    badge: Badge | None = None
    # Of a campaign with a budget: how many points of it are given.
    given: int | None = None


def rows_of(kind: str, *, at: datetime) -> list[Row]:
    """All rules or badges in their order, with what is in force and what is on its way. A constant number of queries.

    Something new that is not approved yet stands at the end, under its own code.
    """
    locale, waiting = get_language() or "vi", list(open_drafts(kind))
    models: dict[str, Any] = {
        Draft.Kind.RULE: EarningRule, Draft.Kind.BADGE: Badge, Draft.Kind.CHALLENGE: Challenge,
        Draft.Kind.CAMPAIGN: Campaign,
    }  # fmt: skip
    model = models[kind]
    given = {code: budget.used for code, budget in budgets().items()} if kind == Draft.Kind.CAMPAIGN else {}
    found = []
    for one in model.objects.prefetch_related("texts", "versions"):
        texts = {text.locale: text for text in one.texts.all()}
        text = texts.get(locale) or texts.get("vi")
        row = Row(one.code, text.name if text else one.code, _hint(text), badge=one if kind == "badge" else None)
        past = [v for v in one.versions.all() if v.since <= at]
        newest = max(past, key=lambda v: v.number if kind == "campaign" else (v.since, v.number), default=None)
        if newest is not None:
            row.number, row.since, row.body = newest.number, newest.since, _body(newest)
        row.given = given.get(one.code)
        row.drafts = [draft for draft in waiting if draft.subject == one.code]
        found.append(row)
    known = {row.code for row in found}
    for draft in waiting:
        if draft.subject not in known:
            words = draft.texts.get(locale) or draft.texts.get("vi") or {}
            found.append(Row(draft.subject, words.get("name") or draft.subject, "", drafts=[draft]))
    return found


def _hint(text: Any) -> str:
    return (
        str(getattr(text, "explanation", "") or getattr(text, "criterion", "") or getattr(text, "summary", ""))
        if text
        else ""
    )


# ── Corrections ─────────────────────────────────────────────────────────────────────────────────────────────────
def adjustments(*, waiting: bool = False) -> QuerySet[Adjustment]:
    """Corrections of points, the newest first; only those that wait for a second person, the oldest first."""
    rows = Adjustment.objects.select_related("member__standing", "author", "decided_by", "point_type")
    return rows.filter(state=Adjustment.State.WAITING).order_by("id") if waiting else rows.order_by("-id")


@dataclass(frozen=True)
class Given:
    """A tier set by hand, as the desk and the book show it. `decides`, `ends`: what this reader may do with it."""

    row: TierOverride
    name: str
    state: str
    decides: bool = False
    ends: bool = False


def overrides_shown(rows: Iterable[TierOverride], *, viewer: Member | None, at: datetime, locale: str) -> list[Given]:
    """Tiers set by hand with the words of their state today. Two queries beside that of the rows."""
    names, day, found = names_of(locale), programme_day(at), []
    for row in rows:
        open_still = row.state == TierOverride.State.APPROVED and row.ended_at is None and row.until >= day
        state = str(row.get_state_display())
        if row.state == TierOverride.State.APPROVED:
            state = _("in force") if open_still else _("ended")
        decides = viewer is not None and permissions.may_decide_override(viewer, row)
        ends = viewer is not None and open_still and viewer.pk != row.member_id
        found.append(Given(row, names.get(row.tier.code, row.tier.code), state, decides, ends))
    return found


def to_decide(member: Member) -> tuple[list[Draft], list[Adjustment], list[TierOverride]]:
    """What waits for this member's decision: drafts, corrections and tiers by hand that hold no word of hers."""
    if not permissions.can_decide(member):
        return [], [], []
    drafts = Draft.objects.filter(state=State.WAITING).select_related("author").order_by("changed_at", "id")
    own = DraftStep.objects.filter(actor=member, kind__in=("written", "handed_in")).values("draft")
    mine = drafts.exclude(author=member).exclude(pk__in=own)
    rows = adjustments(waiting=True).exclude(author=member).exclude(member=member)
    tiers = overrides(waiting=True).exclude(author=member).exclude(member=member)
    return list(mine), list(rows), list(tiers)


def members_with_status() -> list[int]:
    """Everybody who ever had status points, by id; accounts that were merged away are left out."""
    rows = Account.objects.filter(point_type__code="status", role=Role.AVAILABLE, moved_to=None, member__isnull=False)
    return list(rows.order_by("member_id").values_list("member_id", flat=True).distinct())
