"""Who works in the house, and as what: the one form by which an administrator gives work to a member.

Wagtail's own would ask for names that members do not have, set a password, and change an address that was proved by
letter. Names, addresses and keys stay with the member; people join by themselves and end their account by leaving.
"""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.ui.tables import Column
from wagtail.log_actions import LogFormatter, log
from wagtail.users.views.bulk_actions.user_bulk_action import UserBulkAction
from wagtail.users.views.users import IndexView, UserViewSet

from portal.accounts import roles
from portal.accounts.models import Member
from portal.editing.actions import SECTION

CHANGED = "portal.work_changed"
WORK = {
    roles.BRAND_MANAGERS: gettext_lazy("Leads the brand: all pages, looks, the programme"),
    roles.PROGRAMME_APPROVERS: gettext_lazy("Reads and approves what others wrote"),
    roles.MODERATORS: gettext_lazy("Keeps the talk kind"),
    roles.STORE_STAFF: gettext_lazy("Stands at the counter"),
    roles.CARE: gettext_lazy("Answers who needs help"),
    roles.ANALYSTS: gettext_lazy("Reads reports, without names"),
}

# Many at once could be given work, put out or removed without a line in the log.
UserBulkAction.models = []


def work_of(group: Group) -> str:
    """What a group does, in the reader's language; its name where the house has no words for it."""
    if group.name.startswith(SECTION):
        return _("Writes for %(section)s and hands in") % {"section": group.name.removeprefix(SECTION)}
    return str(WORK.get(group.name, group.name))


class WorkField(forms.ModelMultipleChoiceField):
    """Groups, named by what they do."""

    def label_from_instance(self, obj: Group) -> str:
        """What the group does."""
        return work_of(obj)


class WorkForm(forms.ModelForm):
    """A member's work. Whoever edits herself keeps the house and stays in it: another administrator may change that."""

    groups = WorkField(
        queryset=Group.objects.order_by("name"), required=False, widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("What she does here"),
        help_text=gettext_lazy("Takes effect at her next step; from then on she needs a second key for every page."),
    )  # fmt: skip
    is_superuser = forms.BooleanField(
        required=False, label=gettext_lazy("Keeps the whole house"),
        help_text=gettext_lazy("May do everything, except approve her own words."),
    )  # fmt: skip
    is_active = forms.BooleanField(
        required=False, label=gettext_lazy("May come in"),
        help_text=gettext_lazy("Without it her account stays, and no door opens to her."),
    )  # fmt: skip

    def __init__(self, *args: Any, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = _standing(self.instance)
        if editing_self:
            del self.fields["is_active"], self.fields["is_superuser"]

    class Meta:
        model = Member
        fields = ("groups", "is_superuser", "is_active")

    def save(self, commit: bool = True) -> Any:
        """Saves, and writes what it was before and after into the log, in the name of who is at the desk."""
        member = super().save(commit)
        after = _standing(member)
        if after != self.before:
            log(instance=member, action=CHANGED, data={"before": self.before, "after": after})
        return member


def _standing(member: Member) -> dict[str, Any]:
    groups = sorted(member.groups.values_list("name", flat=True)) if member.pk else []
    return {"groups": groups, "keeps_the_house": member.is_superuser, "may_come_in": member.is_active}


class PeopleIndex(IndexView):
    """Members by address; nobody is made or removed here."""

    def get_add_url(self) -> None:
        """People join by themselves."""

    def get_delete_url(self, instance: Member) -> None:
        """An account ends by leaving."""

    def get_base_queryset(self) -> Any:
        """With the groups of each."""
        return super().get_base_queryset().prefetch_related("groups")

    @property
    def columns(self) -> list[Column]:
        """Without boxes for acting on many, and with what each does."""
        work = Column(
            "work", label=gettext_lazy("What she does here"),
            accessor=lambda member: ", ".join(work_of(group) for group in member.groups.all()),
        )  # fmt: skip
        return [*super().columns[1:3], work, *super().columns[3:]]


class PeopleViewSet(UserViewSet):
    """The people of the house."""

    index_view_class = PeopleIndex
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        """One form: work."""
        return WorkForm


@hooks.register("register_log_actions")
def work_in_the_log(actions: Any) -> None:
    """How the log tells of it."""

    @actions.register_action(CHANGED)
    class WorkChanged(LogFormatter):
        label = gettext_lazy("Work changed")

        def format_message(self, log_entry: Any) -> str:
            """Group names before and after."""
            told = {when: ", ".join(log_entry.data[when]["groups"]) or "—" for when in ("before", "after")}
            return _("Work changed from “%(before)s” to “%(after)s”") % told
