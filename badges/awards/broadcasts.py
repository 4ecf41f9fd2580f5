"""How a badge is told: in the inbox, and as a moment on the pages that are open."""

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from badges.awards.models import Award
from badges.awards.selectors import BadgeView, badge_view
from portal.accounts.models import Member
from portal.notifications import Kind, register
from portal.notifications.models import Notification
from portal.realtime import register_kind


def _award_of(item: Notification) -> Award | None:
    rows = Award.objects.select_related("badge").prefetch_related("badge__texts")
    return rows.filter(pk=item.args.get("award")).first()


def _sentence(item: Notification) -> str:
    award = _award_of(item)
    if award is None:
        return _("A badge of yours")
    view = badge_view(award.badge, get_language() or "vi")
    return _("A %(metal)s badge for you: %(name)s") % {"metal": view.metal_name, "name": view.name}


def _url(item: Notification) -> str:
    return reverse("badges:badge", args=[item.args.get("badge", "")])


def _visible(member: Member, subject: str, args: dict[str, Any]) -> bool:
    return Award.objects.filter(pk=args.get("award"), member=member, revoked_at=None).exists()


def _visible_many(member: Member, items: Sequence[Notification]) -> set[int]:
    awards = Award.objects.filter(pk__in=[item.args.get("award") for item in items], member=member, revoked_at=None)
    held = set(awards.values_list("pk", flat=True))
    return {item.pk for item in items if item.args.get("award") in held}


def reveal_context(award: Award, view: BadgeView) -> dict[str, Any]:
    """What the moment shows of an award."""
    return {"award_id": award.pk, "badge": view, "when": timezone.localtime(award.at)}


def render_badges(member_id: int, entries: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Frames for kind `badge`: the moment, drawn for the member in her language; empty for what was revoked since."""
    member = Member.objects.get(pk=member_id)
    ids = [ref["award"] for _kind, ref in entries]
    awards = Award.objects.filter(pk__in=ids, member=member, revoked_at=None)
    by_id = {a.pk: a for a in awards.select_related("badge").prefetch_related("badge__texts")}
    with translation.override(member.language), timezone.override(member.zone):
        return [{"award": i, "html": _moment(by_id.get(i), member.language)} for i in ids]


def _moment(award: Award | None, locale: str) -> str:
    if award is None:
        return ""
    return render_to_string("badges/awards/_moment.html", reveal_context(award, badge_view(award.badge, locale)))


register_kind("member", "badge", render_badges)
register(
    Kind(
        name="badge",
        label=gettext_lazy("A new badge"),
        icon="award",
        group="rewards",
        sentence=_sentence,
        url=_url,
        visible=_visible,
        visible_many=_visible_many,
    )
)
