"""What a member's open pages hear of her points: new balance, new line, ring, and a toast in her language."""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from badges.earning.models import Evaluation
from badges.earning.selectors import rule_names
from badges.earning.statement import SILENT, Line, lines_of, outcome_text
from badges.ledger.models import PointType, Transaction
from badges.ledger.selectors import balances, next_expiry, postings_of
from badges.tiers.selectors import Meter, ladder, meter_of
from portal.accounts.models import Member
from portal.core.clock import now, programme_day
from portal.notifications import Kind, register
from portal.notifications.models import Notification
from portal.realtime import register_kind

_PURSE = "portal/home/_purse.html"


def render_points(member_id: int, entries: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Frames for kind `points`: balances and ring as they are now, and the line and toast of each posting."""
    member = Member.objects.get(pk=member_id)
    with translation.override(member.language), timezone.override(member.zone):
        ids = [ref["transaction"] for _kind, ref in entries]
        rows = {t.pk: t for t in statement_rows(member_id).filter(pk__in=ids)}
        touched = _touched(rows)
        lines = {t.pk: line for t, line in zip(touched, _hers(touched, member_id), strict=True)}
        purse = purse_of(member_id)
        around: list[dict[str, str]] = [
            {"html": meter_html(member_id, member.language)},
            {"html": render_to_string(_PURSE, purse)},
        ]
        return [{"balance": purse["balance"]} | _one(rows.get(i), lines, around) for i in ids]


def _hers(rows: list[Transaction], member_id: int) -> list[Line]:
    return lines_of(rows, owner_id=member_id, viewer_id=member_id)


def _touched(rows: dict[int, Transaction]) -> list[Transaction]:
    """The postings whose lines a page has to draw (again): new ones, and those that were confirmed or taken back."""
    wanted = {t.pk for t in rows.values() if t.kind not in SILENT} | {
        i for t in rows.values() for i in (t.reverses_id, t.resolves_id) if i
    }
    return list(_with_all(Transaction.objects.filter(pk__in=wanted)))


def statement_rows(member_id: int) -> Any:
    """The lines of a member's book with all that they need, so that many cost as many queries as one."""
    return _with_all(postings_of(member_id))


def _with_all(rows: Any) -> Any:
    return rows.select_related("event", "revision__rule").prefetch_related("entries__account", "entries__point_type")


def balance_of(member_id: int) -> dict[str, int]:
    """What a page shows of the purse: spend available, spend pending, status and reputation."""
    of = balances(member_id)
    spend = of.get("spend", {})
    return {
        "spend": spend.get("available", 0),
        "pending": spend.get("pending", 0),
        "status": of.get("status", {}).get("available", 0),
        "rep": of.get("rep", {}).get("available", 0),
    }


def purse_of(member_id: int) -> dict[str, Any]:
    """The purse in words: `balance`, what it is `worth` in đồng, what lapses first (`expiring`: day and amount)."""
    balance, first = balance_of(member_id), next_expiry(member_id, at=now())
    unit = PointType.objects.filter(code="spend").values_list("unit_value", flat=True).first() or 0
    expiring = {"day": first[0], "amount": first[1]} if first else None
    return {"balance": balance, "worth": balance["spend"] * unit, "expiring": expiring}


@dataclass(frozen=True)
class Missed:
    """An act that paid nothing, and why not."""

    rule: str
    why: str
    when: Any


def missed(member_id: int, *, limit: int = 5) -> list[Missed]:
    """The newest acts that paid nothing, with the reason in plain words. Two queries."""
    names, found = rule_names(get_language() or "vi"), []
    for row in Evaluation.objects.filter(member_id=member_id).order_by("-at", "-id")[: limit * 6]:
        for outcome in row.outcomes:
            why = outcome_text(outcome)
            if why and len(found) < limit:
                found.append(Missed(names.get(outcome["rule"], outcome["rule"]), why, timezone.localtime(row.at)))
    return found


def meter_html(member_id: int, locale: str) -> str:
    """The ring round the cup, rendered for one member."""
    return render_to_string(
        "portal/home/_meter.html", meter_context(meter_of(member_id, day=programme_day(now()), locale=locale))
    )


def meter_context(meter: Meter) -> dict[str, Any]:
    """Ring and words: the missing part is stated, not only drawn."""
    if meter.next is None:
        caption = _("You stand at the top.")
    else:
        words = ngettext("%(n)s tier point to go to %(tier)s", "%(n)s tier points to go to %(tier)s", meter.missing)
        caption = words % {"n": meter.missing, "tier": meter.next.name}
    return {"meter": meter, "caption": caption}


def _one(posted: Transaction | None, lines: dict[int, Line], around: list[dict[str, str]]) -> dict[str, Any]:
    """The fragments of one posting, ring and purse first, and its toast; one that is gone leaves only those two.

    The posting's own line comes to the top. A line that it changed has a place already, or is too old for the page.
    """
    if posted is None:
        return {"changes": around}
    shown = [lines[i] for i in (posted.reverses_id, posted.resolves_id, posted.pk) if i in lines]
    data: dict[str, Any] = {"changes": [*around, *(_line_change(line, line is lines.get(posted.pk)) for line in shown)]}
    line = shown[-1] if shown else None
    came = posted.kind == "transfer" and line is not None and line.amount > 0
    if line and (came or posted.kind in ("earn", "earn_pending", "activate", "restore")):
        text = line.why["text"] if line.state == "pending" else line.title
        data["toast"] = {"title": _amount(line.amount), "text": text, "icon": line.icon, "amount": line.amount}
    return data


def _line_change(line: Line, is_new: bool) -> dict[str, str]:
    change: dict[str, str] = {"html": render_to_string("components/statement_line.html", {"line": line})}
    if is_new:
        change |= {"into": "statement", "at": "start"}
    return change


def _amount(n: int) -> str:
    return _("%(sign)s%(n)s Hạt") % {"sign": "+" if n > 0 else "−", "n": abs(n)}


def render_tier(member_id: int, entries: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Frames for kind `tier`: the new ring, and on a rise a word of thanks."""
    member = Member.objects.get(pk=member_id)
    with translation.override(member.language):
        names = {t.code: t.name for t in ladder(member.language)}
        meter = meter_html(member_id, member.language)
        frames = []
        for _kind, ref in entries:
            data: dict[str, Any] = {"changes": [{"html": meter}], "tier": ref["tier"], "rose": ref["rose"]}
            if ref["rose"]:
                title = _("You are now %(tier)s") % {"tier": names.get(ref["tier"], ref["tier"])}
                data["toast"] = {
                    "title": title,
                    "text": _("Thank you for staying."),
                    "icon": "mountain",
                    "way": {"url": reverse("badges:tier"), "text": _("See what opens for you")},
                }
            frames.append(data)
        return frames


register_kind("member", "points", render_points)
register_kind("member", "tier", render_tier)


def _taken_sentence(item: Notification) -> str:
    if item.args.get("why") == "refused_by_hand":
        return _("A line that waited was not confirmed: %(note)s") % {"note": item.args.get("note", "")}
    return ngettext(
        "%(n)s line of your book was taken back: it came from an account that traded points. "
        "Nothing is held against you.",
        "%(n)s lines of your book were taken back: they came from an account that traded points. "
        "Nothing is held against you.",
        item.args.get("lines", 1),
    ) % {"n": item.args.get("lines", 1)}


def _looked_sentence(item: Notification) -> str:
    became, note = item.args.get("became"), {"note": item.args.get("note", "")}
    if became == "released":
        return _("The points that somebody of the house looked at are yours: %(note)s") % note
    if became == "rejected":
        return _("The points that somebody of the house looked at were not confirmed: %(note)s") % note
    return _(
        "Somebody of the house looks at points of yours that wait, because you and others thank each other very often. "
        "Nothing that you have is touched."
    )


register(
    Kind(
        name="points_looked_at",
        label=gettext_lazy("Points that somebody looks at"),
        icon="eye",
        sentence=_looked_sentence,
        url=lambda item: reverse("my:statement"),
        visible=lambda member, subject, args: True,  # a member's own book is always hers to know
        visible_many=lambda member, items: {item.pk for item in items},
    )
)
register(
    Kind(
        name="points_taken",
        label=gettext_lazy("Points that were taken back"),
        icon="undo-2",
        sentence=_taken_sentence,
        url=lambda item: reverse("my:statement"),
        visible=lambda member, subject, args: True,  # a member's own book is always hers to know
        visible_many=lambda member, items: {item.pk for item in items},
    )
)
