"""A medal as a manager composes it: a handful of words. Every value is on a list, so a recipe can hold no markup."""

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from badges.medals import houses
from badges.medals.motifs import MOTIFS
from badges.medals.palette import ENAMELS, METALS
from badges.medals.shapes import SHAPES
from portal.core.errors import Invalid

GRAMMAR = 1
GROUNDS = ("rays", "rings", "weave", "mist", "ridge")
RIBBONS = ("none", "bar", "vee", "tails", "tassel")
CLOTHS = ("stripe", "brocade", "ladder")


@dataclass(frozen=True)
class Recipe:
    """All that a drawing depends on. The same recipe gives the same bytes. `enamels`: the house's own, else the kit."""

    metal: str
    shape: str
    enamel: str
    motif: str
    ground: str = "rays"
    ribbon: str = "none"
    cloth: str = "stripe"
    accent: str = "cherry"
    enamels: houses.Enamels = ()

    def colour(self, role: str) -> str:
        """An enamel of this medal's house."""
        return dict(self.enamels).get(role, ENAMELS[role])


_LISTS: dict[str, Any] = {
    "metal": METALS, "shape": SHAPES, "enamel": ENAMELS, "motif": MOTIFS, "ground": GROUNDS, "ribbon": RIBBONS,
    "cloth": CLOTHS, "accent": ENAMELS,
}  # fmt: skip


def recipe_of(metal: str, medal: dict[str, Any], *, enamels: houses.Enamels = ()) -> Recipe:
    """The recipe behind stored JSON, the badge's metal and its house's enamels; raises Invalid (`field`)."""
    fields = {key: value for key, value in medal.items() if key != "grammar"}
    if medal.get("grammar") != GRAMMAR:
        raise Invalid(_("This medal was composed by a grammar that nobody draws."), field="grammar")
    if set(fields) - (set(_LISTS) - {"metal"}) or {"shape", "enamel", "motif"} - set(fields):
        raise Invalid(_("A medal needs a shape, an enamel and a motif, and nothing that nobody draws."), field="medal")
    for field, value in [("metal", metal), *fields.items()]:
        if not isinstance(value, str) or value not in _LISTS[field]:
            raise Invalid(_("Choose this part of the medal from the list."), field=field)
    return Recipe(metal=metal, enamels=enamels, **fields)


@lru_cache(maxsize=1024)
def _print(code: str, recipe: Recipe, key: str) -> str:
    told = {part: value for part, value in asdict(recipe).items() if part != "enamels"}
    text = json.dumps([GRAMMAR, code, told], sort_keys=True)
    return salted_hmac("badges.medals", text, secret=key, algorithm="sha256").hexdigest()[:16]


def fingerprint(code: str, recipe: Recipe) -> str:
    """What the drawing's name ends with. It changes with the recipe, and nobody can guess that of a secret badge.

    Enamels are no part of it: a chip that was drawn under an older palette still leads to the badge it means.
    """
    return _print(code, recipe, settings.SECRET_KEY)


def address(code: str, recipe: Recipe, *, small: bool = False) -> str:
    """Where the finished drawing is served, the same in every language and for ever; `small`: for beside a name.

    Another palette of the house is another address.
    """
    told = f"?v={houses.version(recipe.enamels)}" if recipe.enamels else ""
    return f"/medals/{code}-{'s' if small else ''}{fingerprint(code, recipe)}.svg{told}"
