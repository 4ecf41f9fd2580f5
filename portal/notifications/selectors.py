"""Reads of the inbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet
from django.urls import reverse

from portal.accounts.models import Member
from portal.accounts.roles import works_here
from portal.accounts.selectors import consent_given
from portal.core.prepared import prepared
from portal.notifications import registry
from portal.notifications.models import Notification, Preference, SentMail


def wish(member_id: int, kind: registry.Kind) -> tuple[bool, bool]:
    """(site, mail): where she wants to hear this kind. No row means both, as far as the kind sends mail at all.

    A kind that needs a consent sends no letter without it, whatever was wished: taken back, it ends at once.
    """
    may_mail = kind.mail and (not kind.consent or consent_given(member_id, kind.consent))
    row = _wish.one(member_id, kind.name)
    if row is None:
        return True, may_mail
    return row.site, row.mail and may_mail


@prepared
def _wish(member: int, kind: str) -> QuerySet[Preference]:
    return Preference.objects.filter(member=member, kind=kind)


def silenced_kinds(member_id: int) -> list[str]:
    """Kinds that she does not want to see on the site."""
    return list(Preference.objects.filter(member_id=member_id, site=False).values_list("kind", flat=True))


def inbox_with_silenced(member_id: int) -> QuerySet[Notification]:
    """Her items of kinds that still exist, without what was taken back; actor and chip come along."""
    known = [kind.name for kind in registry.kinds()]
    return Notification.objects.filter(member_id=member_id, rescinded_at=None, kind__in=known).select_related(
        "actor__standing"
    )


def inbox(member_id: int) -> QuerySet[Notification]:
    """What the site shows her, newest first: her items without the kinds she silenced here."""
    rows = inbox_with_silenced(member_id).exclude(kind__in=silenced_kinds(member_id))
    return rows.order_by("-updated_at", "-pk")


def heap(member_id: int, *, group: str = "", unread: bool = False) -> QuerySet[Notification]:
    """What the site shows her, of one heap or of all, newest first; on wish only what waits."""
    rows = inbox(member_id)
    if group:
        rows = rows.filter(kind__in=registry.in_group(group))
    return rows.filter(read_at=None) if unread else rows


def unread_groups(kinds: dict[str, int]) -> dict[str, int]:
    """How many items wait on each heap that any kind lies on, from the counts of `unread_kinds`."""
    known = {kind.name: kind.group for kind in registry.kinds()}
    found = {group: 0 for group in registry.GROUPS if group in known.values()}
    for name, count in kinds.items():
        if name in known:
            found[known[name]] += count
    return found


@prepared
def _unread(member: int) -> QuerySet[Notification, tuple[str, int]]:
    silenced = Preference.objects.filter(member=member, site=False).values("kind")
    rows = Notification.objects.filter(member=member, rescinded_at=None, read_at=None).exclude(kind__in=silenced)
    return rows.order_by().values_list("kind").annotate(Count("id"))


def unread_kinds(member_id: int) -> dict[str, int]:
    """How many items of each kind wait, counted from the rows."""
    known = {kind.name for kind in registry.kinds()}
    return {kind: count for kind, count in _unread(member_id) if kind in known}


def unread_count(member_id: int) -> int:
    """How many items wait."""
    return sum(unread_kinds(member_id).values())


def visible(member: Member, items: Sequence[Notification]) -> list[Notification]:
    """Those of `items` that she may still see now, in their order. One question per kind where the kind can batch."""
    allowed: set[int] = set()
    for kind in registry.kinds():
        own = [item for item in items if item.kind == kind.name]
        if not own:
            continue
        if kind.visible_many is not None:
            allowed |= kind.visible_many(member, own)
        else:
            allowed |= {item.pk for item in own if kind.visible(member, item.subject, item.args)}
    return [item for item in items if item.pk in allowed]


def shown(item: Notification) -> dict:
    """An item as `components/notification_item.html` wants it, in the active language."""
    kind = registry.kind_of(item.kind)
    return {
        "id": item.pk,
        "url": kind.url(item),
        "icon": kind.icon,
        "title": kind.sentence(item),
        "text": "",
        "when": item.updated_at,
        "unread": item.read_at is None,
        "count": item.count,
        "open_url": reverse("notifications:open", args=[item.pk]),
        "turn_url": reverse("notifications:turn", args=[item.pk]),
        "avatar": getattr(item.actor, "standing", None) if item.actor_id else None,
    }


def due_mail(at: datetime) -> QuerySet[Notification]:
    """Unread items whose mail is due."""
    return Notification.objects.filter(mail_due_at__lte=at, read_at=None, rescinded_at=None, mailed_at=None)


def letters_of_the_day(member_ids: list[int], at: datetime) -> dict[int, int]:
    """How many letters about items each of these members got within the last day. One query."""
    sent = SentMail.objects.filter(member__in=member_ids, kind="notice", at__gt=at - timedelta(days=1))
    return dict(sent.values_list("member").annotate(number=Count("pk")).order_by())


def mailed_lately(member_id: int, subject: str, *, at: datetime, span: timedelta) -> datetime | None:
    """When she last got a mail about this subject, if that was within `span` before `at`."""
    return (
        Notification.objects.filter(member_id=member_id, subject=subject, mailed_at__gt=at - span)
        .order_by("-mailed_at")
        .values_list("mailed_at", flat=True)
        .first()
    )


def wishes(member: Member) -> list[dict]:
    """Each kind that may be told to her, with where she wants to hear it, for the page of wishes."""
    stored = {row.kind: row for row in Preference.objects.filter(member_id=member.pk)}
    inside = works_here(member)
    return [
        {
            "name": kind.name,
            "label": kind.label,
            "icon": kind.icon,
            "site": stored[kind.name].site if kind.name in stored else True,
            "mail": kind.mail and (stored[kind.name].mail if kind.name in stored else True),
            "can_mail": kind.mail,
            "can_site": True,
        }
        for kind in registry.kinds()
        if inside or not kind.staff
    ] + [
        {
            "name": letter.name,
            "label": letter.label,
            "icon": letter.icon,
            "site": False,
            "mail": stored[letter.name].mail if letter.name in stored else letter.wanted(member),
            "can_mail": True,
            "can_site": False,
        }
        for letter in registry.letters()
    ]


def wants_letter(member: Member, name: str) -> bool:
    """Whether she wants a letter that comes by itself: as she chose, else as it is meant for who never chose."""
    row = Preference.objects.filter(member_id=member.pk, kind=name).first()
    return row.mail if row is not None else registry.letter_of(name).wanted(member)


def labels(names: list[str]) -> list[str]:
    """The readable names of kinds that still exist."""
    known = {kind.name: kind.label for kind in registry.kinds()} | {
        kind.name: kind.label for kind in registry.letters()
    }
    return [str(label) for name, label in known.items() if name in names]
