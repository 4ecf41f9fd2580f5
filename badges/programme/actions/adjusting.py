"""Corrections by hand: always a reason, never one's own points, and a second person for large ones."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from badges.ledger import actions as ledger
from badges.ledger.errors import InsufficientPoints
from badges.ledger.locks import lock_wallet
from badges.ledger.models import PointType
from badges.programme import permissions
from badges.programme.models import Adjustment, Glance
from badges.tiers.actions import reassess
from portal.accounts.models import Member
from portal.core.errors import Conflict, Forbidden, Invalid, KeyReused, NotFound
from portal.core.ids import public_id
from portal.core.text import clean_line

State = Adjustment.State
NOTE_LONGEST = 200
TOO_FEW = _("She has fewer points than that. A correction takes nobody below zero.")


def adjust_points(
    *, actor: Member, member_id: int, point_type: str, amount: int, reason: str, note: str, key: str, at: datetime
) -> Adjustment:
    """Gives points, or takes them when `amount` is negative. Above the limit it waits for a second person.

    Raises Forbidden for who does not correct points and for one's own; Invalid (`field`); KeyReused when the key came
    with another body. Side effects: an Adjustment, and those of `_post` when it is small. Idempotent by `key`.
    """
    permissions.check_write(actor)
    if actor.pk == member_id:
        raise Forbidden(_("Nobody corrects her own points."), code="own_points")
    asked = (member_id, point_type, amount, reason, clean_line(note), actor.pk)
    if (known := _known(key, asked)) is not None:
        return known
    kind = _checked(point_type, amount, reason, note)
    if not Member.objects.filter(pk=member_id, is_active=True).exists():
        raise NotFound
    try:
        with transaction.atomic():
            adjustment = Adjustment.objects.create(
                public_id=public_id(), key=key, member_id=member_id, point_type=kind, amount=amount, reason=reason,
                note=clean_line(note), author=actor, created_at=at,
            )  # fmt: skip
            if abs(amount) <= settings.ADJUSTMENT_LIMIT:
                _post(adjustment, actor=actor, at=at)
    except IntegrityError:
        # The same form a moment earlier, from another tab: its correction is the result.
        if (known := _known(key, asked)) is None:
            raise
        return known
    return adjustment


def _known(key: str, asked: tuple[Any, ...]) -> Adjustment | None:
    """What a key has written already; raises KeyReused when it came with another body."""
    known = Adjustment.objects.filter(key=key).select_related("point_type").first()
    if known is None:
        return None
    told = (known.member_id, known.point_type.code, known.amount, known.reason, known.note, known.author_id)
    if asked != told:
        raise KeyReused
    return known


def _checked(point_type: str, amount: int, reason: str, note: str) -> PointType:
    kind = PointType.objects.filter(code=point_type).first()
    if kind is None:
        raise Invalid(_("Choose this from the list."), field="point_type")
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 < abs(amount) <= settings.ADJUSTMENT_MOST:
        most = settings.ADJUSTMENT_MOST
        raise Invalid(_("A whole number, not 0, of at most %(most)d.") % {"most": most}, field="amount")
    if reason not in Adjustment.Reason.values:
        raise Invalid(_("Choose a reason. The member reads it."), field="reason")
    if not clean_line(note) or len(clean_line(note)) > NOTE_LONGEST:
        words = _("Say in a line of up to %(limit)d letters what it is for. The member reads it.")
        raise Invalid(words % {"limit": NOTE_LONGEST}, field="note")
    return kind


@transaction.atomic
def decide_adjustment(*, actor: Member, adjustment_id: str, yes: bool, at: datetime, answer: str = "") -> Adjustment:
    """A second person posts a large correction, or refuses it. Raises NotFound, Forbidden, Conflict when decided."""
    adjustment = Adjustment.objects.select_for_update().filter(public_id=adjustment_id).first()
    if adjustment is None:
        raise NotFound
    if adjustment.state != State.WAITING:
        raise Conflict
    if not permissions.may_decide_adjustment(actor, adjustment):
        raise Forbidden(_("Somebody else decides this one."), code="own_words")
    adjustment.answer = clean_line(answer)[:NOTE_LONGEST]
    if yes:
        _post(adjustment, actor=actor, at=at)
    else:
        adjustment.state, adjustment.decided_by, adjustment.decided_at = State.REFUSED, actor, at
        adjustment.save()
    return adjustment


def _post(adjustment: Adjustment, *, actor: Member, at: datetime) -> None:
    """The posting itself: reason and note on the member's statement, in her language; the tier is looked at again."""
    owner = lock_wallet(adjustment.member_id)
    language = Member.objects.values_list("language", flat=True).get(pk=owner)
    with override(language):
        words = _now("%(reason)s: %(note)s") % {"reason": adjustment.get_reason_display(), "note": adjustment.note}
    try:
        posting = ledger.adjust(
            member_id=owner, amount=adjustment.amount, point_type=adjustment.point_type.code, source="correction",
            key=adjustment.public_id, at=at, actor_id=adjustment.author_id, reason=words,
        )  # fmt: skip
    except InsufficientPoints:
        raise Invalid(TOO_FEW, field="amount") from None
    adjustment.state, adjustment.transaction = State.DONE, posting.transaction
    adjustment.decided_by, adjustment.decided_at = actor, at
    adjustment.save()
    reassess(member_id=owner, at=at)


def open_book(*, actor: Member, member_id: int, at: datetime, purpose: str = "") -> Glance:
    """Writes down that somebody of the house looks into a member's book, before it is shown. Raises NotFound for who
    may not. Each opening is a line."""
    permissions.check_see_books(actor)
    return Glance.objects.create(member_id=member_id, by=actor, at=at, purpose=clean_line(purpose)[:200])


def note_statement(*, actor: Member, form: str, first: date, last: date, at: datetime) -> Glance:
    """Writes down that a member took her own statement of these days along; each time is a line."""
    purpose = f"statement {form} {first.isoformat()} {last.isoformat()}"
    return Glance.objects.create(member=actor, by=actor, at=at, purpose=purpose)
