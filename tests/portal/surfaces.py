"""Behaviour 5 beyond the forum's own pages: what every other route of the house may show of somebody's words.

A new route fails `test_parity_of_surfaces.py` until it is walked (`CHAT` in `test_parity_of_rooms.py`, `LISTS` and
`PLACES` in `test_parity_of_surfaces.py`), stands in `FORMS`, which must refuse to be read, or in `NO_WORDS` with the
reason why no member's words can be there.
"""

from __future__ import annotations

# Routes of the house's own rooms; editors' and developers' desks and signing in show nobody's talk.
OURS = (
    "chat:", "moderation:", "search:", "notifications:", "badges:", "people:", "my:", "settings:", "stories:", "help:",
    "pictures:", "medals:", "identity:", "sitemap", "robots", "front_door",
)  # fmt: skip

# They take a form and answer a reader with 405, whoever she is: proved for each.
FORMS = frozenset({
    "chat:send", "chat:add_picture", "chat:describe", "chat:read", "chat:sit", "chat:mute", "chat:leave", "chat:edit",
    "chat:remove", "chat:react", "chat:pin", "chat:follow", "chat:thread_read", "moderation:claim",
    "moderation:decide", "moderation:sanction", "moderation:trust", "moderation:drop_rule", "moderation:withdraw",
    "notifications:read_all", "notifications:open", "notifications:turn", "badges:seen", "badges:board_wish",
    "badges:challenge_part",
    "badges:mend",
    "settings:focus", "settings:remove_picture", "settings:block", "settings:unblock", "settings:news",
    "stories:read", "help:answer",
})  # fmt: skip

WALKED_WITH_THE_FORUM = frozenset({"people:page", "sitemap_topics"})

_OWN_FORM = "a form about herself"
_DRAWN = "drawn from the brand's own look"
NO_WORDS: dict[str, str] = {
    "chat:index": "leads to the first room that she may enter, which is walked",
    "chat:new_room": "an empty form, for those who keep rooms",
    "chat:keep_room": "a form with a room's name, for those who keep rooms: test_views.py of the chat",
    "chat:present": "names of those who sit in a room that she may enter",
    "chat:begin": "a form with the names that she typed",
    "chat:people": "names of those who may enter a room that she may enter: test_naming.py of the chat",
    "chat:suggest": "names of members who take letters from her",
    "moderation:rules": "words that moderators wrote themselves, for moderators",
    "moderation:new_rule": "an empty form, for moderators",
    "moderation:rule": "a rule that moderators wrote, for moderators",
    "notifications:wishes": "kinds of news, never the news",
    "notifications:unsubscribe": "kinds of news, to who holds the letter",
    "badges:hall": "the house's own badges", "badges:badge": "a badge and who wears it",
    "badges:shelf": "her own badges", "badges:choose": _OWN_FORM, "badges:tier": "her own tier",
    "badges:board": "names and sums; whoever hides stays out of it: test_board.py",
    "badges:board_of": "names and sums, of one brand", "badges:board_settings": _OWN_FORM,
    "badges:challenges": "the house's own challenges, and her own numbers",
    "badges:challenge": "the house's own challenge, and names of those who let their badges be seen: test_pages.py",
    "badges:books": "finds members by name, for those who keep books",
    "badges:take": "sums and rules of her own book, as a file",
    "badges:take_badge": "her own badge, as a file",
    "badges:credential": "a badge and two days, no name, to who holds the file",
    "badges:verify": "what a file that somebody brings says itself",
    "badges:book": "sums and rules, for those who keep books", "badges:correct": "sums, for those who keep books",
    "badges:set_tier": "a tier, for those who keep books",
    "people:former_names": "names, for moderators",
    "my:home": "sums, rules and her own badges", "my:statement": "sums and rules of her own book",
    "settings:index": _OWN_FORM, "settings:profile": _OWN_FORM, "settings:part": _OWN_FORM,
    "settings:picture": _OWN_FORM, "settings:privacy": _OWN_FORM, "settings:blocks": "names whom she blocked",
    "settings:place": _OWN_FORM, "settings:consents": _OWN_FORM, "settings:export": "a list of her own files",
    "settings:export_file": "her own data, to herself", "settings:leave": _OWN_FORM, "settings:leave_now": _OWN_FORM,
    "stories:feed": "the brand's own live stories",
    "pictures:picture": "a picture, as readable as its post: test_uploading.py of the forum",
    "medals:medal": "drawn from a badge's design", "robots": "the house's rules for crawlers",
    "front_door": "leads to the house in her language", "sitemap": "dates and addresses of the other maps",
    "sitemap_pages": "the brand's own live pages", "sitemap_spaces": "addresses of spaces that are open to all",
    "identity:theme": _DRAWN, "identity:icon": _DRAWN, "identity:full_icon": _DRAWN, "identity:favicon": _DRAWN,
    "identity:manifest": _DRAWN, "identity:share_card": _DRAWN, "identity:letter_head": _DRAWN,
    "identity:page_card": "the title of a live page of the brand, asked for as a visitor",
}  # fmt: skip


def undecided(known: set[str], walked: set[str]) -> list[str]:
    """Routes about which nobody has said what they may show, and lines about routes that are gone."""
    ours = {name for name in known if name.startswith(OURS)}
    said = {name.split(" ")[0] for name in walked} | FORMS | WALKED_WITH_THE_FORUM | set(NO_WORDS)
    return sorted(ours ^ said)
