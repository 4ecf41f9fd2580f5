"""What keys know about members: who of the house made and revoked them."""

from portal.core.personal_data import excuse

excuse("portal.ApiKey", "names who made and who revoked a key of an outside system: acts of staff, kept for tracing")
