"""Tags of the brand's pages: a picture in its cuts, and rich text that is safe whatever was stored."""

from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.images.shortcuts import get_renditions_or_not_found
from wagtail.rich_text import RichText

from brand.writing.links import shown
from brand.writing.pictures import FORMATS, SHAPES

register = template.Library()


@register.filter
def prose(value: RichText | str) -> SafeString:
    """Rich text for the page: only what the editor offers, whatever was stored."""
    return mark_safe(shown(value.source if isinstance(value, RichText) else str(value or "")))  # noqa: S308


def _srcset(renditions: dict[str, Any], cuts: tuple[str, ...], form: str) -> str:
    widths = {renditions[f"{cut}|format-{form}"].width: renditions[f"{cut}|format-{form}"].url for cut in cuts}
    return ", ".join(f"{url} {width}w" for width, url in sorted(widths.items()))


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
    renditions = get_renditions_or_not_found(picture, cut.specs)
    sizes = sizes or cut.sizes
    sources = [("(max-width: 40rem)", form, cut.phone) for form in FORMATS if cut.phone]
    sources += [("", form, cut.wide) for form in FORMATS[:-1]]
    rows = format_html_join(
        "",
        "<source{}>",
        [
            (
                flatatt(
                    {
                        **({"media": media} if media else {}),
                        "type": f"image/{form}",
                        "srcset": _srcset(renditions, cuts, form),
                        "sizes": sizes,
                        **_measures(renditions[f"{cuts[-1]}|format-{form}"]),
                    }
                ),
            )
            for media, form, cuts in sources
        ],
    )
    words = alt if alt is not None else picture.contextual_alt_text
    attributes = {
        "src": renditions[f"{cut.wide[-1]}|format-{FORMATS[-1]}"].url,
        "srcset": _srcset(renditions, cut.wide, FORMATS[-1]),
        "sizes": sizes,
        "alt": picture.default_alt_text if words is None else words,
        **_measures(renditions[f"{cut.wide[-1]}|format-{FORMATS[-1]}"]),
        **({"fetchpriority": "high"} if lead else {"loading": "lazy"}),
        "decoding": "async",
        **({"class": css} if css else {}),
    }
    return format_html("<picture>{}<img{}></picture>", rows, flatatt(attributes))


def _measures(rendition: Any) -> dict[str, str]:
    return {"width": str(rendition.width), "height": str(rendition.height)}
