"""What living blocks show, read when the page is."""

from typing import Any

from django.http import HttpRequest

from badges import api as badges
from brand.writing import selectors
from brand.writing.living import reads_for_block
from brand.writing.living_blocks import (
    ChallengeChoiceBlock,
    LatestTopicsBlock,
    MemberQuoteBlock,
    QuestBlock,
    SpaceChoiceBlock,
    ThanksBlock,
    TierMeterBlock,
)
from community import api as community
from portal.accounts.viewers import viewer

SpaceChoiceBlock.choices = staticmethod(lambda: [(space.code, space.text.name) for space in community.spaces(None)])
ChallengeChoiceBlock.choices = staticmethod(badges.challenge_choices)
MemberQuoteBlock.is_public = staticmethod(lambda address: bool(selectors.quotes_for([address])))


@reads_for_block(TierMeterBlock)
def read_meter(values: list[Any], request: HttpRequest) -> None:
    """The reader's own ring; nothing for a visitor, who gets an invitation."""
    member = viewer(request)
    alive = badges.meter(member.pk) if member is not None else {}
    for value in values:
        value.alive = alive


@reads_for_block(LatestTopicsBlock)
def read_talk(values: list[Any], request: HttpRequest) -> None:
    """The newest talk of each block's space, or of the page's sub-brand."""
    scope = getattr(request, "brand_scope", None)
    wanted = [(value["space"] or "", scope.pk if scope else None, value["count"] or 4) for value in values]
    for value, topics in zip(values, selectors.talk_for(viewer(request), wanted), strict=True):
        value.alive = {"topics": topics}


@reads_for_block(MemberQuoteBlock)
def read_quotes(values: list[Any], request: HttpRequest) -> None:
    """The posts as everybody may read them now."""
    found = selectors.quotes_for([value["address"] for value in values])
    for value in values:
        value.alive = {"quote": found.get(value["address"])}


@reads_for_block(QuestBlock)
def read_quests(values: list[Any], request: HttpRequest) -> None:
    """Each block's challenge as the reader stands to it; a visitor's copy of the page holds nothing of anybody."""
    # Only the preview of a block that nobody filled yet names none: there the newest stands in.
    newest = (
        "" if all(value["challenge"] for value in values) else next((c for c, _n in badges.challenge_choices()), "")
    )
    codes, member = [value["challenge"] or newest for value in values], viewer(request)
    found = badges.quests(codes, member)
    for value, code in zip(values, codes, strict=True):
        value.alive = {"one": found.get(code), "member": member is not None}


@reads_for_block(ThanksBlock)
def read_thanks(values: list[Any], request: HttpRequest) -> None:
    """Every way to earn today, and the tiers."""
    alive = {"ways": badges.ways(), "tiers": badges.tiers()}
    for value in values:
        value.alive = alive
