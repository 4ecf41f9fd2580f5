"""Reads of campaigns: which run at an instant, what they say to members, and what is left of their budgets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from badges.campaigns.definitions import Terms, parse
from badges.campaigns.lifting import Running
from badges.campaigns.models import Budget, Campaign, CampaignInForce, CampaignText
from portal.core.prepared import prepared
from portal.core.reading import read_once

# So long after its end a campaign still says at each act that it is over.
JUST_OVER = timedelta(days=3)


@dataclass(frozen=True)
class Version:
    """A revision: since when it holds, and what it says; None: it does not run."""

    since: datetime
    number: int
    id: int
    terms: Terms | None


class Book:
    """All campaigns in the order in which they are asked, each with its revisions, the newest first.

    Of the revisions that have begun the one that was approved last holds, with its own end: what an older one had
    planned for later is void then.
    """

    def __init__(self, versions: Mapping[str, list[Version]]) -> None:
        self.versions = dict(versions)

    @classmethod
    def in_force(cls) -> "Book":
        """The campaigns as they were at every instant. One query."""
        versions: dict[str, list[Version]] = {}
        for pk, code, number, since, definition in _rows():
            terms = parse(definition) if definition else None
            versions.setdefault(code, []).append(Version(since, number, pk, terms))
        return cls(versions)

    def with_drafts(self, drafts: Mapping[str, Terms], since: datetime) -> "Book":
        """The same campaigns, of which those that are drafted run from `since` on as the drafts say; new ones last."""
        book = Book(self.versions)
        for code, terms in drafts.items():
            before = [version for version in self.versions.get(code, []) if version.since < since]
            book.versions[code] = [Version(since, 0, 0, terms), *before]
        return book

    def lifting(self, rule: str, event: str, at: datetime) -> list[Running]:
        """The campaigns that mean a rule at an instant, and those that were over by then, but only just. No query."""
        found = []
        for code, versions in self.versions.items():
            past = [version for version in versions if version.since <= at][:2]
            over = len(past) == 2 and past[0].terms is None and at - past[0].since <= JUST_OVER
            one = past[1] if over else past[0] if past else None
            if one is not None and one.terms is not None and one.terms.lifts(rule, event):
                found.append(Running(code, one.number, one.id, None if over else one.terms))
        return found

    def limited(self, event: str, rules: Iterable[str], at: datetime) -> bool:
        """Whether a campaign with a budget means one of these rules at an instant. No query."""
        asked = [running.terms for rule in rules for running in self.lifting(rule, event, at)]
        return any(terms is not None and terms.limit is not None for terms in asked)

    def terms_of(self, code: str, number: int) -> Terms | None:
        """What a revision says; None for one that is not there."""
        return next((one.terms for one in self.versions.get(code, ()) if one.number == number), None)


@prepared
def _rows() -> QuerySet[CampaignInForce, tuple[int, str, int, datetime, dict[str, object]]]:
    rows = CampaignInForce.objects.order_by("campaign__position", "campaign", "-number")
    return rows.values_list("id", "campaign__code", "number", "since", "definition")


@read_once
def book() -> Book:
    """Every campaign there is, for judging. One query, none again within a batch."""
    return Book.in_force()


def lock_budgets(codes: Iterable[str]) -> dict[str, Budget]:
    """Locks and returns the budgets of these campaigns, by ascending id: the last lock of a posting's transaction."""
    rows = Budget.objects.select_for_update(of=("self",)).filter(campaign__code__in=list(codes))
    return {row.campaign.code: row for row in rows.select_related("campaign").order_by("campaign_id")}


def names(locale: str) -> dict[str, str]:
    """Campaign code to its name in one language, Vietnamese where the language has none. One query."""
    found: dict[str, str] = {}
    for text in CampaignText.objects.filter(locale__in={locale, "vi"}).select_related("campaign"):
        if text.locale == locale or text.campaign.code not in found:
            found[text.campaign.code] = text.name
    return found


@dataclass(frozen=True)
class Shown:
    """A campaign that runs, as members read it. `until`: the instant at which it ends, None without one."""

    code: str
    name: str
    explanation: str
    terms: Terms
    until: datetime | None

    @property
    def last(self) -> datetime | None:
        """A moment of its last day."""
        return self.until - timedelta(seconds=1) if self.until is not None else None


def running(locale: str, *, at: datetime) -> list[Shown]:
    """Every campaign that runs and still has something to give, those that end first at the top. Four queries."""
    found = []
    for campaign in Campaign.objects.prefetch_related("versions", "texts", "budget"):
        versions = sorted(campaign.versions.all(), key=lambda one: one.number)
        past = [one for one in versions if one.since <= at]
        texts = {text.locale: text for text in campaign.texts.all()}
        text = texts.get(locale) or texts.get("vi")
        if not past or not past[-1].definition or text is None:
            continue
        terms = parse(past[-1].definition)
        if terms.limit is not None and campaign.budget.used >= terms.limit.points:
            continue
        after = min((o for o in versions if o.number > past[-1].number), key=lambda o: o.since, default=None)
        until = after.since if after is not None and not after.definition else None
        found.append(Shown(campaign.code, text.name, text.explanation, terms, until))
    return sorted(found, key=lambda one: (one.until is None, one.until or at))


def of_group(group: str, at: datetime) -> list[Terms]:
    """What every campaign of a group says that runs at an instant or will run later. One query."""
    found = []
    for versions in book().versions.values():
        past = next((one for one in versions if one.since <= at), None)
        told = [one.terms for one in versions if one.since > at] + ([past.terms] if past is not None else [])
        found += [terms for terms in told if terms is not None and terms.group == group]
    return found


def counts_of(code: str) -> str | None:
    """Which points a campaign's budget counts, by any of its revisions that has one. One query."""
    told = [one.terms.limit for one in book().versions.get(code, ()) if one.terms is not None]
    return next((limit.type for limit in told if limit is not None), None)


def untold() -> list[int]:
    """Campaigns whose budget is used up and nobody was told yet. One query."""
    rows = Budget.objects.filter(emptied_at__isnull=False, told_at=None)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def budgets() -> dict[str, Budget]:
    """What campaigns with a budget have given so far, by code. One query."""
    return {row.campaign.code: row for row in Budget.objects.select_related("campaign")}
