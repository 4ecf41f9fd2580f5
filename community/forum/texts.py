"""What people write, checked: length, letters, cleaning, rendering. One gate for preview, form and action."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from community import markup
from portal.accounts.models import Member
from portal.core import text
from portal.core.errors import Invalid

TITLE_LEAST, TITLE_MOST = 8, 200
TAG_LEAST, TAG_MOST, TAGS_MOST = 2, 30, 5
# "Dạ" and "Có" are answers; a lone dot is not.
BODY_LETTERS = 2
REASON_LEAST, REASON_MOST = 3, 300
MENTIONS_MOST, PICTURES_MOST = 10, 10


@dataclass(frozen=True)
class Words:
    """A checked body: as typed (cleaned) and as shown, with the members it names (ids), what it quotes and shows."""

    source: str
    html: str
    people: tuple[int, ...] = ()
    quotes: tuple[str, ...] = ()
    pictures: tuple[str, ...] = field(default=())


def _letters(value: str) -> int:
    return sum(1 for letter in value if letter.isalnum())


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def check_title(value: Any) -> str:
    """The title on one line; raises Invalid when it is too short, too long or says nothing."""
    title = text.clean_line(_as_text(value))
    if text.length(title) < TITLE_LEAST or len(set(title.lower())) < 4 or _letters(title) < 4:
        raise Invalid(
            _("A title of a few words, please, so that people know what it is about."),
            code="title_too_short",
            field="title",
        )
    if len(title) > TITLE_MOST:
        raise Invalid(
            _("The title is too long. Up to 200 characters fit; the rest belongs into the text."),
            code="title_too_long",
            field="title",
        )
    return title


def check_body(value: Any) -> Words:
    """The body, cleaned and rendered; raises Invalid when it is empty, says nothing, is over 20,000 characters, names
    more than ten members or shows more than ten pictures. One query when it names anybody."""
    source = text.clean(_as_text(value))
    if _letters(source) < BODY_LETTERS:
        raise Invalid(_("There are no words here yet. Write a little, then send."), code="body_too_short", field="body")
    parsed = markup.parse(source)
    people = _people(parsed.names)
    if len(set(people.values())) > MENTIONS_MOST:
        raise Invalid(
            _("That is many people at once. Up to ten can be named in one post."),
            code="too_many_mentions", field="body",
        )  # fmt: skip
    if len(parsed.pictures) > PICTURES_MOST:
        raise Invalid(_("Up to ten pictures fit into one post."), code="too_many_pictures", field="body")
    return Words(
        source=source,
        html=parsed.html(people),
        people=tuple(dict.fromkeys(people.values())),
        quotes=tuple(parsed.quotes),
        pictures=tuple(parsed.pictures),
    )


def render_again(source: str) -> str:
    """Words that stand already, rendered by who goes by which name now."""
    parsed = markup.parse(source)
    return parsed.html(_people(parsed.names))


def _people(names: list[str]) -> dict[str, int]:
    """Whom these handles (or public ids, where there is no handle) belong to. No query for none."""
    if not names:
        return {}
    named = Member.objects.filter(Q(handle__in=names) | Q(handle=None, public_id__in=names), is_active=True)
    rows = named.exclude(joined_at=None).values_list("handle", "public_id", "pk")
    return {(handle or public_id): pk for handle, public_id, pk in rows}


def check_reason(value: Any, *, required: bool) -> str:
    """Why words are hidden; moderators must say it. Raises Invalid."""
    reason = text.clean_line(_as_text(value))
    if required and _letters(reason) < REASON_LEAST:
        raise Invalid(
            _("Please give a reason. The author reads it, and so do other moderators."),
            code="reason_missing",
            field="reason",
        )
    if len(reason) > REASON_MOST:
        raise Invalid(_("The reason is too long. Up to 300 characters fit."), code="reason_too_long", field="reason")
    return reason


def slug(title: str) -> str:
    """The readable part of a topic's address; never empty."""
    return slugify(text.fold(title))[:80].strip("-") or "topic"


def split_tags(value: Any) -> list[str]:
    """What was typed into one field as names: commas part them."""
    return [part for part in text.clean_line(_as_text(value)).split(",") if part.strip()]


def check_tags(names: Iterable[Any]) -> list[str]:
    """Names of tags, cleaned, each once (case and accents folded); raises Invalid for too many and for bad ones."""
    kept: dict[str, str] = {}
    for name in names:
        line = text.clean_line(_as_text(name)).strip(" #")
        if not line:
            continue
        if not TAG_LEAST <= text.length(line) <= TAG_MOST or len(line) > TAG_MOST or not _letters(line):
            raise Invalid(_("A tag is one or a few words, 2 to 30 characters long."), code="bad_tag", field="tags")
        kept.setdefault(tag_fold(line), line)
    if len(kept) > TAGS_MOST:
        raise Invalid(_("Up to 5 tags fit a topic. Keep those that say most."), code="too_many_tags", field="tags")
    return list(kept.values())


def tag_fold(name: str) -> str:
    """What tags are compared by: `tag_fold("Cà phê Vợt") == tag_fold("ca phe vot")`."""
    return " ".join(text.fold(name).replace("-", " ").split())[:60]


def tag_slug(name: str) -> str:
    """The readable address of a tag; never empty."""
    return slugify(text.fold(name))[:50].strip("-") or "tag"
