"""All tables of the ground floor, gathered for Django. No Wagtail model may ever stand here (circular migrations)."""

from portal.accounts.blocks.models import Block
from portal.accounts.codes.models import CodeTries
from portal.accounts.invitations.models import Arrival, Invitation
from portal.accounts.models import Consent, FormerName, Member, MemberWords, Picture, Profile, Standing
from portal.accounts.sms.models import TextDay, TextMessage
from portal.api.models import ApiKey, IncomingEvent, OtherNumber
from portal.cards.models import Card
from portal.digest.models import Digest
from portal.events.models import Delivery, DomainEvent
from portal.jobs.models import CronRun
from portal.notifications.models import MailTrouble, Notification, Preference, SentMail
from portal.privacy.models import Export
from portal.realtime.models import Stream, StreamEntry
from portal.scopes.models import Scope

__all__ = [
    "ApiKey",
    "Arrival",
    "Block",
    "Card",
    "CodeTries",
    "Consent",
    "CronRun",
    "Delivery",
    "Digest",
    "DomainEvent",
    "Export",
    "FormerName",
    "IncomingEvent",
    "Invitation",
    "MailTrouble",
    "Member",
    "MemberWords",
    "Notification",
    "OtherNumber",
    "Picture",
    "Preference",
    "Profile",
    "Scope",
    "SentMail",
    "Standing",
    "Stream",
    "StreamEntry",
    "TextDay",
    "TextMessage",
]
