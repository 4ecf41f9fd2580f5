"""What a member's page shows to whom. What is hidden is left out here, so that no template shows it by mistake."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import formats, timezone
from django.utils.html import linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe

from badges import api as badges
from community import api as community
from portal.accounts import profiles
from portal.accounts.models import Member, Picture, Profile, Standing

TOPICS, REPLIES, EXCERPT = 6, 6, 220
# Any leap year: a birthday is shown without its year.
SOME_YEAR = 2024


@dataclass(frozen=True)
class Said:
    """A reply on her page: where it was said, the first words of it, when."""

    topic: Any
    url: str
    words: str
    when: datetime


@dataclass
class Page:
    """A member's page for one viewer. What the viewer may not see is empty."""

    member: Member
    standing: Standing
    own: bool
    resting: bool = False
    indexed: bool = False
    cover_large: str = ""
    cover_small: str = ""
    face: str = ""
    bio: str = ""
    city: str = ""
    birthday: str = ""
    joined: datetime | None = None
    shows_words: bool = False
    topics: list[Any] = field(default_factory=list)
    replies: list[Said] = field(default_factory=list)
    reputation: int | None = None
    shows_badges: bool = False
    badges: list[Any] = field(default_factory=list)


def page_of(member: Member, viewer: Member | None, *, at: datetime) -> Page:
    """Her page as this viewer sees it (with `standing` and `profile` selected). A constant number of queries.

    While she is suspended it shows who she is and that she rests, and nothing else. The caller has asked whether the
    viewer may open the page at all.
    """
    profile = profiles.profile_of(member)
    seen = profiles.visible_fields(profile, viewer)
    page = Page(member=member, standing=member.standing, own=viewer is not None and viewer.pk == member.pk)
    page.resting = member.suspended_until is not None and member.suspended_until > at
    pictures = {picture.kind: picture for picture in member.pictures.all()}
    page.face = _address(pictures.get(Picture.Kind.FACE)) or member.avatar
    if page.resting:
        return page
    page.indexed = profiles.may_be_indexed(profile)
    cover = pictures.get(Picture.Kind.COVER) if "cover" in seen else None
    if cover is not None:
        page.cover_large, page.cover_small = settings.MEDIA_URL + cover.large, settings.MEDIA_URL + cover.small
    _tell(page, member, profile, seen, viewer)
    if "topics" in seen:
        page.shows_words = True
        page.topics = community.topics_by(member, viewer, limit=TOPICS)
        page.replies = [_said(post) for post in community.replies_by(member, viewer, limit=REPLIES)]
    return page


def _tell(page: Page, member: Member, profile: Profile, seen: set[str], viewer: Member | None) -> None:
    if "bio" in seen:
        page.bio = safe_words(member.bio)
    if "city" in seen:
        page.city = profile.city
    if "birthday" in seen and profile.birth_day and profile.birth_month:
        page.birthday = formats.date_format(date(SOME_YEAR, profile.birth_month, profile.birth_day), "MONTH_DAY_FORMAT")
    if "joined" in seen and member.joined_at is not None:
        page.joined = timezone.localtime(member.joined_at)
    if "reputation" in seen:
        page.reputation = badges.balance(member.pk)["rep"]
    if "badges" in seen:
        page.shows_badges, page.badges = True, badges.badges_of(member, viewer)


def _address(picture: Picture | None) -> str:
    return settings.MEDIA_URL + picture.large if picture else ""


def _said(post: Any) -> Said:
    return Said(post.topic, post.get_absolute_url(), community.excerpt(post.html, EXCERPT), post.created_at)


def safe_words(text: str) -> SafeString:
    """Plain text as paragraphs; web addresses become links that lend no standing and know nothing of the reader."""
    if not text:
        return SafeString("")
    linked = urlize(text, nofollow=True, autoescape=True).replace('rel="nofollow"', 'rel="nofollow ugc noopener"')
    return mark_safe(linebreaks(linked))  # noqa: S308  (urlize escaped everything it did not write itself)


def completeness(member: Member) -> list[str]:
    """What is still missing for a whole profile; [] once it was thanked."""
    return [] if profiles.profile_of(member).completed_at else profiles.what_is_missing(member)
