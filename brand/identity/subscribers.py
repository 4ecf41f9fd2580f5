"""What the identity hears: its own publishing, in the process that serves pages."""

from brand.identity import selectors
from portal.events.bus import Heard, durable
from portal.events.types.brand import IdentityPublished


@durable("looks", IdentityPublished)
def look_again(heard: Heard) -> None:
    """Forgets the kept looks where the relay runs.

    Embedded, that is the web process, which shares no cache with the scheduler that publishes at a given hour. Told
    twice it does nothing more; looks that are kept a little longer do no harm.
    """
    selectors.forget()
