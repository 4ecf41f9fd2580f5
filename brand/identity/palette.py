"""From four colours to every token that pages wear, and which pairs of tokens meet on them.

Whatever is chosen, the tokens that come out can be read: a colour that would be too weak on its ground is shaded until
it passes. `troubles` says beforehand where that would happen, so that a form can refuse and offer instead.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brand.identity.colour import NIGHT, WHITE, by_night, contrast, lightest, mix, nearest_passing, shade_for

TEXT, GRAPHIC = 4.5, 3.0
COLOURS = ("act", "accent", "reward", "deep")
HOUSE = {"act": "#a2392a", "accent": "#2b5a4c", "reward": "#69490b", "deep": "#19352d"}
# The warmth of paper: page, surface, sunken, line, strong line.
PAPERS: dict[str, tuple[str, str, str, str, str]] = {
    "warm": ("#fbf8f3", "#fffefb", "#f3ede3", "#e2d9cb", "#877b6e"),
    "plain": ("#fbfbfa", "#ffffff", "#f1f1ee", "#dcdcd6", "#7b7b74"),
    "mist": ("#f6f9f9", "#fdfefe", "#eaf0f0", "#d3dddd", "#708080"),
}
# What no brand changes (static/css/tokens.css), light and dark: a test holds the two files together.
FIXED: dict[str, tuple[str, str]] = {
    "--color-text": ("#1f1a17", "#f3ede2"),
    "--color-text-soft": ("#61574f", "#c2beb2"),
    "--color-mist": ("#e6edec", "#1c2929"),
    "--color-info": ("#28505f", "#a9cbd7"),
    "--color-info-soft": ("#dfebef", "#1b2f37"),
    "--color-danger": ("#8c1d34", "#f2a3ad"),
    "--color-danger-soft": ("#fae6e8", "#3b1b22"),
    "--color-focus": ("#14506a", "#ffd98a"),
    "--color-on-deep": ("#f4f0e6", "#f4f0e6"),
    "--tier-member": ("#56645b", "#a9b8ae"),
    "--tier-silver": ("#43606d", "#b9cfd8"),
    "--tier-gold": ("#70500a", "#e4c47c"),
    "--tier-diamond": ("#6b3f66", "#dcb3d6"),
    "--tier-cloud": ("#2c5580", "#adcbec"),
    "--tier-tree": ("#44601f", "#bfd69a"),
    "--tier-moon": ("#4b4a8a", "#c5c4f0"),
}
NIGHTS = (NIGHT, "#1a2320", "#0d1311", "#34433c", "#7d8f86")
ON_DEEP, ON_DEEP_POINTS, ON_DEEP_FOCUS = "#f4f0e6", "#e4c47c", "#ffd98a"
_PAPER_TOKENS = ("--color-page", "--color-surface", "--color-sunken", "--color-line", "--color-line-strong")
_TIERS = tuple(name for name in FIXED if name.startswith("--tier-"))
_GROUNDS = ("--color-page", "--color-surface", "--color-sunken", "--color-mist")
_NOTES = ("--color-info-soft", "--color-danger-soft", "--color-reward-soft")

# Which two tokens meet where, and how far apart they must be.
PAIRS: tuple[tuple[str, str, float], ...] = (
    *((words, ground, TEXT) for words in ("--color-text", "--color-text-soft") for ground in _GROUNDS),
    *(("--color-text", f"--color-{part}-soft", TEXT) for part in ("accent", "act", "reward", "info", "danger")),
    *(("--color-accent", ground, TEXT) for ground in (*_GROUNDS, *_NOTES, "--color-accent-soft")),
    ("--color-text-soft", "--color-accent-soft", TEXT),
    *(("--color-act", ground, TEXT) for ground in _GROUNDS),
    ("--color-on-act", "--color-act", TEXT),
    ("--color-on-act", "--color-act-strong", TEXT),
    ("--color-act-strong", "--color-act-soft", TEXT),
    *(("--color-reward", ground, TEXT) for ground in (*_GROUNDS, "--color-reward-soft")),
    ("--color-reward-mark", "--color-page", GRAPHIC),
    ("--color-on-deep", "--color-deep", TEXT),
    ("--color-on-deep-soft", "--color-deep", TEXT),
    *((tier, ground, TEXT) for tier in _TIERS for ground in ("--color-page", "--color-mist", "--color-accent-soft")),
    *(("--color-line-strong", ground, GRAPHIC) for ground in ("--color-page", "--color-surface")),
    *(("--color-focus", ground, GRAPHIC) for ground in _GROUNDS),
)
# What the two colours of a pair are to a person who chooses them.
NAMES: dict[str, str | Promise] = {
    "page": _("the page"),
    "surface": _("a sheet on the page"),
    "sunken": _("the sunken ground"),
    "mist": _("the misty ground"),
    "white": _("white letters"),
    "cream": _("light letters"),
    "gold": _("gold of points"),
    "focus": _("the ring of the keyboard"),
    "info": _("the ground of a notice"),
    "danger": _("the ground of a warning"),
}


@dataclass(frozen=True)
class Meeting:
    """A chosen colour and what it meets: is it readable there?"""

    colour: str
    other: str
    name: str | Promise
    needed: float
    # Whether the other lies on the colour (letters on a button) or under it.
    is_ground: bool = False

    @property
    def ratio(self) -> float:
        """The contrast of the two."""
        return contrast(self.colour, self.other)

    @property
    def passes(self) -> bool:
        """Whether it is enough."""
        return self.ratio >= self.needed


@dataclass(frozen=True)
class Trouble:
    """A colour that is too weak somewhere, and the nearest that is not."""

    meetings: tuple[Meeting, ...]
    offer: str


def meetings(part: str, colour: str, paper: str) -> list[Meeting]:
    """Everything that one of the four colours meets on light pages. Dark pages wear shades that always pass."""
    page, surface, sunken, _line, _strong = PAPERS[paper]
    mist = FIXED["--color-mist"][0]
    if part == "deep":
        over = (("cream", ON_DEEP, TEXT), ("gold", ON_DEEP_POINTS, TEXT), ("focus", ON_DEEP_FOCUS, GRAPHIC))
        return [Meeting(colour, other, NAMES[name], needed, True) for name, other, needed in over]
    found = [Meeting(colour, WHITE, NAMES["white"], TEXT, True)] if part == "act" else []
    grounds = [("page", page), ("surface", surface), ("sunken", sunken), ("mist", mist)]
    if part == "accent":
        grounds += [("info", FIXED["--color-info-soft"][0]), ("danger", FIXED["--color-danger-soft"][0])]
    return [*found, *(Meeting(colour, ground, NAMES[name], TEXT) for name, ground in grounds)]


def passing(part: str, colour: str, paper: str) -> str:
    """The colour, or the nearest darker one that can be read wherever it stands."""
    return shade_for(colour, [(m.other, m.needed) for m in meetings(part, colour, paper)])


def trouble(part: str, colour: str, paper: str) -> Trouble | None:
    """Where the colour fails, with the nearest that passes; None where it can be read everywhere."""
    weak = tuple(m for m in meetings(part, colour, paper) if not m.passes)
    return Trouble(weak, passing(part, colour, paper)) if weak else None


def _soft(colour: str, page: str, start: float, readers: tuple[str, ...]) -> str:
    """The colour thinned with the page until everything that is written on it can be read there."""
    for step in range(round(start * 100), 101):
        ground = mix(colour, page, step / 100)
        if all(contrast(words, ground) >= TEXT for words in readers):
            return ground
    return page


def tokens(colours: dict[str, str], paper: str) -> dict[str, tuple[str, str]]:
    """Every token that a brand overrides, for light and for dark pages; each pair of PAIRS passes among them."""
    return dict(_tokens(tuple(sorted(colours.items())), paper))


# Every page asks for its paper's colour; finding readable shades takes milliseconds, and a house has few looks.
@lru_cache(maxsize=64)
def _tokens(chosen: tuple[tuple[str, str], ...], paper: str) -> dict[str, tuple[str, str]]:
    colours = dict(chosen)
    act, accent, reward, deep = (passing(part, colours[part], paper) for part in COLOURS)
    night_act, night_accent, night_reward = (by_night(colour) for colour in (act, accent, reward))
    page = PAPERS[paper][0]
    readers = [tuple(FIXED[name][theme] for name in ("--color-text", "--color-text-soft", *_TIERS)) for theme in (0, 1)]
    strong = (mix(act, "#000000", 0.22), mix(night_act, WHITE, 0.4))
    deeps = (deep, mix(deep, "#000000", 0.12))
    return {
        **dict(zip(_PAPER_TOKENS, zip(PAPERS[paper], NIGHTS, strict=True), strict=True)),
        "--color-act": (act, night_act),
        "--color-act-strong": strong,
        "--color-act-soft": (
            _soft(act, page, 0.86, (*readers[0][:1], strong[0])),
            _soft(night_act, NIGHT, 0.78, (*readers[1][:1], strong[1])),
        ),
        "--color-on-act": (WHITE, nearest_passing(mix(act, "#000000", 0.75), night_act, 7)),
        "--color-accent": (accent, night_accent),
        "--color-accent-soft": (
            _soft(accent, page, 0.86, (*readers[0], accent)),
            _soft(night_accent, NIGHT, 0.84, (*readers[1], night_accent)),
        ),
        "--color-reward": (reward, night_reward),
        "--color-reward-mark": (lightest(reward, page, GRAPHIC), night_reward),
        "--color-reward-soft": (
            _soft(reward, page, 0.86, (*readers[0][:1], reward, accent)),
            _soft(night_reward, NIGHT, 0.8, (*readers[1][:1], night_reward, night_accent)),
        ),
        "--color-deep": deeps,
        "--color-on-deep-soft": (_faint(deeps[0]), _faint(deeps[1])),
    }


def _faint(deep: str) -> str:
    """Letters on the deep ground that say less."""
    return nearest_passing(mix(ON_DEEP, deep, 0.22), deep, TEXT)
