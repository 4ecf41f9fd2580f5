"""Writes of the help centre: did it help?"""

import uuid
from datetime import datetime

from django.db import transaction

from brand.help.models import HelpAnswer
from brand.help.selectors import question_by_key
from portal.accounts.models import Member
from portal.core.clock import programme_day
from portal.core.errors import Invalid
from portal.core.limits import Limit, hit
from portal.core.text import clean, length

ANSWERS = Limit("help_answer", times=30, seconds=3600)
WORDS = 500


@transaction.atomic
def answer_whether_it_helped(
    *, actor: Member | None, voter: str, question: uuid.UUID, locale: str, helped: bool, words: str = "", at: datetime
) -> HelpAnswer:
    """Keeps a reader's yes or no, once per reader, question and day; a second answer of the day replaces the first.

    `voter` names a visitor for one day; a member's name is taken from her account. Words that were given stay when a
    later answer has none. Raises NotFound (no such public question), Invalid (too many words), TooMany.
    """
    page = question_by_key(question, locale)
    who = f"member:{actor.pk}" if actor is not None else voter
    hit(ANSWERS, who)
    said = clean(words)
    if length(said) > WORDS:
        raise Invalid(code="too_long", field="words")
    fresh = {"helped": helped, "at": at, "locale": page.locale.language_code} | ({"words": said} if said else {})
    kept, _created = HelpAnswer.objects.update_or_create(
        question=question, voter=who, day=programme_day(at), defaults=fresh, create_defaults={**fresh, "member": actor}
    )
    return kept
