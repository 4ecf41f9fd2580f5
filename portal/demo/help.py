"""The help centre and the legal texts of the demo world, in both languages. Numbers are the programme's own."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation
from django.utils.formats import number_format
from django.utils.html import escape
from wagtail.models import Locale, Page

from badges import api as badges
from brand.help.models import HelpGroupPage, HelpIndexPage, HelpPage, HelpRelated, LegalPage
from portal.accounts import leaving
from portal.demo import files

EVENTS = {
    "join": "member_joined", "profile": "profile_completed", "story": "story_read", "topic": "topic_started",
    "reply": "reply_posted", "reaction": "reaction_added", "chat": "talked_in_chat", "answer": "answer_accepted",
}  # fmt: skip
_LINK = re.compile(r"\[([^\]]+)\]\((/[^)\s]*)\)")


def build(homes: Mapping[str, Page]) -> None:
    """Puts help and legal texts below the home page of each language. Runs once, with the pages."""
    groups, made = files.help_groups(), _Made()
    for code, home in homes.items():
        locale = Locale.objects.get(language_code=code)
        for legal in files.legal_texts():
            made.put(home, f"legal:{legal['kind']}", _legal(legal, code, locale))
        index = made.put(home, "help", HelpIndexPage(locale=locale, slug="help", **groups[code]))
        facts = programme_facts(code)
        for group in groups["groups"]:
            shelf = made.put(index, group["slug"], HelpGroupPage(locale=locale, slug=group["slug"], **group[code]))
            for page in (page for page in files.help_pages() if page["group"] == group["slug"]):
                made.put(shelf, page["slug"], _question(page, code, locale, facts))
    for page in files.help_pages():
        made.relate(page["slug"], page["related"])


class _Made:
    """What was made so far: the second language takes the first one's translation keys."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {}
        self.questions: dict[str, list[HelpPage]] = {}

    def put(self, parent: Page, name: str, page: Page) -> Any:
        if name in self.keys:
            page.translation_key = self.keys[name]
        parent.refresh_from_db()
        parent.add_child(instance=page)
        self.keys[name] = page.translation_key
        if isinstance(page, HelpPage):  # published once it knows the others
            self.questions.setdefault(name, []).append(page)
        else:
            page.save_revision().publish()
        return page

    def relate(self, name: str, others: list[str]) -> None:
        """Ties each language's page to the same language's others."""
        for place, page in enumerate(self.questions[name]):
            page.refresh_from_db()
            page.related = [
                HelpRelated(target=self.questions[other][place], sort_order=number)
                for number, other in enumerate(others)
            ]
            page.save_revision().publish()


def programme_facts(locale: str) -> dict[str, str]:
    """What the programme pays and asks today, by the names that the texts use."""
    with translation.override(locale):
        found = {}
        for name, event in EVENTS.items():
            offer = badges.offer(event)
            found |= {f"{name}_spend": _amount(offer["spend"]), f"{name}_status": _amount(offer["status"])}
        for tier in badges.tiers():
            found |= {f"{tier.code}_name": tier.name, f"{tier.code}_threshold": _amount(tier.threshold)}
        return found | {"unit_value": _amount(badges.unit_value()), "grace_days": _amount(leaving.GRACE.days)}


def _amount(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)


def _question(page: Mapping[str, Any], code: str, locale: Locale, facts: Mapping[str, str]) -> HelpPage:
    texts = page[code]
    found = HelpPage(locale=locale, slug=page["slug"], title=texts["title"], answer=texts["answer"])
    found.body = _stream(found, (_part(part, facts) for part in texts["parts"]))
    return found


def _part(part: Mapping[str, Any], facts: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    kind, heading = part["kind"], part["heading"]
    if kind == "facts":
        rows = [{"name": _filled(name, facts), "value": _filled(value, facts)} for name, value in part["rows"]]
        return kind, {"heading": heading, "rows": rows}
    if kind == "steps":
        return kind, {"heading": heading, "steps": [_rich([_filled(step, facts)]) for step in part["steps"]]}
    return kind, {"heading": heading, "text": _rich(_filled(text, facts) for text in part["paragraphs"])}


def _filled(text: str, facts: Mapping[str, str]) -> str:
    return text.format_map(facts)


def _legal(legal: Mapping[str, Any], code: str, locale: Locale) -> LegalPage:
    texts = legal[code]
    found = LegalPage(
        locale=locale, slug=legal["slug"], title=texts["title"], intro=texts["intro"], kind=legal["kind"],
        version=legal["version"], valid_from=legal["valid_from"], sample=True,
    )  # fmt: skip
    passages = (("passage", {"heading": part["heading"], "text": _rich(part["paragraphs"])}) for part in texts["parts"])
    found.body = _stream(found, passages)
    found.changes = _stream(found, (("change", change) for change in texts["changes"]), "changes")
    found.full_clean(exclude=["path", "depth"])
    return found


def _stream(page: Page, parts: Iterable[tuple[str, dict[str, Any]]], field: str = "body") -> Any:
    block = page._meta.get_field(field).stream_block
    stream = block.to_python([])
    for kind, value in parts:
        stream.append((kind, block.child_blocks[kind].normalize(value)))
    return stream


def _rich(paragraphs: Iterable[str]) -> str:
    return "".join("<p>" + _LINK.sub(r'<a href="\2">\1</a>', escape(text)) + "</p>" for text in paragraphs)
