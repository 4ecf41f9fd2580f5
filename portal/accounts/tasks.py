"""Work that may wait a moment: letters of the entrance, and tidying up after unfinished sign-ups."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import translation
from django_tasks import task

from portal.accounts import actions
from portal.core import mail
from portal.jobs.table import register

UNFINISHED_AFTER = timedelta(days=2)


@task(priority=10)
def send_letter(name: str, to: str, language: str, context: dict[str, Any]) -> None:
    """Sends one letter of the entrance (a code, a welcome back); somebody is waiting for it, hence the priority."""
    mail.compose(name, to=to, language=language, context=context).send()


@task(priority=10)
def send_safety_letter(what: str, to: str, language: str, facts: dict[str, str]) -> None:
    """Sends one letter about the safety of an account; `what` is a key of `letters.HAPPENED`."""
    from portal.accounts.letters import HAPPENED  # it imports this module to queue letters

    with translation.override(language):
        heading, sentence = (str(text) for text in HAPPENED[what])
        context = {**facts, "heading": heading, "sentence": sentence % facts}
        context["safety_url"] = mail.absolute(reverse("account_security"))
    mail.compose("safety", to=to, language=language, context=context).send()


def forget_unfinished_signups(at: datetime) -> int:
    """Calendar job: frees names and addresses of sign-ups that nobody confirmed for two days."""
    return actions.forget_unfinished_signups(before=at - UNFINISHED_AFTER)


register("forget_unfinished_signups", "30 3 * * *", forget_unfinished_signups)
