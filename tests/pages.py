"""Every page of ours, for the tests and tools that must look at all of them: `PAGES`, route name to how it is reached.

A route that is no page (it takes a form, serves a fragment or a file) stands in `NOT_PAGES` with its reason.
`tests/architecture/test_pages.py` fails for a route in neither. Pages without a route of ours (Wagtail serves them, or
an error shows them) stand in `SERVED`. Database look-ups happen only when an address is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests import desk_pages as desk

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


def first_tag() -> list[Any]:
    """The tag that most topics wear."""
    from django.db.models import Count

    from community.forum.models import Tag

    return [Tag.objects.annotate(worn=Count("topics")).order_by("-worn", "slug")[0].slug]


def first_room() -> list[Any]:
    """The first room of the chat."""
    from community.chat.models import Room

    return [Room.objects.filter(live=True, staff_only=False, kind="free")[0].code]


def house_room() -> list[Any]:
    """A room that the house opened."""
    from community.chat.models import Room

    return [Room.objects.filter(live=True, staff_only=False, kind="free")[0].code]


def lively_thread() -> list[Any]:
    """The message in an open room under which most was answered."""
    from community.chat.models import Message

    rows = Message.objects.filter(parent=None, room__kind="free", room__from_rank=0, room__staff_only=False)
    message = rows.select_related("room").order_by("-reply_count", "pk")[0]
    return [message.room.code, message.public_id]


def own_post() -> list[Any]:
    """Something that the member herself wrote, and may change."""
    from community.forum.models import Post

    return [Post.objects.filter(author__email="han@may.example", hidden_at=None).order_by("pk")[0].public_id]


def changed_post() -> list[Any]:
    """A post with most versions."""
    from django.db.models import Count

    from community.forum.models import Post

    posts = Post.objects.filter(hidden_at=None, topic__hidden_at=None).annotate(n=Count("revisions"))
    return [posts.order_by("-n", "pk")[0].public_id]


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


def running_challenge() -> list[Any]:
    """The first challenge of the house."""
    from badges.challenges.models import Challenge

    return [Challenge.objects.filter(closed_at=None)[0].code]


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
    newcomer = members.filter(email="moi@may.example").first()
    member = newcomer or members.filter(email="han@may.example").first() or members.order_by("-pk")[0]
    return [member.handle or member.public_id]


def somebodys_book() -> list[Any]:
    """The book of the member who said most."""
    from django.db.models import Count

    from portal.accounts.models import Member

    talkers = Member.objects.filter(is_active=True, joined_at__isnull=False, role="").annotate(said=Count("posts"))
    return [talkers.order_by("-said", "pk")[0].public_id]


def badge_taken_along() -> list[Any]:
    """The last part of the address that stands in the file of somebody's badge."""
    from badges.awards.models import Award
    from badges.openbadges.credentials import address_of

    award = Award.objects.filter(member__email="han@may.example", revoked_at=None).order_by("pk")[0]
    return [address_of(award).rstrip("/").rpartition("/")[2]]


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

