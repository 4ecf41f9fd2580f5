"""What the boards keep about a member: for her export; who leaves for good leaves them, too."""

from django.utils.translation import gettext_lazy as _

from badges.leaderboards.models import BoardWish, Place
from portal.accounts.models import Member
from portal.core.personal_data import DataType, register, rows


def _leave(member: Member) -> None:
    Place.objects.filter(member=member).delete()
    BoardWish.objects.filter(member=member).delete()


register(
    DataType(
        "boards",
        _("Your places on the board"),
        ("badges.BoardWish", "badges.Place"),
        lambda member: [
            *rows(BoardWish.objects.filter(member=member), "since"),
            *rows(Place.objects.filter(member=member), "period__scope", "period__month", "rank", "score"),
        ],
        _leave,
    )
)
