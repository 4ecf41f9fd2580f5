"""The programme in the workshop's menu."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter

from badges.programme import permissions
from badges.segments.actions import WRITTEN
from portal.accounts.viewers import viewer


class DeskItem(MenuItem):
    """An entry for who may see the desk."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether she writes or decides."""
        return permissions.can_see_desk(viewer(request))


class WaitingItem(MenuItem):
    """An entry for who may read what waits: moderators, too."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether she is one of them."""
        return permissions.can_see_waiting(viewer(request))


class BooksItem(MenuItem):
    """An entry for who may open members' books."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether she is one of them."""
        return permissions.can_see_books(viewer(request))


def _entry(kind: Any, label: Any, route: str, icon: str, order: int, *args: Any) -> MenuItem:
    name = "-".join([route, *args]).replace("_", "-")
    item: MenuItem = kind(label, reverse_lazy(route, args=args or None), name=name, icon_name=icon, order=order)
    return item


MENU = Menu(
    register_hook_name=None,
    construct_hook_name=None,
    items=[
        _entry(DeskItem, _("At a glance"), "programme_home", "home", 1),
        _entry(DeskItem, _("Earning rules"), "programme_list", "list-ol", 2, "rules"),
        _entry(DeskItem, _("Campaigns"), "programme_list", "calendar-alt", 3, "campaigns"),
        _entry(DeskItem, _("Badges of the house"), "programme_list", "pick", 4, "badges"),
        _entry(DeskItem, _("Tiers"), "programme_list", "order", 5, "tiers"),
        _entry(DeskItem, _("Challenges"), "programme_list", "calendar-check", 6, "challenges"),
        _entry(DeskItem, _("Segments"), "programme_segments", "group", 7),
        _entry(DeskItem, _("Corrections of points"), "programme_corrections", "edit", 8),
        _entry(WaitingItem, _("Points that wait"), "programme_waiting", "time", 9),
        _entry(BooksItem, _("Members’ books"), "badges:books", "user", 10),
    ],
)


@hooks.register("register_admin_menu_item")
def programme_menu() -> MenuItem:
    """Between the pages and the reports."""
    return SubmenuMenuItem(_("Programme"), MENU, name="programme", icon_name="pick", order=250)


@hooks.register("register_log_actions")
def name_actions(registry: LogActionRegistry) -> None:
    """How a line of the log reads."""

    @registry.register_action(WRITTEN)
    class Written(LogFormatter):
        """A segment was written down or changed."""

        label, message = _("Write a segment"), _("Wrote a segment")
