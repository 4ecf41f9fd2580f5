"""What the parts of a medal are called, in the words of a manager."""

from typing import Any

from django.utils.translation import gettext_lazy as _

PART_WORDS: dict[str, Any] = {
    "disc": _("disc"), "tile": _("tile"), "shield": _("shield"), "star": _("star"), "lotus": _("lotus"),
    "arch": _("arch"), "cloud": _("cloud"), "bell": _("bell"),
    "hex": _("hexagon"), "lozenge": _("lozenge"), "ink": _("ink"), "paper": _("paper"),
    "mist": _("mist"), "leaf": _("leaf"), "cherry": _("cherry"), "gold": _("gold leaf"), "sky": _("sky"),
    "dusk": _("dusk"), "roast": _("roast"), "plum": _("plum"), "rays": _("rays"), "rings": _("rings"),
    "weave": _("weave"), "ridge": _("ridge"), "none": _("none"), "bar": _("bar"), "vee": _("collar"),
    "tails": _("two tails"), "tassel": _("tassel"), "stripe": _("stripe"), "brocade": _("brocade"),
    "ladder": _("ladder weave"), "bean": _("bean"), "tea": _("tea leaf"), "cup": _("cup"), "phin": _("phin"),
    "kettle": _("kettle"), "flame": _("flame"), "mountain": _("mountain"), "sunrise": _("sunrise"), "book": _("book"),
    "speech": _("speech"), "clasp": _("clasped hands"), "giving": _("giving hands"), "heart": _("heart"),
    "key": _("door key"), "compass": _("compass"), "lantern": _("lantern"), "drum": _("bronze drum"),
    "steps": _("steps"),
    "ring12": _("ring of twelve"), "seedling": _("seedling"), "basket": _("basket"), "bridge": _("bridge"),
    "bird": _("bird"), "gong": _("gong"), "rong": _("stilt house"), "moon": _("moon"), "quill": _("quill"),
    "terrace": _("terrace"),
}  # fmt: skip
