"""The programme itself: kinds of points, the ladder, the badges. Reads only."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router

from badges import api as programme
from portal.api import answers, schemas
from portal.api.gatekeeper import Needs
from portal.api.models import Scope

router = Router(tags=["programme"])


def badge_out(badge: programme.BadgeView) -> schemas.BadgeOut:
    """A badge as it is called in the language asked for."""
    return schemas.BadgeOut(
        code=badge.code, name=badge.name, criterion=badge.criterion, metal=badge.metal, series=badge.series,
        image=badge.src,
    )  # fmt: skip


@router.get(
    "/point-types", operation_id="list_point_types", auth=Needs(Scope.POINTS),
    response=answers.of(schemas.PointTypesOut),
    openapi_extra=answers.opened_by(
        Scope.POINTS, _("Kinds of points"),
        _("Every kind of points: whether it can be spent, and after how many months it lapses."),
    ),
)  # fmt: skip
def list_point_types(request: HttpRequest) -> schemas.PointTypesOut:
    """Every kind of points: whether it can be spent, and when it lapses."""
    items = [
        schemas.PointTypeOut(
            code=kind.code, spendable=kind.spendable, expires_after_months=kind.expires_after_months,
            unit_value=kind.unit_value,
        )
        for kind in programme.point_types()
    ]  # fmt: skip
    return schemas.PointTypesOut(items=items, next=None)


@router.get(
    "/tiers", operation_id="list_tiers", auth=Needs(Scope.TIERS),
    response=answers.of(schemas.TiersOut),
    openapi_extra=answers.opened_by(
        Scope.TIERS, _("The ladder of tiers"),
        _("The ladder in force today, from its lowest step."),
    ),
)  # fmt: skip
def list_tiers(request: HttpRequest) -> schemas.TiersOut:
    """The ladder in force today, from its lowest step."""
    items = [
        schemas.TierOut(code=t.code, rank=t.rank, name=t.name, threshold=t.threshold, perks=list(t.perks))
        for t in programme.tiers()
    ]
    return schemas.TiersOut(items=items, next=None)


@router.get(
    "/badges", operation_id="list_badges", auth=Needs(Scope.BADGES),
    response=answers.of(schemas.BadgesOut),
    openapi_extra=answers.opened_by(
        Scope.BADGES, _("The badges of the house"),
        _("Every badge that can be earned and is no secret."),
    ),
)  # fmt: skip
def list_badges(request: HttpRequest) -> schemas.BadgesOut:
    """Every badge that can be earned and is no secret."""
    return schemas.BadgesOut(items=[badge_out(badge) for badge in programme.hall()], next=None)
