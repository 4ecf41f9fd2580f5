"""How a finished challenge is told in the inbox. On pages that are open the prize itself is the moment: its points fly
in with the challenge's name, and a badge that it gives is revealed, as every other."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from badges.challenges.models import Challenge, Finish
from portal.accounts.models import Member
from portal.notifications import Kind, register
from portal.notifications.models import Notification


def _sentence(item: Notification) -> str:
    found = Challenge.objects.prefetch_related("texts").filter(code=item.args.get("challenge")).first()
    texts = {text.locale: text.name for text in found.texts.all()} if found is not None else {}
    name = texts.get(get_language() or "vi") or texts.get("vi") or item.args.get("challenge", "")
    return _("You finished the challenge “%(name)s”") % {"name": name}


def _url(item: Notification) -> str:
    return reverse("badges:challenge", args=[item.args.get("challenge", "")])


def _visible(member: Member, subject: str, args: dict[str, Any]) -> bool:
    return Finish.objects.filter(pk=args.get("finish"), member=member, taken_at=None).exists()


def _visible_many(member: Member, items: Sequence[Notification]) -> set[int]:
    rows = Finish.objects.filter(pk__in=[item.args.get("finish") for item in items], member=member, taken_at=None)
    held = set(rows.values_list("pk", flat=True))
    return {item.pk for item in items if item.args.get("finish") in held}


register(
    Kind(
        name="challenge",
        label=gettext_lazy("A finished challenge"),
        icon="flag",
        group="rewards",
        sentence=_sentence,
        url=_url,
        visible=_visible,
        visible_many=_visible_many,
    )
)
