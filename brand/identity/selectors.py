"""Reads of the identity, and the style sheet drawn from it."""

from contextlib import suppress

from django.core.cache import cache
from django.http import HttpRequest
from wagtail.models import Site

from brand.identity import colour
from brand.identity.models import BrandIdentity
from portal.core.shared_cache import AWAY

_KEY = "identity:site:%s"


def identity_for(request: HttpRequest) -> BrandIdentity:
    """The identity of the site that was asked for; kept in the cache until it is saved (see adapters)."""
    site = Site.find_for_request(request)
    if site is None:
        return BrandIdentity()
    try:
        found = cache.get_or_set(_KEY % site.pk, lambda: BrandIdentity.for_site(site), 300)
    except AWAY:
        found = None
    return found or BrandIdentity.for_site(site)


def house_name() -> str:
    """The brand's name for whoever has no request, such as the worker that writes letters."""
    site = Site.objects.filter(is_default_site=True).first()
    return BrandIdentity.for_site(site).name if site is not None else BrandIdentity().name


def forget(site_id: int) -> None:
    """Drops the cached identity of a site, so that the next page reads the saved one."""
    with suppress(*AWAY):  # its copy lives five minutes at most
        cache.delete(_KEY % site_id)


def theme_css(identity: BrandIdentity) -> str:
    """The meaning tokens that a brand overrides, for light and dark. Dark shades are the nearest that stay readable.

    Identity values are validated hex colours, so nothing else can enter the sheet.
    """
    act, accent, reward, deep = identity.color_act, identity.color_accent, identity.color_reward, identity.color_deep
    night = {"act": colour.by_night(act), "accent": colour.by_night(accent), "reward": colour.by_night(reward)}
    rows = {
        "--color-act": (act, night["act"]),
        "--color-act-strong": (colour.mix(act, "#000000", 0.22), colour.mix(night["act"], colour.WHITE, 0.4)),
        "--color-act-soft": (colour.mix(act, colour.PAPER, 0.86), colour.mix(act, colour.NIGHT, 0.72)),
        "--color-on-act": (colour.WHITE, colour.nearest_passing(colour.mix(act, "#000000", 0.75), night["act"], 7)),
        "--color-accent": (accent, night["accent"]),
        "--color-accent-soft": (colour.mix(accent, colour.PAPER, 0.86), colour.mix(accent, colour.NIGHT, 0.66)),
        "--color-reward": (reward, night["reward"]),
        "--color-reward-soft": (colour.mix(reward, colour.PAPER, 0.86), colour.mix(reward, colour.NIGHT, 0.7)),
        "--color-deep": (deep, colour.mix(deep, "#000000", 0.12)),
    }
    body = "".join(f"{name}:light-dark({light},{dark});" for name, (light, dark) in rows.items())
    return f":root{{{body}}}\n"
