"""Tries of a code, taken before anything is compared. The database judges: one conditional UPDATE a try.

A count in the session would be read by twenty requests before the first writes it back; each of them would then be the
first try.
"""

from datetime import datetime

from django.db.models import F
from django.utils.crypto import salted_hmac

from portal.accounts.codes.models import CodeTries
from portal.jobs.table import register

SPENT = 1000


def key_of(*parts: object) -> str:
    """The name under which tries are counted: nobody reads from it whose code it was."""
    return salted_hmac("portal.codes", "\n".join(map(str, parts)), algorithm="sha256").hexdigest()


def take(key: str, *, most: int, good_until: datetime) -> int | None:
    """Takes one try of a code that may be tried `most` times: how many are left after it, or None when none was.

    Exact under any number of requests at once, on SQLite and PostgreSQL: of all of them `most` get a number. Side
    effect: a row, which `forget_old` removes after `good_until`.
    """
    CodeTries.objects.bulk_create([CodeTries(key=key, good_until=good_until)], ignore_conflicts=True)
    if not CodeTries.objects.filter(key=key, used__lt=most).update(used=F("used") + 1):
        return None
    used: int = CodeTries.objects.values_list("used", flat=True).get(key=key)
    return max(most - used, 0)


def spend(key: str) -> bool:
    """Uses a code up that was typed rightly; False when another request did so a moment earlier."""
    return bool(CodeTries.objects.filter(key=key, used__lt=SPENT).update(used=SPENT))


def forget_old(at: datetime) -> int:
    """Calendar job: removes the counts of codes that are no longer good for anything; returns how many."""
    return CodeTries.objects.filter(good_until__lt=at).delete()[0]


register("forget_code_tries", "10 4 * * *", forget_old)
