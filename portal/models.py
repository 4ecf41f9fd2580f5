"""All tables of the ground floor, gathered for Django. No Wagtail model may ever stand here (circular migrations)."""

from portal.accounts.invitations.models import Arrival, Invitation
from portal.accounts.models import Consent, Member, Standing
from portal.accounts.sms.models import TextDay, TextMessage
from portal.cards.models import Card
from portal.events.models import Delivery, DomainEvent
from portal.jobs.models import CronRun
from portal.notifications.models import Notification, Preference, SentMail
from portal.realtime.models import Stream, StreamEntry
from portal.scopes.models import Scope

__all__ = [
    "Arrival",
    "Card",
    "Consent",
    "CronRun",
    "Delivery",
    "DomainEvent",
    "Invitation",
    "Member",
    "Notification",
    "Preference",
    "Scope",
    "SentMail",
    "Standing",
    "Stream",
    "StreamEntry",
    "TextDay",
    "TextMessage",
]
