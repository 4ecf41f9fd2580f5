"""Members, and what the programme keeps for them. Reads only."""

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router
from pydantic import StringConstraints

from badges import api as programme
from portal.accounts.models import Member
from portal.accounts.selectors import member_by_public_id, present_members
from portal.api import answers, cursors, schemas
from portal.api.gatekeeper import Needs
from portal.api.models import Scope
from portal.api.routes.programme import badge_out
from portal.core.clock import now
from portal.core.errors import NotFound

router = Router(tags=["members"])
MemberId = Annotated[schemas.PublicId, Path(description=gettext_noop("The member's public id."))]
Cursor = Annotated[schemas.Cursor | None, Query(description=gettext_noop("Where the page before ended (`next`)."))]
KIND = Query("spend", description=gettext_noop("Code of the kind of points."))
LIMIT = Query(20, ge=1, le=100, description=gettext_noop("How many at most."))
Address = Annotated[
    str,
    StringConstraints(pattern=schemas.EMAIL),
    Query(description=gettext_noop("The whole address; nothing is found by a part of it.")),
]


def member_out(member: Member) -> schemas.MemberOut:
    """A member with her chip loaded."""
    assert member.joined_at is not None  # present members have joined
    return schemas.MemberOut(
        id=member.public_id, name=member.standing.known_as, handle=member.handle, language=member.language,
        tier=member.standing.tier_code, joined_at=member.joined_at,
    )  # fmt: skip


@router.get(
    "/members", operation_id="find_member",
    auth=Needs(Scope.MEMBERS),
    response=answers.of(schemas.MembersOut),
    openapi_extra=answers.opened_by(
        Scope.MEMBERS, _("Find a member by her address"),
        _(
            "The member whose confirmed address this is, or nobody. The whole address is asked for; small and "
            "capital letters are the same."
        ),
    ),
)  # fmt: skip
def find_member(request: HttpRequest, email: Address) -> schemas.MembersOut:
    """The member whose confirmed address this is, or nobody. Exact: letters' case alone does not count."""
    found = present_members().select_related("standing").filter(email=email.lower())
    return schemas.MembersOut(items=[member_out(member) for member in found], next=None)


@router.get(
    "/members/{member_id}", operation_id="get_member",
    auth=Needs(Scope.MEMBERS),
    response=answers.of(schemas.MemberOut, found=True),
    openapi_extra=answers.opened_by(
        Scope.MEMBERS, _("One member"),
        _("Name and standing of a member. Unknown, closed and leaving accounts look the same: 404."),
    ),
)  # fmt: skip
def get_member(request: HttpRequest, member_id: MemberId) -> schemas.MemberOut:
    """Name and standing of a member. Unknown, closed and leaving accounts look the same: 404."""
    return member_out(member_by_public_id(member_id))


@router.get(
    "/members/{member_id}/balance", operation_id="get_balance",
    auth=Needs(Scope.POINTS), response=answers.of(schemas.BalancesOut, found=True),
    openapi_extra=answers.opened_by(
        Scope.POINTS, _("A member’s points"),
        _("What stands on a member’s accounts now, for each kind of points. What she owes stands in `debt`."),
    ),
)  # fmt: skip
def get_balance(request: HttpRequest, member_id: MemberId) -> schemas.BalancesOut:
    """What stands on a member's accounts, for each kind of points, as the ledger has it now."""
    of = programme.balances(member_by_public_id(member_id).pk)
    items = [
        schemas.BalanceOut(point_type=code, **roles | {"debt": -roles["debt"]})
        for code, roles in of.items()
    ]  # fmt: skip
    return schemas.BalancesOut(items=items, next=None)


