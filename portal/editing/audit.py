"""Whatever somebody writes in the workshop leaves a line in its log: who, what, when.

Wagtail logs most of what its rooms write, not all. The porter watches the tables that a request writes into; where no
line was left, one is added here. So a room that comes later cannot forget it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry, LogFormatter, log
from wagtail.models import Page

from portal.accounts.models import Member

WROTE = "house.wrote"
_WRITE = re.compile(
    r'\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', re.IGNORECASE
)
LOGS = {"wagtailcore_pagelogentry", "wagtailcore_modellogentry"}
# What machines keep for themselves while somebody works: who sits at which page, files on their way in, indexes,
# pictures drawn again, what is to be told to whom. None of it is a word of the house.
QUIET = {
    "django_session", "usersessions_usersession", "wagtailadmin_editingsession", "wagtailadmin_formstate",
    "wagtailcore_uploadedfile", "wagtailcore_referenceindex", "wagtailimages_rendition", "wagtailusers_userprofile",
    "django_content_type", "django_tasks_database_dbtaskresult", "portal_domainevent", "portal_delivery",
}  # fmt: skip
_QUIET_BEGINNINGS = ("wagtailsearch_", "sqlite_")


class Watch:
    """Which tables were written into while it looked."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Stands around every statement of the database."""
        result = execute(sql, params, many, context)
        if found := _WRITE.match(sql):
            self.tables.add(found[1].lower())
        return result

    @property
    def logged(self) -> bool:
        """Whether a line was left already."""
        return bool(self.tables & LOGS)

    @property
    def written(self) -> set[str]:
        """The tables of the house's own words that were written into."""
        loud = {name for name in self.tables if not name.startswith(_QUIET_BEGINNINGS)}
        return loud - QUIET - LOGS


@contextmanager
def watching() -> Iterator[Watch]:
    """Looks at every statement of this thread's connection."""
    watch = Watch()
    with connection.execute_wrapper(watch):
        yield watch


def leave_line(*, actor: Member, route: str, arguments: dict[str, Any], watch: Watch) -> bool:
    """Adds the line that is missing, if one is; returns whether it did. Twice for one watch leaves one line each time.

    The line hangs on the page that the address names, else on whoever wrote. Raises nothing of its own.
    """
    if watch.logged or not watch.written:
        return False
    data = {"route": route, "tables": sorted(watch.written), "arguments": {k: str(v) for k, v in arguments.items()}}
    log(instance=_subject(arguments) or actor, action=WROTE, user=actor, data=data)
    return True


def _subject(arguments: dict[str, Any]) -> Page | None:
    key = next((arguments[name] for name in ("page_id", "page_pk", "page_to_move_id") if name in arguments), None)
    return Page.objects.filter(pk=key).first() if key is not None else None


def named(table: str) -> str:
    """What a table holds, as editors call it; its own name where nobody gave it one."""
    found = next((model for model in _models() if model._meta.db_table == table), None)
    return str(capfirst(found._meta.verbose_name_plural)) if found is not None else table


def _models() -> list[type[models.Model]]:
    return apps.get_models(include_auto_created=True)


def name_actions(actions: LogActionRegistry) -> None:
    """Tells the log how such a line reads."""

    @actions.register_action(WROTE)
    class Wrote(LogFormatter):
        """A write that its room did not tell of."""

        label = _("Write in the workshop")

        def format_message(self, log_entry: Any) -> Any:
            """What was written into, and where."""
            kinds = ", ".join(named(table) for table in log_entry.data.get("tables", []))
            return _("Wrote into: %(kinds)s (%(route)s)") % {"kinds": kinds, "route": log_entry.data.get("route", "")}
