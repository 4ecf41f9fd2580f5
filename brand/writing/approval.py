"""The step at which another person reads what somebody wrote, before the public does."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, TaskState

from portal.accounts.models import Member


class FourEyesTask(AbstractGroupApprovalTask):
    """Approval by somebody of the chosen groups who neither handed the words in nor wrote them.

    Wagtail's own step lets an approver, and every superuser, wave through what she has written herself.
    """

    class Meta:
        verbose_name = _("approval by another person")
        verbose_name_plural = _("approvals by another person")

    @classmethod
    def get_description(cls) -> Any:
        """What the chooser of steps says about it."""
        return _("Somebody of the chosen groups approves, but never what she wrote or handed in herself")

    @staticmethod
    def is_own(obj: Any, user: Member) -> bool:
        """Whether she handed the object in, or wrote the version that waits."""
        state = obj.current_workflow_state
        handed_in = state is not None and state.requested_by_id == user.pk
        newest = obj.get_latest_revision()
        return handed_in or (newest is not None and newest.user_id == user.pk)

    def get_actions(self, obj: Any, user: Member) -> list[tuple[str, Any, bool]]:
        """What she may do with what waits: nothing with her own."""
        if self.is_own(obj, user):
            return []
        actions: list[tuple[str, Any, bool]] = super().get_actions(obj, user)
        return actions

    def locked_for_user(self, obj: Any, user: Member) -> bool:
        """Whoever handed it in leaves it alone, or takes it back first: else she could publish around the reader."""
        state = obj.current_workflow_state
        if state is not None and state.requested_by_id == user.pk:
            return True
        return bool(super().locked_for_user(obj, user))

    def get_task_states_user_can_moderate(self, user: Member, **kwargs: Any) -> QuerySet[TaskState]:
        """What waits for her: nobody's own."""
        waiting: QuerySet[TaskState] = super().get_task_states_user_can_moderate(user, **kwargs)
        return waiting.exclude(Q(workflow_state__requested_by=user) | Q(revision__user=user))

    def on_action(self, task_state: TaskState, user: Member, action_name: str, **kwargs: Any) -> Any:
        """The last guard, whatever door the decision came by. Raises PermissionDenied for one's own words."""
        if self.is_own(task_state.workflow_state.content_object, user):
            raise PermissionDenied
        return super().on_action(task_state, user, action_name, **kwargs)
