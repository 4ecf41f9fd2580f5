"""Foreign signals: whoever comes to work here, or no longer does, proves her rights anew on every open page at once.

Groups and staff marks are Django's and Wagtail's to change, by their own pages and by migrations; wherever it happens,
`portal.realtime.recheck` follows it. Promoted, her sockets ask for the second key; demoted, they lose what was shown to
those who work here.
"""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.dispatch import receiver

from portal import realtime
from portal.accounts.models import Member
from portal.accounts.roles import forget_role

_CHANGES = ("post_add", "post_remove", "pre_clear")


def _recheck(ids: Any) -> None:
    # By ascending id, as everywhere: each recheck locks its member's stream until the transaction ends.
    for member_id in sorted(set(ids)):
        realtime.recheck(member_id)


@receiver(m2m_changed, sender=Member.groups.through, dispatch_uid="trian-groups-of-a-member")
def groups_changed(
    sender: type, instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **signal: Any
) -> None:
    """She joined or left a group, told from her side or from the group's. Django clears inside a transaction of its
    own, so that pages are told once it is done."""
    if action not in _CHANGES:
        return
    if reverse:
        _recheck(pk_set if pk_set is not None else _members_of(instance))
    else:
        forget_role(instance)
        _recheck([instance.pk])


@receiver(m2m_changed, sender=Group.permissions.through, dispatch_uid="trian-rights-of-a-group")
def rights_changed(sender: type, instance: Any, action: str, reverse: bool, pk_set: Any, **signal: Any) -> None:
    """A group gained or lost a right: the one that opens the workshop makes its members staff, or unmakes them."""
    if action not in _CHANGES:
        return
    groups = (pk_set or list(instance.group_set.values_list("pk", flat=True))) if reverse else [instance.pk]
    _recheck(Member.objects.filter(groups__in=groups).values_list("pk", flat=True))


@receiver(pre_delete, sender=Group, dispatch_uid="trian-group-goes")
def group_goes(sender: type, instance: Group, **signal: Any) -> None:
    """Who stands in a group that is being deleted; its rows go without a word."""
    instance._left_behind = _members_of(instance)  # type: ignore[attr-defined]


@receiver(post_delete, sender=Group, dispatch_uid="trian-group-gone")
def group_gone(sender: type, instance: Group, **signal: Any) -> None:
    """They prove their rights without it."""
    _recheck(getattr(instance, "_left_behind", []))


@receiver(post_save, sender=Member, dispatch_uid="trian-staff-mark")
def staff_mark_changed(sender: type, instance: Member, created: bool, **signal: Any) -> None:
    """`is_staff`, `is_superuser` or the role on her name chip is another than when this object was read."""
    before = instance.marks_when_read
    if before is None and not created:
        return  # read without these fields: she cannot have changed them, and asking for them would cost queries
    now = (instance.is_staff, instance.is_superuser, instance.role)
    instance.marks_when_read = now
    if not created and before != now:
        _recheck([instance.pk])


def _members_of(group: Any) -> list[int]:
    return list(Member.objects.filter(groups=group).values_list("pk", flat=True))
