"""How fast one member may do what no trust level widens. What levels widen stands in `portal.accounts.pace`."""

from portal.core.limits import Limit, hit

VOTE = (Limit("forum.vote", 60, 60),)
DRAFT = (Limit("forum.draft", 60, 60),)
SUGGEST = (Limit("forum.suggest", 120, 60),)
UPLOAD = (Limit("forum.upload", 10, 60), Limit("forum.upload.day", 60, 86_400))
ANSWER = (Limit("forum.answer", 20, 60),)
# Wrong addresses of private feeds, by where they come from: a feed reader that was thrown out asks on for days.
BAD_FEED = (Limit("forum.feed.bad", 5, 3600),)
PREVIEW = (Limit("forum.preview", 60, 60),)


def spend(limits: tuple[Limit, ...], member_id: int) -> None:
    """Counts one act against each limit; raises TooMany with the seconds to wait."""
    for limit in limits:
        hit(limit, member_id)
