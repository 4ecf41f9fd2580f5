"""Component tags: `{% load ui %}`. Each renders `templates/components/<name>.html`; none reads the database, but
`tier_mark` once in a process for tiers that came later."""

import json
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from portal.ui import speech
from portal.ui.keeping import kept
from portal.ui.seo import in_language
from portal.ui.settings_area import Room, rooms
from portal.ui.tiers import look_of

register = template.Library()
register.filter("money", speech.money)
register.filter("tongue", speech.tongue)
register.tag("kept", kept)
register.tag("stencil", kept)

NOTICE_ICONS = {"info": "info", "good": "circle-check", "warn": "clock", "bad": "triangle-alert"}
# Whose order of day and month the browser follows: "2 Sep", as our own formats write it.
DATES_OF = {"vi": "vi", "en": "en-GB"}
POINTS_UNIT = "Hạt"  # the programme's own name for its points, the same in every language
MINUS = "\u2212"


@cache
def _sprite() -> str:
    """The sprite's address. A page asks for it dozens of times, and it never changes while a process lives."""
    return static("build/icons.svg")


@lru_cache(maxsize=1024)
def _drawn(name: str, label: str) -> SafeString:
    url = f"{_sprite()}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, url)
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', url)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One symbol of the sprite; decorative unless `label` says what it means."""
    return _drawn(name, str(label))


@register.simple_tag
def avatar(standing: Any, size: int = 44, here: bool = False) -> SafeString:
    """Round portrait beside a name, hence without a text of its own; a drawn face where a member has none."""
    source = getattr(standing, "avatar_url", "") or static("img/face.svg")
    member = getattr(standing, "member_id", "")
    picture = format_html(
        '<img class="avatar" src="{}" alt="" width="{}" height="{}" decoding="async" data-of="{}">',
        source,
        str(size),
        str(size),
        str(member),
    )
    return format_html('<span class="avatar-here">{}</span>', picture) if here else picture


@register.inclusion_tag("components/tier_mark.html")
def tier_mark(code: str, name: str = "", mark: str = "") -> dict[str, Any]:
    """Mark and word of a tier, or of the brand's own people (`code="brand"`). `mark`: of one that is not there yet."""
    if code == "brand":
        return {"mark": "brand", "look": "brand", "code": code, "name": name}
    look = look_of(code or "member", mark)
    return {"mark": f"tier-{look}", "look": look, "code": code or "member", "name": name}


@register.filter
def tier_look(code: str) -> str:
    """The class that colours what belongs to a tier: `is-gold`."""
    return f"is-{look_of(code)}"


@register.inclusion_tag("components/member_chip.html")
def member_chip(standing: Any, size: int = 44, variant: str = "", here: bool = False) -> dict[str, Any]:
    """Name chip of a Standing. `variant="line"` leaves out the portrait; None stands for somebody who has left."""
    member = getattr(standing, "member_id", "")
    return {"standing": standing, "member": str(member), "size": size, "line": variant == "line", "here": here}


def signed(amount: int) -> str:
    """`+1.240` or `−60`, with the typographic minus."""
    mark = MINUS if amount < 0 else "+"
    return mark + number_format(abs(amount), use_l10n=True, force_grouping=True)


@register.filter
def amount(value: int) -> str:
    """`1.240` in Vietnamese, `1,240` in English: for numbers people read."""
    return number_format(value, use_l10n=True, force_grouping=True)


@register.filter
def signed_amount(value: int) -> str:
    """Filter form of `signed` for amounts that move a balance."""
    return signed(int(value))


@register.simple_tag
def points(amount: int, unit: str = POINTS_UNIT, sign: bool = False) -> SafeString:
    """An amount of points in the reward colour, with the bean."""
    text = signed(amount) if sign else number_format(amount, use_l10n=True, force_grouping=True)
    return format_html('<span class="points">{}{} {}</span>', icon("bean"), text, unit)


@register.simple_tag
def points_unit() -> str:
    """What the programme calls its points."""
    return POINTS_UNIT


