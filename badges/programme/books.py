"""A member's book of points, as care reads it: plain rows of every room of the programme, and nothing else of her."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, Sum

from badges.awards.selectors import held_views
from badges.earning.broadcasts import purse_of, statement_rows
from badges.earning.models import Evaluation
from badges.earning.selectors import rule_names
from badges.earning.statement import SILENT, lines_of, outcome_text
from badges.ledger.selectors import balances, lots_of
from badges.programme.models import Adjustment, Glance
from badges.programme.selectors import overrides_shown
from badges.tiers.selectors import meter_of, moves_of, overrides
from portal.accounts.models import Member
from portal.core.clock import programme_day
from portal.core.errors import NotFound
from portal.core.lookalikes import skeleton

FOUND, LINES, REFUSALS = 20, 25, 8


def find(asked: str) -> list[Member]:
    """Members whose name or handle holds what was asked, or whose address or number is exactly that. One query."""
    digits = "".join(c for c in asked if c.isdigit())
    by = Q(name_fold__contains=skeleton(asked)) | Q(handle__istartswith=asked) | Q(email__iexact=asked)
    if len(digits) >= 9:
        by |= Q(phone=f"+84{digits.removeprefix('84').removeprefix('0')}")
    rows = Member.objects.filter(by, is_active=True).exclude(email__endswith="@invalid")
    return list(rows.select_related("standing").order_by("name_fold", "pk")[:FOUND])


def get_member(who: str) -> Member:
    """The member behind a public id; raises NotFound."""
    found = Member.objects.filter(public_id=who).select_related("standing").first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Refusal:
    """An act that paid nothing, and why."""

    rule: str
    why: str
    at: datetime


def book_of(owner: Member, *, viewer_id: int, at: datetime, locale: str, before: int | None = None) -> dict[str, Any]:
    """Everything on the page of one book. A constant number of queries, whatever the length of the book."""
    rows = statement_rows(owner.pk).exclude(kind__in=SILENT).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    page = list(rows[: LINES + 1])
    lines = lines_of(page[:LINES], owner_id=owner.pk, viewer_id=viewer_id)
    corrections = Adjustment.objects.filter(member=owner).select_related("author", "decided_by", "point_type")
    return {
        "owner": owner, "standing": getattr(owner, "standing", None), "purse": purse_of(owner.pk),
        "balances": balances(owner.pk), "lots": _lots(owner.pk, at),
        "lines": lines, "before": page[LINES - 1].pk if len(page) > LINES else None,
        "meter": meter_of(owner.pk, day=programme_day(at), locale=locale), "moves": moves_of(owner.pk, locale),
        "badges": held_views(owner.pk, locale), "refusals": _refusals(owner.pk, locale),
        "corrections": list(corrections.order_by("-id")[:LINES]),
        "overrides": overrides_shown(overrides().filter(member=owner)[:LINES], viewer=None, at=at, locale=locale),
        "glances": list(Glance.objects.filter(member=owner).select_related("by").order_by("-id")[:REFUSALS]),
    }  # fmt: skip


def _lots(member_id: int, at: datetime) -> list[dict[str, Any]]:
    """What can be spent, by its last day, in the order in which it is spent. One query."""
    rows = lots_of(member_id, at=at).order_by(F("expires_on").asc(nulls_last=True)).values("expires_on")
    return [dict(row) for row in rows.annotate(remaining=Sum("remaining"), count=Count("id"))]


def _refusals(member_id: int, locale: str) -> list[Refusal]:
    names, found = rule_names(locale), []
    for row in Evaluation.objects.filter(member_id=member_id).order_by("-at", "-id")[: REFUSALS * 4]:
        for outcome in row.outcomes:
            if (why := outcome_text(outcome)) and len(found) < REFUSALS:
                found.append(Refusal(names.get(outcome["rule"], outcome["rule"]), why, row.at))
    return found
