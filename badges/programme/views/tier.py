"""A member's tier page: where she stands, what is next, what keeps her there, by when, what counts, what opens."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from badges.campaigns.selectors import running
from badges.programme.standing import Shared, talk_of, ways_to_rise
from badges.tiers.perks import places_of
from badges.tiers.selectors import TierView, keeping_of, ladder, meter_of, moves_of, override_of
from portal.accounts.viewers import member_or_refuse
from portal.core.clock import now, programme_day


@never_cache
@require_safe
def tier(request: HttpRequest) -> HttpResponse:
    """Her ring and its words, every tier beside the others, and how she came here."""
    member, at, locale = member_or_refuse(request), now(), get_language() or "vi"
    meter, tiers, places = meter_of(member.pk, day=programme_day(at), locale=locale), ladder(locale), places_of(member)
    talk = talk_of(member.pk, at=at)
    given = override_of(member.pk, at)
    if given is not None and (given.tier.code, given.until) != (meter.current.code, meter.valid_until):
        given = None  # her points carry her further
    if not meter.current.given:
        tiers = [*tiers, meter.current]
    context = {
        "member": member, "meter": meter, "keeping": keeping_of(member.pk, meter, at=at),
        "steps": [(one, places.get(one.rank, [])) for one in tiers], "ways": ways_to_rise(locale, at=at),
        "given": given, "campaigns": running(locale, at=at), "talk": talk, "talk_top": _reached_by_talk(talk, tiers),
        "moves": moves_of(member.pk, locale),
    }  # fmt: skip
    return render(request, "badges/tiers/tier.html", context)


def _reached_by_talk(talk: Shared | None, tiers: list[TierView]) -> str:
    """The highest tier above the first that talk alone can reach, by name; "" where it reaches none, or all."""
    within = [tier for tier in tiers if talk is not None and tier.given and tier.threshold <= talk.limit]
    return within[-1].name if 1 < len(within) < len(tiers) else ""