# The month before the newest of the demo world's days.
LAST_MONTH = "?month=2026-10"

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
    "community:list": [
        Page("list", args=lambda: ["latest"]),
        Page("list-unread", MEMBER, args=lambda: ["unread"], states=(FULL, EMPTY)),
        Page("list-new", MEMBER, args=lambda: ["new"], states=(FULL, EMPTY)),
        Page("list-hot", args=lambda: ["hot"]),
        Page("list-top", args=lambda: ["top"], query="?period=month"),
        Page("list-unanswered", MEMBER, args=lambda: ["unanswered"]),
    ],
    "community:space_list": [Page("space-top", args=lambda: [*first_space(), "top"], query="?period=all")],
    "community:tags": [Page("tags", states=(FULL, EMPTY))],
    "community:tag": [Page("tag", args=first_tag), Page("tag-member", MEMBER, args=first_tag)],
    "community:tag_list": [Page("tag-hot", args=lambda: [*first_tag(), "hot"])],
    "community:saved": [Page("saved", MEMBER, states=(FULL, EMPTY))],
    "community:save_note": [Page("save-note", MEMBER, args=someones_post)],
    "community:feeds": [Page("feeds", MEMBER)],
    "community:new_topic": [Page("new-topic", MEMBER, args=first_space)],
    "community:topic": [
        Page("topic", args=lively_topic, lighthouse=ALL_BARS),
        Page("topic-member", MEMBER, args=lively_topic),
        Page("topic-own", MEMBER, args=own_topic),
        Page("topic-moderator", MODERATOR, args=topic_with_hidden_post),
    ],
    "community:edit": [Page("edit-post", MEMBER, args=own_post)],
    "community:history": [Page("post-history", MEMBER, args=changed_post)],
    "community:hide": [Page("hide-post", MODERATOR, args=someones_post)],
    "community:move": [Page("move-topic", MODERATOR, args=desk.topic_to_move)],
    "community:merge": [Page("merge-topic", MODERATOR, args=desk.topic_to_move)],
    "community:split": [Page("split-topic", MODERATOR, args=desk.topic_to_split)],
    "community:restore": [Page("restore-post", MODERATOR, args=hidden_post)],
    "chat:search": [Page("chat-search", MEMBER, args=first_room, query="?q=am")],
    "chat:threads": [Page("chat-threads", MEMBER, states=(FULL, EMPTY))],
    "chat:thread": [Page("chat-thread", MEMBER, args=lively_thread, one_screen=True)],
    "chat:conversations": [Page("chat-conversations", MEMBER, states=(FULL, EMPTY))],
    "chat:begin": [Page("chat-begin", MEMBER, query="?with=khoa")],
    "chat:new_room": [Page("chat-new-room", MODERATOR)],
    "chat:keep_room": [Page("chat-keep-room", MODERATOR, args=house_room)],
    "chat:room": [
        Page("chat-visitor", args=first_room, one_screen=True),
        Page("chat", MEMBER, args=first_room, states=(FULL, EMPTY), one_screen=True),
        Page("chat-moderator", MODERATOR, args=first_room, one_screen=True),
    ],
    # finding
    "search:index": [
        Page("search", states=(FULL, EMPTY)),
        Page(
            "search-found", query="?q=c%C3%A0+ph%C3%AA", lighthouse=("performance", "accessibility", "best-practices")
        ),
        Page("search-narrowed", MEMBER, query="?q=phin&space=goc-phin"),
        Page("search-nothing", query="?q=xyzzy", states=(FULL, EMPTY)),
    ],
    # keeping the talk kind
    "moderation:queue": [
        Page("queue", MODERATOR, states=(FULL, EMPTY)),
        Page("queue-settled", MODERATOR, query="?show=settled"),
    ],
    "moderation:case": [Page("case", MODERATOR, args=desk.open_case)],
    "moderation:log": [Page("moderation-log", MODERATOR, states=(FULL, EMPTY))],
    "moderation:person": [Page("moderation-person", MODERATOR, args=desk.member_to_look_at)],
    "moderation:rules": [Page("word-filter", MODERATOR, states=(FULL, EMPTY))],
    "moderation:new_rule": [Page("word-filter-new", MODERATOR)],
    "moderation:rule": [Page("word-filter-rule", MODERATOR, args=desk.a_rule)],
    "moderation:lift": [Page("lift-sanction", MODERATOR, args=desk.a_sanction)],
    "moderation:decision": [Page("decision", MODERATOR, args=desk.a_sanction)],
    "moderation:waiting": [Page("waiting-words", MODERATOR, args=desk.waiting_words)],
    "moderation:report": [Page("report", MEMBER, args=lambda: ["post", *someones_post()])],
    "moderation:mine": [Page("my-moderation", MEMBER, states=(FULL, EMPTY))],
    # a member's own
    "my:home": [Page("my-home", MEMBER, states=(FULL, EMPTY), lighthouse=PRIVATE_BARS)],
    "my:statement": [Page("statement", MEMBER, states=(FULL, EMPTY))],
    "badges:take": [Page("statement-take", MEMBER, states=(FULL, EMPTY))],
    "badges:verify": [Page("statement-verify", lighthouse=ALL_BARS)],
    "notifications:index": [Page("notifications", MEMBER, states=(FULL, EMPTY))],
    "notifications:wishes": [Page("wishes", MEMBER)],
    # badges
    "badges:hall": [Page("badges", states=(FULL, EMPTY), lighthouse=ALL_BARS)],
    "badges:badge": [
        Page("badge", args=lambda: ["first-page"]),
        Page("badge-own", MEMBER, args=lambda: ["last-line"]),
    ],
    "badges:credential": [Page("badge-holds", args=badge_taken_along)],
    "badges:shelf": [Page("badge-shelf", MEMBER, states=(FULL, EMPTY), lighthouse=PRIVATE_BARS)],
    "badges:tier": [Page("tier", MEMBER, states=(FULL, EMPTY), lighthouse=PRIVATE_BARS)],
    "badges:challenges": [Page("challenges", MEMBER, states=(FULL, EMPTY))],
    "badges:challenge": [Page("challenge", MEMBER, args=running_challenge)],
    "badges:board": [
        Page("board", MEMBER, states=(FULL, EMPTY)),
        Page("board-last-month", MEMBER, query=LAST_MONTH),
    ],
    "badges:board_of": [Page("board-house", MEMBER, args=lambda: ["may-rang"])],
    "badges:board_settings": [Page("settings-board", MEMBER)],
    "badges:books": [Page("books", MANAGER, query="?q=han")],
    "badges:book": [Page("book", MANAGER, args=somebodys_book)],
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
    "settings:blocks": [Page("settings-blocks", MEMBER, states=(FULL, EMPTY))],
    "settings:place": [Page("settings-place", MEMBER)],
    "settings:consents": [Page("settings-consents", MEMBER)],
    "settings:leave": [Page("settings-leave", MEMBER)],
    "notifications:unsubscribe": [Page("unsubscribe", args=unsubscribe_token)],
    # for whoever builds here
    "api_docs": [Page("programmers", lighthouse=PRIVATE_BARS)],
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
    "badges:board_wish": "takes a form",
    "badges:challenge_part": "takes a form",
    "badges:correct": "takes a form; a refusal shows the book",
    "badges:take_badge": "takes a form; a file of her own badge",
    "badges:set_tier": "takes a form; a refusal shows the book",
    **dict.fromkeys(
        (
            "programme_home",
            "programme_list",
            "programme_subject",
            "programme_draft",
            "programme_begin",
            "programme_corrections",
            "programme_waiting",
            "programme_segments",
            "programme_segment",
            "programme_segment_write",
            "programme_backtests",
            "programme_backtest",
        ),
        "a page of the workshop; walked by tests/portal/editing and tests/badges/programme",
    ),
    "api_keys": "a page of the workshop; walked by tests/portal/editing and tests/portal/api",
    "api_key_make": "takes a form; shows the secret once",
    "api_key_rotate": "takes a form; shows the secret once",
    "api_key_revoke": "takes a form",
    "api_late_events": "a page of the workshop; walked by tests/portal/editing and tests/portal/api",
    "api_late_decide": "takes a form; a refusal shows the list",
    "api_door": "leads to the page for programmers",
    "api_docs_door": "leads to the page for programmers in the reader's language",
    "api_schema": "for machines",
    "api_root": "answers 404",
    "api_nothing": "answers 404",
    "programme_medal": "a picture",
    "programme_backtest_progress": "a part of a page",
    "programme_backtest_stop": "takes a form",
    "programme_backtest_members": "a file",
    "programme_step": "takes a form; a refusal shows the draft",
    "programme_correction": "takes a form",
    "programme_override": "takes a form",
    "programme_decide_waiting": "takes a form; a refusal shows the list",
    "programme_decide_ring": "takes a form; a refusal shows the list",
    "badges:seen": "takes a form",
    "badges:mend": "takes a form; a refusal is said on the shelf",
    "medals:medal": "a picture",
    "front_door": "leads to the visitor's language",
    "healthz": "for machines",
    "readyz": "for machines",
    "metrics": "for machines",
    "robots": "for machines",
    "jwks": "for machines",
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
    "forum_spaces": "a page of the workshop; walked by tests/portal/editing",
    "forum_space_new": "a page of the workshop; walked by tests/portal/editing",
    "forum_space": "a page of the workshop; walked by tests/portal/editing",
    "chat_rooms": "a page of the workshop; walked by tests/portal/editing",
    "chat_room_new": "a page of the workshop; walked by tests/portal/editing",
    "chat_room": "a page of the workshop; walked by tests/portal/editing",
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
    "pictures:picture": "a picture",
    "community:draft": "for the composer",
    "community:upload": "takes a file",
    "community:suggest": "for the composer",
    "community:merge_suggest": "options of the box on the page of joining",
    "community:accept": "takes a form",
    "community:poll": "a fragment, and takes a form",
    "community:turn_version": "takes a form",
    "community:preview": "a fragment",
    "community:reply": "takes a form; a refusal shows the topic's page",
    "community:watch": "takes a form",
    "community:read": "takes a form",
    "community:read_all": "takes a form",
    "community:unread": "takes a form",
    "community:save": "takes a form",
    "community:watch_space": "takes a form",
    "community:watch_tag": "takes a form",
    "community:feed_key": "takes a form",
    "community:feed": "for machines",
    "community:space_feed": "for machines",
    "community:tag_feed": "for machines",
    "community:tag_suggestions": "data for the field of tags",
    "community:steer": "takes a form",
    "community:react": "takes a form",
    "community:at_number": "leads to a post on its page",
    "community:post": "leads to a post on its page",
    "community:topic_short": "leads to the topic's whole address",
    "moderation:appeal": "only for whose words or rights were taken; tests/community/moderation reads it",
    "moderation:claim": "takes a form; a refusal shows the case",
    "moderation:decide": "takes a form; a refusal shows the case",
    "moderation:sanction": "takes a form; a refusal shows the member",
    "moderation:trust": "takes a form; a refusal shows the member",
    "moderation:drop_rule": "takes a form",
    "moderation:withdraw": "takes a form",
    "notifications:read_all": "takes a form",
    "search:suggest": "a fragment",
    "settings:part": "takes a form; a refusal shows the profile's page",
    "settings:picture": "takes a form; a refusal shows the profile's page",
    "settings:focus": "takes a form",
    "settings:remove_picture": "takes a form",
    "settings:news": "takes a form",
    "settings:export": "takes a form",
    "settings:export_file": "a file, to its owner after a fresh proof",
    "settings:leave_now": "takes a form after a fresh proof; a refusal shows the page about leaving",
    "notifications:open": "takes a form",
    "notifications:turn": "takes a form",
    "dev:enter": "takes a form",
    "dev:letter_html": "drawn inside the letter's page, in a frame without scripts",
    "chat:index": "leads to the first room",
    "chat:history": "older messages as a fragment",
    "chat:people": "names to choose from, while writing",
    "chat:present": "who sits in the room, as a fragment",
    "chat:pins": "what is pinned, as a fragment",
    "chat:rail": "the list of rooms, as a fragment",
    "chat:message": "leads to the page on which the message stands",
    "chat:picture": "a picture, to whoever may read its message",
    "chat:suggest": "names that begin like that, as a fragment",
    "chat:add_picture": "takes a form",
    "chat:react": "takes a form",
    "chat:describe": "takes a form",
    "chat:pin": "takes a form",
    "chat:sit": "takes a form",
    "chat:mute": "takes a form",
    "chat:leave": "takes a form",
    "chat:follow": "takes a form",
    "chat:thread_read": "takes a form",
    "settings:block": "takes a form; a refusal shows the list",
    "settings:unblock": "takes a form",
    "chat:send": "takes a form",
    "chat:read": "takes a form",
    "chat:source": "one message's text as typed, as data",
    "chat:edit": "takes a form",
    "chat:remove": "takes a form",
}


def all_pages() -> list[Page]:
    """Every page with an entry, in the order of the lists."""
    return [page for pages in PAGES.values() for page in pages] + [page for _where, page in SERVED]
