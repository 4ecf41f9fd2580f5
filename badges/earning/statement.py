"""The member's statement: each posting as a line in her language, with its reason in plain words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from badges.campaigns.selectors import names as campaign_names
from badges.challenges.selectors import names_of as challenges_of
from badges.earning import conditions
from badges.earning.definitions import PAIR
from badges.earning.models import Evaluation, PendingEarning
from badges.earning.selectors import evaluations_of, rule_names, waiting_of
from badges.ledger.models import Entry, Transaction
from portal.accounts.models import Member
from portal.accounts.profiles import field_visible, profile_of
from portal.cards.selectors import cards_for

_ICONS = {
    "member_joined": "house", "profile_completed": "user", "story_read": "book-open",
    "topic_started": "message-circle", "reply_posted": "reply", "reaction_added": "heart", "talked_in_chat": "coffee",
    "answer_accepted": "circle-check", "purchase_completed": "gift", "survey_answered": "circle-check",
    "visit_checked_in": "house", "custom_told": "gift",
}  # fmt: skip
READ, CHALLENGE = "story_read", "challenge:"
# Confirming or letting lapse changes the line that waited; it is not a line of its own.
BARRED = gettext_lazy(
    "It came from an account that traded thanks for points, so it does not count. Nothing is held against you."
)
SILENT = ("activate", "lapse")
_KIND_ICONS = {"redeem": "gift", "expire": "hourglass", "reverse": "undo-2", "restore": "redo-2", "merge": "redo-2",
               "transfer": "gift"}  # fmt: skip


@dataclass
class Line:
    """One line as `components/statement_line.html` shows it. `amount` is in spend points (signed)."""

    id: str
    title: str
    icon: str
    when: datetime
    amount: int
    state: str
    why: dict[str, Any] = field(default_factory=dict)
    url: str = ""


def lines_of(
    transactions: Sequence[Transaction], *, owner_id: int | None = None, viewer_id: int | None = None
) -> list[Line]:
    """Statement lines for postings (with `event` and `revision__rule` selected), as they stand in the book of
    `owner_id` (default: each posting's own member). A constant number of queries.

    `viewer_id` is who reads (None: nobody known): another member is named only to whom her page is open.
    """
    evaluations, waiting = evaluations_of(transactions), waiting_of(transactions)
    names, legs = rule_names(get_language() or "vi"), _legs(transactions, owner_id)
    won = challenges_of([t.pk for t in transactions if t.source.startswith(CHALLENGE)], get_language() or "vi")
    names |= _campaign_names(evaluations.values())
    called = {pk: name for pk, (name, _number) in won.items()}
    called |= _stories(transactions) | _own_kinds(transactions, names) | _passed_on(transactions, owner_id, viewer_id)
    undone = Transaction.objects.filter(reverses__in=[t.pk for t in transactions], kind="reverse")
    taken = dict(undone.values_list("reverses", "reason"))
    lines = [
        _line(t, evaluations.get(t.pk), waiting.get(t.pk), names, legs.get(t.pk, {}), taken.get(t.pk), called.get(t.pk))
        for t in transactions
    ]
    for t, line in zip(transactions, lines, strict=True):
        if t.pk in won:
            line.icon, line.why = "flag", _why_won(t, line.why, line.state, *won[t.pk])
    return lines


def _why_won(t: Transaction, why: dict[str, Any], state: str, name: str, number: int) -> dict[str, Any]:
    """Why a prize came or went: the challenge and the revision by which she finished it."""
    words = _("%(challenge)s, revision %(number)s") % {"challenge": name, "number": number}
    lead = {
        "earn": _("You finished this challenge, and this is its prize."),
        "reverse": _("What you had finished it by is no longer there. If it returns, so does the prize."),
        "restore": _("What you had finished it by is back, and so is the prize."),
    }
    kind = "reverse" if state == "reversed" else t.kind
    return {"text": lead[kind], "facts": [{"label": _("Challenge"), "value": words}, *why["facts"]]}


def _stories(transactions: Sequence[Transaction]) -> dict[int, str]:
    """What the stories that were read are called in the reader's language, whichever she read them in. One query."""
    read = {t.pk: ("story", str(t.event.payload["story"])) for t in transactions if t.event and t.event.name == READ}
    cards = cards_for(None, set(read.values()), get_language() or "vi")
    return {pk: cards[ref].title for pk, ref in read.items() if ref in cards}


def _own_kinds(transactions: Sequence[Transaction], names: dict[str, str]) -> dict[int, str]:
    """What another system told in its own words is called as the rule that paid it. No query."""
    told = [t for t in transactions if t.event and t.event.name == "custom_told" and t.revision is not None]
    return {t.pk: names[t.revision.rule.code] for t in told if t.revision and t.revision.rule.code in names}


def _passed_on(transactions: Iterable[Transaction], owner_id: int | None, viewer_id: int | None) -> dict[int, str]:
    """The words of transfers: whose book it is says whether the points went or came. One query, none without any."""
    passed = [t for t in transactions if t.kind == Transaction.Kind.TRANSFER]
    if not passed:
        return {}
    wanted = {pk for t in passed for pk in (t.member_id, t.counterpart_id, viewer_id) if pk is not None}
    members = Member.objects.select_related("profile").in_bulk(wanted)
    viewer, told = members.get(viewer_id or 0), {}
    for t in passed:
        came = t.counterpart_id == owner_id
        other = members.get((t.member_id if came else t.counterpart_id) or 0)
        here = other is not None and other.is_active and other.left_at is None
        name = other.name if other and here and field_visible(profile_of(other), "page", viewer) else ""
        if came:
            told[t.pk] = _("Received from %(name)s") % {"name": name} if name else _("Received from another member")
        else:
            told[t.pk] = _("Sent to %(name)s") % {"name": name} if name else _("Sent to another member")
    return told


def _legs(transactions: Iterable[Transaction], owner_id: int | None) -> dict[int, dict[str, int]]:
    """What each posting changed for the member, by point type: available and pending together, repaid debt included."""
    owner = owner_id or F("transaction__member")
    rows = Entry.objects.filter(transaction__in=[t.pk for t in transactions], account__member=owner)
    sums: dict[int, dict[str, int]] = {}
    for posting, code, amount in rows.values_list("transaction", "point_type__code", "amount"):
        sums.setdefault(posting, {}).setdefault(code, 0)
        sums[posting][code] += amount
    return sums


def _line(
    t: Transaction, evaluation: Evaluation | None, waits: PendingEarning | None, names: dict[str, str],
    legs: dict[str, int], taken: str | None, called: str | None,
) -> Line:  # fmt: skip
    name = t.event.name if t.event else ""
    amount = legs.get("spend", 0)
    icon = _KIND_ICONS.get(t.kind) or _ICONS.get(name, "bean")
    state = _state(t, waits, taken is not None, amount)
    when = timezone.localtime(t.recorded_at)
    return Line(
        t.public_id, title_of(t, called), icon, when, amount, state,
        _why(t, evaluation, waits, names, legs, state, taken),
    )  # fmt: skip


def _state(t: Transaction, waits: PendingEarning | None, taken: bool, amount: int) -> str:
    if taken:
        return "reversed"
    if waits is not None and waits.state in ("open", "held", "lapsed"):
        return {"open": "pending", "held": "pending", "lapsed": "lapsed"}[waits.state]
    return "spent" if t.kind in ("redeem", "expire", "reverse") or (t.kind == "transfer" and amount < 0) else "posted"


def title_of(t: Transaction, called: str | None = None) -> str:
    """What happened, in the reader's language, as a person would say it; `called`: the name there of what it was."""
    payload = t.event.payload if t.event else {}
    topic = called or payload.get("title", "")
    by_kind = {
        "reverse": {
            "post_hidden": _("Taken back: the post is no longer shown"),
            "reaction_removed": _("Taken back: the reaction was withdrawn"),
            "answer_unaccepted": _("Taken back: the answer is no longer the chosen one"),
            "giver_barred": _("Taken back: it came from an account that traded points"),
            "refused_by_hand": _("Taken back: the house did not confirm it"),
            "purchase_refunded": _("Taken back: the purchase was given back"),
            "challenge_lost": _("Taken back: the challenge is no longer finished"),
        }.get(t.reason, _("Taken back")),
        "restore": {
            "giver_cleared": _("Given again: the decision was lifted"),
            "challenge_again": _("Given again: the challenge is finished once more"),
        }.get(t.reason, _("Given again: the post is back")),
        "redeem": t.reason or _("Redeemed"),
        "expire": _("Expired"),
        "merge": _("Moved over from the account that a shop opened"),
        "adjust": t.reason or _("Adjusted by the house"),
        "transfer": called or _("Passed on between members"),
    }
    if t.kind in by_kind:
        return by_kind[t.kind]
    if t.source.startswith(CHALLENGE):
        return _("Finished the challenge “%(name)s”") % {"name": called or t.source.removeprefix(CHALLENGE)}
    by_event = {
        "member_joined": _("Joined the house"),
        "profile_completed": _("Told the house about yourself"),
        "story_read": _("Read “%(title)s” to the end") % {"title": topic},
        "topic_started": _("Opened “%(title)s”") % {"title": topic},
        "reply_posted": _("Replied in “%(title)s”") % {"title": topic},
        "reaction_added": _("Someone warmed to your words in “%(title)s”") % {"title": topic},
        "talked_in_chat": _("Talked with the house that day"),
        "answer_accepted": _("Your answer helped in “%(title)s”") % {"title": topic},
        "purchase_completed": _("Bought something from the house"),
        "survey_answered": _("Answered a survey"),
        "visit_checked_in": _("Came to visit"),
        "custom_told": called or _("Told by another system of the house"),
    }
    return by_event.get(t.event.name if t.event else "", t.get_kind_display())


def waiting_text(waits: PendingEarning) -> str:
    """What a pending line waits for: “waits for 1 more person to answer”."""
    if waits.state == "held" and waits.ring is not None:
        return _(
            "Somebody of the house looks at it, because you and others have thanked each other very often since "
            "%(day)s. Until then it waits. Nothing that you have is touched, and nothing is held against you."
        ) % {"day": _day(waits.ring.since)}
    if waits.waits_for == "time":
        return _("Waits until %(when)s.") % {"when": _day(waits.until)}
    if waits.waits_for == "givers":
        return _("Waits until your reactions come from %(needed)s different people.") % {"needed": waits.needed}
    left = max(waits.needed - len(waits.responders), 1)
    return ngettext(
        "Waits for %(left)s more person to answer. If nobody has by %(day)s, the line goes back and you lose nothing.",
        "Waits for %(left)s more people to answer. "
        "If they have not by %(day)s, the line goes back and you lose nothing.",
        left,
    ) % {"left": left, "day": _day(waits.until)}


def _ended(note: str) -> str:
    """A note as a sentence that another may follow."""
    return note if note.endswith((".", "!", "?", "…")) else f"{note}."


def _day(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "DATE_FORMAT")


def _why(
    t: Transaction, evaluation: Evaluation | None, waits: PendingEarning | None, names: dict[str, str],
    legs: dict[str, int], state: str, taken: str | None,
) -> dict[str, Any]:  # fmt: skip
    facts: list[dict[str, str]] = []
    outcome: dict[str, Any] = {}
    if t.revision is not None:
        code, since = t.revision.rule.code, _day(t.revision.since)
        facts.append({
            "label": _("Rule"),
            "value": _("%(rule)s, revision %(number)s, in force since %(since)s")
            % {"rule": names.get(code, code), "number": t.revision.number, "since": since},
        })  # fmt: skip
        for asked in conditions.parse(t.revision.definition.get("when", [])):
            facts.append({"label": _("Counts because"), "value": conditions.words(asked)})
        if evaluation is not None:
            outcome = next((o for o in evaluation.outcomes if o["rule"] == t.revision.rule.code), {})
    facts += [
        {"label": names.get(f"campaign:{boost['campaign']}", boost["campaign"]), "value": boost_text(boost, names)}
        for boost in outcome.get("boosts", [])
    ]
    with_it = [_type_text(code, n) for code, n in legs.items() if code != "spend" and n]
    if with_it:
        facts.append({"label": _("Comes with"), "value": ", ".join(with_it)})
    if outcome.get("data", {}).get("cap") == PAIR:
        facts.append({"label": _("Counts less"), "value": pair_text(outcome["data"])})
    elif outcome.get("data", {}).get("cap"):
        facts.append({"label": _("Within the cap"), "value": cap_text(outcome["data"])})
    if t.written_off:
        facts.append({"label": _("Not taken"), "value": ", ".join(_type_text(c, n) for c, n in t.written_off.items())})
    return {"text": _lead(t, waits, outcome, state, taken), "facts": facts}


def _lead(t: Transaction, waits: PendingEarning | None, outcome: dict[str, Any], state: str, taken: str | None) -> str:
    if state == "reversed" and taken == "giver_barred":
        return str(BARRED)
    if state == "reversed" and taken == "refused_by_hand":
        note = waits.note if waits is not None else ""
        return _("Somebody of the house looked at it and took it back: %(note)s") % {"note": note}
    if state == "reversed" and taken == "purchase_refunded":
        return _("The purchase was given back, whole or in part, and its share of these points went with it.")
    if state == "reversed":
        return _(
            "It was paid, and taken back when the words it was paid for left the page. If they return, so does this."
        )
    if state == "pending" and waits is not None:
        return waiting_text(waits)
    if state == "lapsed" and waits is not None and waits.decided_by_id:
        words = _("Somebody of the house looked at it and did not confirm it: %(note)s You lost nothing you had.")
        return words % {"note": _ended(waits.note)}
    if state == "lapsed":
        return _("Nobody answered in time, so this line went back by itself. You lost nothing you had.")
    if outcome.get("outcome") == "trimmed" and outcome["data"].get("cap") == PAIR:
        return _("Part of it, because the two of you thank each other often.")
    if outcome.get("outcome") == "trimmed":
        return _("Part of it, because the cap was reached.")
    if waits is not None and waits.state == "activated" and waits.decided_by_id:
        return _("Somebody of the house looked at it and confirmed it: %(note)s") % {"note": waits.note}
    if waits is not None and waits.state == "activated":
        return _("It waited for an answer, and the answer came. These points can be spent.")
    if t.kind == "reverse" and t.reason == "giver_barred":
        return str(BARRED)
    if t.kind == "reverse" and t.reason == "refused_by_hand":
        return _("What waited was looked at by hand. The line that it belongs to says why it went.")
    if t.kind == "reverse":
        return _("What an act earned goes when the act goes. Nothing beyond it was taken.")
    if t.kind == "merge":
        return _("Two accounts became one. Every point kept its last day.")
    if t.kind == "transfer":
        return _("Passed on from member to member. Every point kept its last day.")
    return _("Paid at once by the rule below.") if t.revision_id else ""


def cap_text(data: dict[str, Any]) -> str:
    """A cap's numbers: “2 of 10 today”."""
    if data.get("cap") == PAIR:
        return pair_text(data)
    windows = {"day": _("%(used)s of %(limit)s today"), "month": _("%(used)s of %(limit)s this month"),
               "year": _("%(used)s of %(limit)s this year"), "ever": _("%(used)s of %(limit)s in all")}  # fmt: skip
    return windows[data["window"]] % {"used": min(data["used"], data["limit"]), "limit": data["limit"]}


def pair_text(data: dict[str, Any]) -> str:
    """Why two who thank each other often get less for it."""
    return _(
        "You two have thanked each other %(used)s times already. From %(limit)s on, each further time counts half as "
        "much, then a quarter, then nothing; it begins anew with the next span."
    ) % {"used": data["used"], "limit": data["limit"]}


def _campaign_names(evaluations: Iterable[Evaluation]) -> dict[str, str]:
    """What campaigns are called, by `campaign:<code>`, where one had anything to do with these. One query at most."""
    if not any("boosts" in outcome for evaluation in evaluations for outcome in evaluation.outcomes):
        return {}
    return {f"campaign:{code}": name for code, name in campaign_names(get_language() or "vi").items()}


def boost_text(boost: dict[str, Any], names: dict[str, str]) -> str:
    """What a campaign did with an award, in plain words: what it added, or why not."""
    data, added = boost["data"], ", ".join(_type_text(code, n) for code, n in boost["added"].items())
    if boost["outcome"] == "paid":
        words = _("× %(times)s: %(added)s of this came from it, by revision %(number)s.")
        return words % {"times": data["times"], "added": added, "number": boost["revision"]}
    if boost["outcome"] == "trimmed":
        words = _("%(added)s of this came from it; more did not fit.")
        if data.get("by") == "budget":
            words = _("%(added)s of this came from it; then its budget was used up.")
        return words % {"added": added}
    reasons = {
        "capped": _("It added nothing: the rule’s cap was reached."),
        "nothing": _("It added nothing: of the points that it lifts none came with this."),
        "rounded": _("It added nothing: of so few points a part is less than one."),
        "scope": _("It added nothing: it holds in other houses than this one."),
        "segment": _("It added nothing: it was for a circle of members that you were not in at that moment."),
        "tier": _("It added nothing: it was for other tiers than yours was then."),
        "budget": _("It added nothing: its budget was used up."),
        "over": _("It added nothing: it was over by then."),
    }
    if boost["outcome"] == "group":
        other = names.get(f"campaign:{data['paid_by']}", data["paid_by"])
        return _("It added nothing: of the two, “%(other)s” counts.") % {"other": other}
    return reasons[boost["outcome"]]


def _type_text(code: str, n: int) -> str:
    if code == "status":
        return ngettext("%(n)s tier point", "%(n)s tier points", abs(n)) % {"n": n}
    if code == "rep":
        return _("%(n)s reputation") % {"n": n}
    return _("%(n)s Hạt") % {"n": n}


def outcome_text(outcome: dict[str, Any]) -> str:
    """Why a rule paid nothing, in plain words; "" when it did pay."""
    if outcome["outcome"] == "capped" and outcome["data"].get("cap") == PAIR:
        return pair_text(outcome["data"])
    if outcome["outcome"] == "capped":
        return _("The cap was reached: %(cap)s.") % {"cap": cap_text(outcome["data"])}
    if outcome["outcome"] == "no_match" and "segments" in outcome["data"]:
        return _("It was for a circle of members that you were not in at that moment.")
    if outcome["outcome"] == "no_match":
        [asked] = conditions.parse([outcome["data"]["when"]])
        return _("It counts only when %(condition)s.") % {"condition": conditions.words(asked)}
    if outcome["outcome"] == "excluded" and outcome["data"].get("why") == "barred":
        return str(BARRED)
    if outcome["outcome"] == "excluded":
        return _("One's own words never pay oneself.")
    return ""
