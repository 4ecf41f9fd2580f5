"""Whose session opens the house: Django asks here at every request."""

from allauth.account.auth_backends import AuthenticationBackend

from portal.accounts.models import Member


class HouseBackend(AuthenticationBackend):
    """allauth's ways in. A session that was open when its owner left opens nothing any more, with or without a row."""

    def get_user(self, user_id: int) -> Member | None:
        """The member behind a session, or None for one who is closed or about to leave.

        Signing in does not come by here: who is about to leave may still come through the door, and is back then.
        """
        member = super().get_user(user_id)
        return None if member is None or member.left_at is not None else member
