"""Tags of the brand's pages: a picture in its cuts, and rich text that is safe whatever was stored."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.images.models import Filter
from wagtail.images.shortcuts import get_renditions_or_not_found
from wagtail.rich_text import RichText

from brand.writing.links import shown
from brand.writing.pictures import FINE, FORMATS, QUICK, SHAPES, Shape

register = template.Library()
# Drawn for what has no picture of its own. Each has gradients with ids, so it may stand on a page only once.
LANDSCAPES = ("terraces", "tree", "highland")


@register.filter
def prose(value: RichText | str) -> SafeString:
    """Rich text for the page: only what the editor offers, whatever was stored."""
    return mark_safe(shown(value.source if isinstance(value, RichText) else str(value or "")))  # noqa: S308


@register.filter
def sections(value: RichText | str) -> SafeString:
    """The same where only the page's title stands above the text: what the editor calls a heading is the next."""
    return mark_safe(prose(value).replace("<h3>", "<h2>").replace("</h3>", "</h2>"))  # noqa: S308


def _srcset(renditions: dict[str, Any], cuts: tuple[str, ...], form: str) -> str:
    widths = {renditions[f"{cut}|format-{form}"].width: renditions[f"{cut}|format-{form}"].url for cut in cuts}
    return ", ".join(f"{url} {width}w" for width, url in sorted(widths.items()))


def _measures(rendition: Any) -> dict[str, str]:
    return {"width": str(rendition.width), "height": str(rendition.height)}


def _renditions(picture: Any, shape: Shape) -> dict[str, Any]:
    """The quick format in any case, the fine one if the worker has drawn every cut of it."""
    found = get_renditions_or_not_found(picture, shape.in_format(QUICK))
    fine = picture.find_existing_renditions(*(Filter(spec=spec) for spec in shape.in_format(FINE)))
    if len(fine) == len(shape.in_format(FINE)):
        found |= {each.spec: rendition for each, rendition in fine.items()}
    return found


def _sources(renditions: dict[str, Any], shape: Shape, sizes: str) -> Iterator[dict[str, str]]:
    """The attributes of each `source`: phones first, the fine format before the quick one, which `img` has itself."""
    for media, cuts in (("(max-width: 40rem)", shape.phone), ("", shape.wide)):
        for form in FORMATS:
            if not cuts or f"{cuts[-1]}|format-{form}" not in renditions or (form == QUICK and not media):
                continue
            yield {
                **({"media": media} if media else {}),
                "type": f"image/{form}",
                "srcset": _srcset(renditions, cuts, form),
                "sizes": sizes,
                **_measures(renditions[f"{cuts[-1]}|format-{form}"]),
            }


@register.simple_tag
def photo(
    picture: Any, shape: str = "whole", alt: str | None = None, sizes: str = "", lead: bool = False, css: str = ""
) -> SafeString:
    """A picture as AVIF and WebP with width, height and sizes; nothing where there is none.

    `lead` is for the one picture seen first: fetched at once, before others. All others load when they come near.
    Without `alt` the words given beside the picture count; a decorative picture has an empty text by choice.
    """
    if picture is None or picture == "":
        return SafeString("")
    cut = SHAPES[shape]
    renditions, sizes = _renditions(picture, cut), sizes or cut.sizes
    largest = renditions[f"{cut.wide[-1]}|format-{QUICK}"]
    words = alt if alt is not None else picture.contextual_alt_text
    attributes = {
        "src": largest.url,
        "srcset": _srcset(renditions, cut.wide, QUICK),
        "sizes": sizes,
        "alt": picture.default_alt_text if words is None else words,
        **_measures(largest),
        **({"fetchpriority": "high"} if lead else {"loading": "lazy"}),
        "decoding": "async",
        **({"class": css} if css else {}),
    }
    sources = format_html_join("", "<source{}>", ((flatatt(row),) for row in _sources(renditions, cut, sizes)))
    return format_html("<picture>{}<img{}></picture>", sources, flatatt(attributes))


@register.simple_tag(takes_context=True)
def landscape(context: template.Context, name: str = "") -> SafeString:
    """A drawn landscape that does not stand on this page yet, or the one of that name; mist when all of them do."""
    request = context.get("request")
    shown: set[str] = request.__dict__.setdefault("_landscapes", set()) if request is not None else set()
    chosen = next((one for one in ((name,) if name else LANDSCAPES) if one not in shown), "mist")
    shown.add(chosen)
    return render_to_string(f"art/{chosen}.html")
