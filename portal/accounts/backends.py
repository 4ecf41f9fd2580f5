"""Whose session opens the house: Django asks here at every request."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.userkit import filter_users_by_email
from django.db.models import QuerySet

from portal.accounts import evenly
from portal.accounts.models import Member
from portal.core.prepared import prepared


@prepared
def _whoever(member: int) -> QuerySet[Member]:
    return Member.objects.filter(pk=member).select_related("standing")


class HouseBackend(AuthenticationBackend):
    """allauth's ways in. A session that was open when its owner left opens nothing any more, with or without a row."""

    def _authenticate_by_email(self, email: str, password: str) -> Member | None:
        # allauth's own steps, and one more that makes a known address cost what an unknown one does.
        users = filter_users_by_email(email, prefer_verified=True, for_login=True)
        evenly.look_once_more(email, users)
        return next((user for user in users if self._check_password(user, password)), None)

    def get_user(self, user_id: int) -> Member | None:
        """The member behind a session, or None for one who is closed or about to leave.

        Signing in does not come by here: who is about to leave may still come through the door, and is back then.
        """
        member = _whoever.one(user_id)
        open_ = member is not None and self.user_can_authenticate(member) and member.left_at is None
        return member if open_ else None
