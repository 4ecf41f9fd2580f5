"""A member asks another moderator to look again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community.moderation import selectors
from community.moderation.actions import _parts
from community.moderation.locks import open_case
from community.moderation.models import Appeal, Case
from portal.accounts import pace
from portal.accounts.models import Member
from portal.core.errors import Conflict

WORDS_MOST = 1_000


def appeal(*, actor: Member, kind: str, public_id: str, words: str, at: datetime) -> Case:
    """Appeals against a sanction, or against hidden words of one's own (`kind` sanction, post, message).

    Open to the silenced and the suspended. Raises NotFound (not hers, nothing to appeal against), Invalid (`field`
    words), TooMany, Conflict (`appealed`) when she appealed against this decision before. Side effects: a case that
    whoever decided first cannot settle; moderators are told. Once a decision.
    """
    asked = selectors.appealable(actor, kind, public_id)
    said = _parts.check_reason(words, field="words", most=WORDS_MOST, lines=True)
    if asked.appealed:
        raise Conflict(_("You asked already. Each decision is looked at once more, by somebody else."), code="appealed")
    pace.spend("appeal", actor)
    with transaction.atomic():
        case, new = open_case(
            Case.Kind.APPEAL, asked.subject, author=actor, words=asked.words, opened_at=at, moved_at=at,
            post=asked.post, message=asked.message,
        )  # fmt: skip
        if not new:
            raise Conflict(code="appealed")
        Appeal.objects.create(
            case=case, member=actor, sanction=asked.sanction, decided_first_by_id=asked.decided_by, words=said, at=at
        )
        _parts.tell_moderators(case, at=at, but=asked.decided_by)
    return case
