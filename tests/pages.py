"""Every page of ours, for the tests and tools that must look at all of them: `PAGES`, route name to how it is reached.

A route that is no page (it takes a form, serves a fragment or a file) stands in `NOT_PAGES` with its reason.
`tests/architecture/test_pages.py` fails for a route in neither. Pages without a route of ours (Wagtail serves them, or
an error shows them) stand in `SERVED`. Database look-ups happen only when an address is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

VISITOR = ""
MEMBER = "member"  # Ngọc Hân where the house is full; somebody who joined a minute ago where it is empty
MODERATOR = "moderator"
MANAGER = "manager"
FULL, EMPTY = "full", "empty"


@dataclass(frozen=True)
class Page:
    """How one page is reached and what is expected of it."""

    name: str
    who: str = VISITOR
    args: Callable[[], list[Any]] = list
    query: str = ""
    status: int = 200
    states: tuple[str, ...] = (FULL,)
    # A page that only comes after a form: the route of that form, and what is typed there.
    begins: str = ""
    fills: tuple[tuple[str, str], ...] = ()
    # One screen high by design: a full-page picture would say nothing more.
    one_screen: bool = False
    # Bars of Lighthouse's mobile preset that count here.
    lighthouse: tuple[str, ...] = ()
    # Languages without a prefix in the address follow nothing: such a page is looked at once.
    prefixed: bool = True


ALL_BARS = ("performance", "accessibility", "best-practices", "seo")
PRIVATE_BARS = ALL_BARS[:3]


def lively_topic() -> list[Any]:
    """The topic with most replies."""
    from community.forum.models import Topic

    topic = Topic.objects.filter(hidden_at=None).order_by("-reply_count", "pk")[0]
    return [topic.public_id, topic.slug or "-"]


def own_topic() -> list[Any]:
    """A topic that the member herself began."""
    from community.forum.models import Topic

    topic = Topic.objects.filter(author__email="han@may.example", hidden_at=None).order_by("pk")[0]
    return [topic.public_id, topic.slug or "-"]


def first_space() -> list[Any]:
    """The first space of the forum."""
    from community.forum.models import Space

    return [Space.objects.filter(live=True, staff_only=False)[0].code]


def first_room() -> list[Any]:
    """The first room of the chat."""
    from community.chat.models import Room

    return [Room.objects.filter(live=True, staff_only=False)[0].code]


def own_post() -> list[Any]:
    """Something that the member herself wrote, and may change."""
    from community.forum.models import Post

    return [Post.objects.filter(author__email="han@may.example", hidden_at=None).order_by("pk")[0].public_id]


def someones_post() -> list[Any]:
    """A reply that a moderator might hide."""
    from community.forum.models import Post

    return [Post.objects.filter(hidden_at=None, number__gt=1).order_by("pk")[0].public_id]


def hidden_post() -> list[Any]:
    """A reply that is hidden."""
    from community.forum.models import Post

    return [Post.objects.exclude(hidden_at=None)[0].public_id]


def topic_with_hidden_post() -> list[Any]:
    """The topic in which a reply is hidden."""
    from community.forum.models import Post

    topic = Post.objects.exclude(hidden_at=None).select_related("topic")[0].topic
    return [topic.public_id, topic.slug or "-"]


def somebody() -> list[Any]:
    """The member who said most."""
    from django.db.models import Count

    from portal.accounts.models import Member

    talkers = Member.objects.filter(is_active=True, joined_at__isnull=False).annotate(said=Count("posts"))
    member = talkers.order_by("-said", "pk")[0]
    return [member.handle or member.public_id]


def herself() -> list[Any]:
    """The member who is signed in: Hân where the house is full, the newcomer where it is empty."""
    from portal.accounts.models import Member

    members = Member.objects.filter(is_active=True, joined_at__isnull=False)
    member = members.filter(email="han@may.example").first() or members.order_by("-pk")[0]
    return [member.handle or member.public_id]


def unsubscribe_token() -> list[Any]:
    """What a letter about news in a topic carries."""
    from portal.accounts.models import Member
    from portal.notifications.registry import kinds
    from portal.notifications.tasks import unsubscribe_token

    return [unsubscribe_token(Member.objects.get(email="han@may.example").pk, sorted(k.name for k in kinds())[:1])]


def letter() -> list[Any]:
    """The letter that came last."""
    from portal.dev.mail import folder

    return [max(folder().glob("*.eml")).stem]


SIGN_IN = (("login", "han@may.example"),)
# An empty value ticks a box.
JOIN = (
    ("email", "ban-moi@may.example"),
    ("name", "Công Tằng Tôn Nữ Nguyễn Phước Thuyên"),
    ("of_age", ""),
    ("terms", ""),
)
BAD_JOIN = (("email", "ban-moi@may"), ("name", "…"))

PAGES: dict[str, list[Page]] = {
    # the entrance
    "account_login": [Page("sign-in")],
    "account_signup": [Page("join"), Page("join-refused", begins="account_signup", fills=BAD_JOIN)],
    "account_confirm_login_code": [Page("sign-in-code", begins="account_login", fills=SIGN_IN)],
    "account_email_verification_sent": [Page("join-code", begins="account_signup", fills=JOIN)],
    "account_logout": [Page("sign-out", MEMBER)],
    "account_inactive": [Page("account-inactive")],
    "account_security": [Page("safety", MEMBER, lighthouse=PRIVATE_BARS)],
    "account_invitations": [Page("invitations", MEMBER)],
    "account_prove": [Page("prove", MEMBER)],
    "account_email": [Page("address", MEMBER)],
    "account_address_back": [Page("address-back")],
    "account_set_password": [Page("password-set", MEMBER)],
    "account_reset_password": [Page("password-forgotten")],
    "account_confirm_password_reset_code": [
        Page("password-forgotten-code", begins="account_reset_password", fills=(("email", "han@may.example"),))
    ],
    "account_terms": [Page("terms-again", MEMBER)],
    "mfa_activate_totp": [Page("second-factor-new", MEMBER)],
    "account_phone": [Page("phone", MEMBER)],
    "mfa_add_webauthn": [Page("passkey-new", MEMBER)],
    "usersessions_list": [Page("sessions", MEMBER)],
    # talk
    "community:index": [
        Page("spaces", states=(FULL, EMPTY)),
        Page("spaces-member", MEMBER, states=(FULL, EMPTY)),
    ],
    "community:space": [
        Page("topics", args=first_space, states=(FULL, EMPTY), lighthouse=ALL_BARS),
        Page("topics-member", MEMBER, args=first_space, states=(FULL, EMPTY)),
    ],
    "community:new_topic": [Page("new-topic", MEMBER, args=first_space)],
    "community:topic": [
        Page("topic", args=lively_topic, lighthouse=ALL_BARS),
        Page("topic-member", MEMBER, args=lively_topic),
        Page("topic-own", MEMBER, args=own_topic),
        Page("topic-moderator", MODERATOR, args=topic_with_hidden_post),
    ],
    "community:edit": [Page("edit-post", MEMBER, args=own_post)],
    "community:hide": [Page("hide-post", MODERATOR, args=someones_post)],
    "community:restore": [Page("restore-post", MODERATOR, args=hidden_post)],
    "chat:room": [
        Page("chat-visitor", args=first_room, one_screen=True),
        Page("chat", MEMBER, args=first_room, states=(FULL, EMPTY), one_screen=True),
        Page("chat-moderator", MODERATOR, args=first_room, one_screen=True),
    ],
    # a member's own
    "my:home": [Page("my-home", MEMBER, states=(FULL, EMPTY), lighthouse=PRIVATE_BARS)],
    "my:statement": [Page("statement", MEMBER, states=(FULL, EMPTY))],
    "notifications:index": [Page("notifications", MEMBER, states=(FULL, EMPTY))],
    "notifications:wishes": [Page("wishes", MEMBER)],
    # badges
    "badges:hall": [Page("badges", states=(FULL, EMPTY), lighthouse=ALL_BARS)],
    "badges:badge": [
        Page("badge", args=lambda: ["first-page"]),
        Page("badge-own", MEMBER, args=lambda: ["last-line"]),
    ],
    "badges:shelf": [Page("badge-shelf", MEMBER, states=(FULL, EMPTY), lighthouse=PRIVATE_BARS)],
    "badges:choose": [Page("settings-badges", MEMBER, states=(FULL, EMPTY))],
    # people, and the settings
    "people:page": [
        Page("person", args=somebody, states=(FULL,)),
        Page("person-own", MEMBER, args=herself, states=(FULL, EMPTY)),
    ],
    "people:former_names": [Page("former-names", MODERATOR, args=somebody)],
    "settings:index": [Page("settings", MEMBER)],
    "settings:profile": [Page("settings-profile", MEMBER, states=(FULL, EMPTY))],
    "settings:privacy": [Page("settings-privacy", MEMBER)],
    "settings:place": [Page("settings-place", MEMBER)],
    "settings:consents": [Page("settings-consents", MEMBER)],
    "settings:leave": [Page("settings-leave", MEMBER)],
    "notifications:unsubscribe": [Page("unsubscribe", args=unsubscribe_token)],
    # for whoever builds here
    "dev:index": [Page("dev", prefixed=False)],
    "dev:mail": [Page("dev-mail", prefixed=False)],
    "dev:texts": [Page("dev-texts", prefixed=False)],
    "dev:letter": [Page("dev-letter", args=letter, prefixed=False)],
    "dev:gallery": [Page("gallery", prefixed=False)],
    "dev:blocks": [Page("gallery-blocks", prefixed=False)],
}

SERVED: list[tuple[str, Page]] = [
    # What Wagtail serves: the page model, found by its class and the language.
    ("brand.HomePage", Page("home", states=(FULL, EMPTY), lighthouse=ALL_BARS)),
    ("brand.HomePage", Page("home-member", MEMBER)),
    ("brand.StoryIndexPage", Page("stories")),
    ("brand.StoryPage", Page("story", states=(FULL, EMPTY), lighthouse=ALL_BARS)),
    ("brand.StoryPage", Page("story-member", MEMBER)),
    ("brand.IdentityPage", Page("identity")),
    ("brand.PromisePage", Page("promises")),
    ("brand.ValuesPage", Page("values")),
    ("brand.VoicePage", Page("voice")),
    ("brand.ArchitecturePage", Page("houses")),
    ("brand.SubBrandPage", Page("sub-brand")),
    ("brand.SubBrandPage", Page("sub-brand-member", MEMBER)),
    ("brand.HelpIndexPage", Page("help", lighthouse=("seo",))),
    ("brand.HelpIndexPage", Page("help-found", query="?q=hat+cho")),
    ("brand.HelpIndexPage", Page("help-nothing-found", query="?q=khinh+khi+cau")),
    ("brand.HelpGroupPage", Page("help-group")),
    ("brand.HelpPage", Page("help-page", lighthouse=("seo",))),
    ("brand.HelpPage", Page("help-page-member", MEMBER, query="?helped=no")),
    ("brand.LegalPage", Page("legal")),
    # What an error shows.
    ("/nothing/here/", Page("not-found", status=404)),
]

NOT_PAGES: dict[str, str] = {
    "badges:seen": "takes a form",
    "medals:medal": "a picture",
    "front_door": "leads to the visitor's language",
    "healthz": "for machines",
    "readyz": "for machines",
    "robots": "for machines",
    "security_txt": "for machines",
    "sitemap": "for machines",
    "sitemap_pages": "for machines",
    "sitemap_spaces": "for machines",
    "sitemap_topics": "for machines",
    "favicon": "a picture",
    "identity:theme": "a style sheet",
    "identity:icon": "a picture",
    "identity:full_icon": "a picture",
    "identity:favicon": "a picture",
    "identity:manifest": "for machines",
    "identity:share_card": "a picture",
    "identity:page_card": "a picture",
    "identity:letter_head": "a picture",
    "media": "uploaded files in development",
    "wagtailusers_users:index": "a page of the workshop; walked by tests/portal/editing",
    "wagtailusers_users:index_results": "a part of that page",
    "desk_deliveries": "a page of the workshop; walked by tests/portal/editing",
    "admin_door": "leads to the one door",
    "admin_way_out": "the sign-out page, at the workshop's address",
    "account_request_login_code": "leads to the one door",
    "account_phone_code": "only after a code by text, and one number gets few of those",
    "account_phone_remove": "takes a form",
    "account_social_leave": "takes a form; a page that goes on to the service by itself",
    "account_social_disconnect": "takes a form",
    "socialaccount_connections": "only where a service is set up; tests/portal/accounts/test_connections.py reads it",
    "socialaccount_signup": "only on the way back; tests/portal/accounts/test_social.py reads it",
    "socialaccount_login_cancelled": "only on the way back; tests/portal/accounts/test_social.py reads it",
    "google_callback": "leads back into the house from the service",
    "facebook_callback": "leads back into the house from the service",
    "zalo_callback": "leads back into the house from the service",
    "account_join_accounts": "only after a number was proved; the claiming journey looks at it",
    "account_claim": "only after a code by text; the claiming journey looks at it",
    "account_claim_elsewhere": "takes a form",
    "account_claim_code": "only after a code by text; the claiming journey looks at it",
    "account_end_invitation": "takes a form",
    "account_come_in": "leads to the form for joining",
    "account_change_password": "for who has a password; the others are led to setting one",
    "account_remove_password": "asks once whether the password shall go",
    "account_complete_password_reset": "follows the digits of a letter",
    "account_password_reset_completed": "leads to the page about safety",
    "account_end_device": "takes a form",
    "account_end_other_devices": "takes a form",
    "mfa_index": "leads to the page about safety",
    "mfa_list_webauthn": "leads to the page about safety",
    "help:answer": "takes a form",
    "help_report": "a report inside the workshop, drawn by Wagtail",
    "help_report_results": "a fragment inside the workshop",
    "stories:read": "takes a form",
    "stories:feed": "for machines",
    "community:preview": "a fragment",
    "community:reply": "takes a form; a refusal shows the topic's page",
    "community:watch": "takes a form",
    "community:read": "takes a form",
    "community:steer": "takes a form",
    "community:react": "takes a form",
    "community:at_number": "leads to a post on its page",
    "community:post": "leads to a post on its page",
    "community:topic_short": "leads to the topic's whole address",
    "notifications:read_all": "takes a form",
    "settings:part": "takes a form; a refusal shows the profile's page",
    "settings:picture": "takes a form; a refusal shows the profile's page",
    "settings:focus": "takes a form",
    "settings:remove_picture": "takes a form",
    "settings:news": "takes a form",
    "settings:export": "takes a form",
    "settings:export_file": "a file, to its owner after a fresh proof",
    "settings:leave_now": "takes a form after a fresh proof; a refusal shows the page about leaving",
    "notifications:open": "takes a form",
    "dev:enter": "takes a form",
    "dev:letter_html": "drawn inside the letter's page, in a frame without scripts",
    "chat:index": "leads to the first room",
    "chat:history": "older messages as a fragment",
    "chat:present": "who sits in the room, as a fragment",
    "chat:send": "takes a form",
    "chat:read": "takes a form",
    "chat:source": "one message's text as typed, as data",
    "chat:edit": "takes a form",
    "chat:remove": "takes a form",
}


def all_pages() -> list[Page]:
    """Every page with an entry, in the order of the lists."""
    return [page for pages in PAGES.values() for page in pages] + [page for _where, page in SERVED]