@router.get(
    "/members/{member_id}/statement", operation_id="get_statement",
    auth=Needs(Scope.POINTS), response=answers.of(schemas.StatementOut, found=True),
    openapi_extra=answers.opened_by(
        Scope.POINTS, _("A member’s statement"),
        _("Every posting of a member’s book, newest first, with the rule and the revision that it follows."),
    ),
)  # fmt: skip
def get_statement(
    request: HttpRequest, member_id: MemberId, cursor: Cursor = None, limit: int = LIMIT
) -> schemas.StatementOut:
    """Every posting of a member's book, newest first, with the rule and the revision that it follows."""
    member, before = member_by_public_id(member_id), cursors.read(cursor)
    try:
        page, after = programme.postings(member.pk, before=before, limit=limit)
    except NotFound:
        raise cursors.bad() from None
    return schemas.StatementOut(items=[_line(posting) for posting in page], next=cursors.told(after))


def _line(posting: programme.Posting) -> schemas.LineOut:
    changes = [
        schemas.ChangeOut(point_type=code, **roles | {"debt": -roles["debt"]})
        for code, roles in posting.amounts.items()
    ]  # fmt: skip
    return schemas.LineOut(
        id=posting.id, kind=posting.kind, state=posting.state, title=posting.title, why=posting.why, at=posting.at,
        value_date=posting.value_date, changes=changes, rule=posting.rule, revision=posting.revision,
    )  # fmt: skip


@router.get(
    "/members/{member_id}/lots", operation_id="get_lots",
    auth=Needs(Scope.POINTS), response=answers.of(schemas.LotsOut, found=True),
    openapi_extra=answers.opened_by(
        Scope.POINTS, _("When a member’s points lapse"),
        _("The points that a member can spend, by the day on which they lapse: in the order in which they are spent."),
    ),
)  # fmt: skip
def get_lots(
    request: HttpRequest, member_id: MemberId, point_type: schemas.Code = KIND,
    cursor: Cursor = None, limit: int = LIMIT,
) -> schemas.LotsOut:  # fmt: skip
    """The points that a member can spend, by the day on which they lapse: in the order in which they are spent."""
    member, after = member_by_public_id(member_id), cursors.read(cursor)
    rows = programme.lots(member.pk, at=now(), point_type=point_type, after=after, limit=limit + 1)
    items = [
        schemas.LotOut(point_type=point_type, amount=lot.amount, remaining=lot.remaining, expires_on=lot.expires_on)
        for lot in rows[:limit]
    ]
    return schemas.LotsOut(items=items, next=cursors.told(rows[limit - 1].pk if len(rows) > limit else None))


@router.get(
    "/members/{member_id}/tier", operation_id="get_member_tier",
    auth=Needs(Scope.TIERS), response=answers.of(schemas.StandingOut, found=True),
    openapi_extra=answers.opened_by(
        Scope.TIERS, _("Where a member stands"),
        _("Her tier, how many status points this calendar year has brought, and what the next tier still asks for."),
    ),
)  # fmt: skip
def get_member_tier(request: HttpRequest, member_id: MemberId) -> schemas.StandingOut:
    """Her tier, how many status points this calendar year has brought, and what is next."""
    meter = programme.standing(member_by_public_id(member_id).pk)
    return schemas.StandingOut(
        tier=meter.current.code, points=meter.points, next_tier=meter.next.code if meter.next else None,
        missing=meter.missing, valid_until=meter.valid_until,
    )  # fmt: skip


@router.get(
    "/members/{member_id}/badges", operation_id="get_member_badges",
    auth=Needs(Scope.BADGES), response=answers.of(schemas.HeldBadgesOut, found=True),
    openapi_extra=answers.opened_by(
        Scope.BADGES, _("A member’s badges"),
        _("Every badge that she holds now, secret ones too: whoever asks works for the house."),
    ),
)  # fmt: skip
def get_member_badges(request: HttpRequest, member_id: MemberId) -> schemas.HeldBadgesOut:
    """Every badge that she holds now, secret ones too: whoever asks works for the house."""
    held = programme.badges_held(member_by_public_id(member_id).pk)
    return schemas.HeldBadgesOut(
        items=[schemas.HeldBadgeOut(badge=badge_out(badge), at=at) for badge, at in held], next=None
    )
