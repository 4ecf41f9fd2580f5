"""Settings for the house's processes that tests start: the demo's, but sessions are signed with the tests' own key."""

from portal.settings.dev import *  # noqa: F403
from portal.settings.test import SECRET_KEY as SECRET_KEY
