"""Everything the house knows about one member, gathered from all rooms."""

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Field

from portal.accounts.models import Member
from portal.core import personal_data
from portal.core.errors import NotFound
from portal.privacy.models import Export


def everything_about(member: Member) -> dict[str, list[dict[str, Any]]]:
    """Her data by data type: only hers, in plain rows."""
    return {data_type.name: data_type.export(member) for data_type in personal_data.data_types()}


def exports_of(member: Member, *, at: datetime) -> list[Export]:
    """Her requests whose file is there or on its way, newest first."""
    mine = Export.objects.filter(member=member).exclude(expires_at__lte=at)
    return list(mine.order_by("-asked_at", "-pk"))


def get_export_for(member: Member, public_id: str, *, at: datetime) -> Export:
    """A finished export of hers; raises NotFound for foreign, unknown, unfinished and expired ones alike."""
    export = Export.objects.filter(
        member=member, public_id=public_id, ready_at__isnull=False, expires_at__gt=at
    ).first()
    if export is None:
        raise NotFound
    return export


def tables_pointing_at_members() -> set[str]:
    """Every model of every app with a relation to Member, except Django's own join tables of groups and permissions."""
    found = set()
    for model in apps.get_models(include_auto_created=False):
        if model is Member:
            found.add(model._meta.label)
        for field in model._meta.get_fields():
            if isinstance(field, Field) and field.is_relation and field.related_model is Member:
                found.add(model._meta.label)
    return found


def uncovered_tables() -> set[str]:
    """Tables that point at members and belong to no data type, and that nobody has excused."""
    return tables_pointing_at_members() - set(personal_data.covered_tables())
