"""The drawn marks that a tier can wear. Their looks stand in `portal.ui.tiers`, the drawings in `static/marks`."""

from django.utils.translation import gettext_lazy as _

from badges.tiers.models import Tier
from badges.tiers.selectors import ladder_today
from portal.ui import tiers as ground

# Nothing here takes part in the drawing itself: a mark is a name in every table, for ever.
MARKS = {
    "seedling": _("seedling"), "ridge": _("mountain ridge"), "ridge-sun": _("sun above the ridge"),
    "stone": _("cut stone"), "cloud": _("summit above the clouds"), "tree": _("ancient tea tree"),
    "moon": _("moon above the ridge"),
}  # fmt: skip


def _marks() -> dict[str, str]:
    return dict(Tier.objects.values_list("code", "mark"))


def _today() -> list[ground.Named]:
    return [ground.Named(tier.rank, tier.name) for tier in ladder_today()]


ground.register(today=_today, marks=_marks)