@register.simple_tag
def timestamp(when: datetime | None) -> SafeString:
    """A moment in the reader's zone; the element rewrites it as "5 minutes ago" and keeps it true."""
    if when is None:
        return SafeString("")
    local = timezone.localtime(when)
    return format_html(
        '<relative-time lang="{}" datetime="{}" prefix="" time-zone="{}">{}</relative-time>',
        DATES_OF.get(get_language() or "", settings.LANGUAGE_CODE),
        local.isoformat(timespec="seconds"),
        timezone.get_current_timezone_name(),
        date_format(local, "SHORT_DATETIME_FORMAT"),
    )


@register.simple_block_tag
def card(content: str, title: str = "", url: str = "") -> SafeString:
    """A bordered object; with `url` the whole of it is the link."""
    return _render("card", content=content, title=title, url=url)


@register.simple_block_tag
def notice(content: str, kind: str = "info") -> SafeString:
    """A sentence that stays on the page: info, good, warn or bad."""
    return _render("notice", content=content, kind=kind, icon_name=NOTICE_ICONS[kind])


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """Label, hint, control and error of a form field, tied together for screen readers."""
    box = bound.widget_type == "checkbox"
    group = bound.widget_type in {"radioselect", "checkboxselectmultiple"}
    name = bound.auto_id or bound.html_name
    hint = str(hint or bound.help_text)
    described = [f"{name}-hint"] * bool(hint) + [f"{name}-error"] * bool(bound.errors)
    attrs: dict[str, str | bool] = {} if box or group else {"class": _classes(bound)}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return {
        "field": bound,
        "control": bound.as_widget(attrs=attrs),
        "name": name,
        "hint": hint,
        "box": box,
        "group": group,
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """What is wrong with the form as a whole."""
    return {"errors": form.non_field_errors()}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any], param: str = "page", label: str = "") -> dict[str, Any]:
    """Numbered pages; keeps the rest of the query and leaves page one without a number."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None

    def address(number: int) -> str:
        if request is None or query is None:
            return f"?{param}={number}"
        query.pop(param, None)
        if number > 1:
            query[param] = str(number)
        return f"?{query.urlencode()}" if query else request.path

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [{"number": n, "url": address(n) if isinstance(n, int) else ""} for n in numbers]
    return {
        "links": links,
        "page": page,
        "label": label,
        "previous": address(page.number - 1) if page.has_previous() else "",
        "next": address(page.number + 1) if page.has_next() else "",
    }


@register.simple_tag(takes_context=True)
def languages(context: Context) -> list[dict[str, Any]]:
    """This page in each language: `alternate_urls` of the context where given, else the same path under the prefix."""
    request = context.get("request")
    given = context.get("alternate_urls") or {}
    path = request.get_full_path() if request is not None else "/"
    return [
        {
            "code": code,
            "name": name,
            "url": given.get(code) or in_language(path, code) or path,
            "current": code == get_language(),
        }
        for code, name in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def stream_list(context: Context) -> str:
    """JSON of the streams a member's page follows, each with its newest number: her own, the site's, `streams` of the
    page. What happens between this moment and the page's socket is then replayed and not lost. The numbers come from
    the context processor `portal.realtime.context.streams`, one query."""
    names = [f"member:{context['request'].user.pk}", "site:1", *(context.get("streams") or [])]
    return json.dumps(context["stream_numbers"](names))


@register.simple_tag
def editor_script() -> SafeString:
    """The module for pages with a composer."""
    return _module("editor")


@register.simple_tag
def chat_script() -> SafeString:
    """The module for the chat page."""
    return _module("chat")


@register.simple_tag
def keys_script() -> SafeString:
    """The module for pages on which a passkey is made or shown."""
    return _module("keys")


@register.simple_tag(takes_context=True)
def settings_rooms(context: Context) -> list[Room]:
    """The pages of the settings area, the current one marked."""
    request = context.get("request")
    return rooms(request.path if request is not None else "")


@register.filter
def part_of(value: int, target: int) -> int:
    """How much of `target` is done, 0 to 100, never 100 before it is reached."""
    if target <= 0 or value >= target:
        return 100
    return max(0, min(99, round(100 * value / target)))


def _module(name: str) -> SafeString:
    return format_html('<script type="module" src="{}"></script>', static(f"build/{name}.js"))


def _classes(bound: BoundField) -> str:
    return f"{bound.field.widget.attrs.get('class', '')} field-control".strip()


def _render(component: str, **context: Any) -> SafeString:
    return render_to_string(f"components/{component}.html", context)
