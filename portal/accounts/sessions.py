"""Where sessions are kept: Django's own table, asked by a prepared query, for every page of a member begins here."""

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from portal.core.prepared import prepared


@prepared
def _open(key: str, at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)


class SessionStore(db.SessionStore):
    """Django's store of sessions in the database; only how it asks is ours."""

    def _get_session_from_db(self) -> Session | None:
        found = _open.one(self.session_key or "", timezone.now())
        if found is None:
            self._session_key = None  # as Django does: a key that it does not know is never taken over
        return found
