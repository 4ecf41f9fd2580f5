"""Changing the rules of the word filter: always in the log, never a rewriting of what was said before."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from community.logbook import actions as logbook
from community.markup import hosts, words
from community.moderation import permissions
from community.moderation.models import FilterRule
from portal.accounts.models import Member
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.text import clean_line

NOTE_MOST = 200
STARRED_MOST = 200


def _as_data(rule: FilterRule) -> dict[str, Any]:
    return {"kind": rule.kind, "pattern": rule.pattern, "action": rule.action, "active": rule.active}


def check_pattern(kind: str, pattern: str) -> str:
    """The pattern as it is stored; raises Invalid (`field` pattern) for what finds nothing, too much or everything."""
    line = clean_line(pattern)
    if kind == FilterRule.Kind.HOST:
        return hosts.read_host(line)
    words.compile_word(line)
    starred = FilterRule.objects.filter(kind=FilterRule.Kind.WORD, active=True, pattern__contains="*")
    if "*" in line and starred.exclude(pattern=line).count() >= STARRED_MOST:
        raise Invalid(_("There are 200 rules with a star. More would slow everybody down."), field="pattern")
    return line


def save_rule(
    *,
    actor: Member,
    kind: str,
    pattern: str,
    action: str,
    at: datetime,
    note: str = "",
    active: bool = True,
    rule: int | None = None,
    version: int = 1,
) -> FilterRule:
    """Adds a rule, or changes the one of that key as it stood at `version`.

    Raises NotFound, Invalid (`field` kind, action, pattern), Conflict (`stale`, `known`). Side effect: one entry of the
    log. In force with the next word that is written. Idempotent: nothing changed is nothing logged.
    """
    permissions.check_moderator(actor)
    if kind not in FilterRule.Kind.values or action not in FilterRule.Action.values:
        raise Invalid(code="unknown", field="action")
    if kind == FilterRule.Kind.HOST and action == FilterRule.Action.CENSOR:
        raise Invalid(_("A link is refused, held or noted; covering it would leave it clickable."), field="action")
    pattern, note = check_pattern(kind, pattern), clean_line(note)[:NOTE_MOST]
    with transaction.atomic():
        found = _locked(rule, version)
        before = _as_data(found) if found.pk else {}
        was = {**before, "note": found.note}
        found.kind, found.pattern, found.action, found.note, found.active = kind, pattern, action, note, active
        if found.pk and was == {**_as_data(found), "note": note}:
            return found
        found.version = found.version + 1 if found.pk else 1
        found.changed_at, found.changed_by = at, actor
        _save(found)
        logbook.write(
            "filter_changed" if before else "filter_added", actor_id=actor.pk, at=at, reason=note,
            about=f"filter:{found.pk}", before=before, after=_as_data(found),
        )  # fmt: skip
    return found


def _locked(rule: int | None, version: int) -> FilterRule:
    if rule is None:
        return FilterRule()
    found = FilterRule.objects.select_for_update().filter(pk=rule).first()
    if found is None:
        raise NotFound
    if found.version != version:
        raise Conflict(_("A colleague changed this rule meanwhile. Here is how it stands now."), code="stale")
    return found


def _save(rule: FilterRule) -> None:
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError:
        raise Invalid(_("There is a rule for this already."), code="known", field="pattern") from None


def drop_rule(*, actor: Member, rule: int, at: datetime) -> None:
    """Takes a rule away; what it did stays as it is. Raises NotFound. Side effect: one entry of the log."""
    permissions.check_moderator(actor)
    with transaction.atomic():
        found = FilterRule.objects.select_for_update().filter(pk=rule).first()
        if found is None:
            raise NotFound
        logbook.write(
            "filter_removed", actor_id=actor.pk, at=at, about=f"filter:{found.pk}", before=_as_data(found), after={}
        )
        found.delete()
