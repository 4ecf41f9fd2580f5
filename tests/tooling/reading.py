"""Run inside a house's own environment: `STATE` reads every page of `tests/pages.py` and prints what is foreign in it;
`workshop` reads the rooms of the editor (`tests/tooling/workshop.py`) as the brand's manager.

One JSON object on the last line: page name and language to the foreign texts, `unread` for pages that did not come,
`weak` for pages whose headers promise too little, and `wrote` for tables that reading a page changed.
"""

from __future__ import annotations

import json
import re
import sys
from contextlib import suppress
from html import unescape
from typing import Any

import django

django.setup()

from django.apps import apps  # noqa: E402  (Django must be set up before models are imported)
from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import translation  # noqa: E402

from portal.accounts.models import Member  # noqa: E402
from portal.core.mail import house_name  # noqa: E402
from portal.scopes.models import Scope  # noqa: E402
from tests.audit.headers import faults  # noqa: E402
from tests.audit.words import foreign, spoken, wrong_side  # noqa: E402
from tests.pages import FULL, MANAGER  # noqa: E402
from tests.tooling.workshop import addresses  # noqa: E402
from tests.tooling.world import described, people, sign_in  # noqa: E402

JSON_PARTS = re.compile(
    r"<script[^>]*application/json[^>]*>(.*?)</script>"
    r"|\sdata-[\w-]+=\"([\[{][^\"]*)\"|\sdata-[\w-]+='([\[{][^']*)'",
    re.DOTALL,
)
CHANGES = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) \"(\w+)\"")
# What people called their things: it is theirs in any language.
NAMED = [
    ("wagtailcore.Page", "title", "draft_title"), ("wagtailcore.Collection", "name"), ("auth.Group", "name"),
    ("wagtailimages.Image", "title"), ("wagtailcore.PageLogEntry", "label"),
]  # fmt: skip


def names() -> set[str]:
    """Names of people and of the house: they are the same in every language."""
    found = {house_name(), settings.WAGTAIL_SITE_NAME, "Hạt", "Hàng Bún", "café", "cafés"}
    found |= set(Scope.objects.values_list("name", flat=True)) | set(dict(settings.LANGUAGES).values())
    for name in Member.objects.values_list("name", flat=True):
        found |= {name, name.split(" ")[-1]}
    return found


def browser(cookie: str, language: str) -> Client:
    """A browser that asks for this language, signed in by this session."""
    client = Client(headers={"accept-language": language})
    if cookie:
        client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    return client


def answer(client: Client, row: dict[str, Any]) -> Any:
    """The page itself, behind its form where it has one."""
    if not row["begins"]:
        return client.get(row["address"], secure=True)
    typed = {name: value or "on" for name, value in row["fills"]}
    return client.post(row["address"], typed, follow=True, secure=True, **{"wsgi.url_scheme": "https"})


def read(state: str, only: set[str]) -> dict[str, Any]:
    """Every page in every language."""
    cookies = {who: sign_in(member) for who, member in people(state).items()}
    rows, missing = described(state)
    known, told, unread = names(), {}, list(missing)
    weak: dict[str, list[str]] = {}
    wrote: dict[str, list[str]] = {}
    for row in rows:
        if only and row["name"] not in only:
            continue
        if row["who"] and row["who"] not in cookies:
            unread.append(f"{row['name']}: nobody is {row['who']}")
            continue
        with translation.override(None), CaptureQueriesContext(connection) as queries:
            response = answer(browser(cookies.get(row["who"], ""), row["lang"]), row)
        page = f"{row['name']} {row['lang']}"
        if not row["begins"]:
            wrote[page] = sorted({table for query in queries for table in CHANGES.findall(query["sql"])})
        weak[page] = faults(response.headers, response.cookies)
        if response.status_code != row["status"]:
            unread.append(f"{page}: {response.status_code} {row['address']} {response.headers.get('Location', '')}")
            continue
        html = response.content.decode()
        told[page] = list(foreign(html, row["lang"], known))
        if f'<html lang="{row["lang"]}"' not in html:
            told[page].insert(0, "<html lang>")
        if response.headers.get("Content-Language") != row["lang"]:
            told[page].insert(0, f"Content-Language: {response.headers.get('Content-Language')}")
    return {"told": told, "unread": unread, "weak": weak, "wrote": wrote}


def handed_over(html: str) -> set[str]:
    """Texts that a page hands to its scripts as JSON: in an element of its own, or in an attribute."""
    found: set[str] = set()

    def collect(value: Any) -> None:
        if isinstance(value, str):
            found.add(value.strip())
            if value.startswith("<"):
                found.update(text for _language, text in spoken(value))
        elif isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                collect(one)

    for written in JSON_PARTS.findall(html):
        with suppress(ValueError):
            collect(json.loads(unescape(next(filter(None, written)))))
    return found


def titles(model: Any, *fields: str) -> set[str]:
    """What the world itself calls its things."""
    return {value for field in fields for value in model._default_manager.values_list(field, flat=True) if value}


def walk_workshop(language: str) -> dict[str, Any]:
    """Every room of the editor that the brand's manager may enter, in her language; `refused` names the others."""
    editor = people(FULL)[MANAGER]
    Member.objects.filter(pk=editor.pk).update(language=language)
    editor.refresh_from_db()
    client = browser(sign_in(editor), "fr")
    known = names() | dict(settings.LANGUAGES).keys() | set(dict(settings.LANGUAGES).values())
    for model, *fields in NAMED:
        known |= titles(apps.get_model(model), *fields)
    with translation.override(language):
        found = addresses(editor)
    told, unread, refused = {}, [], []
    for name, address in sorted(found.items()):
        with translation.override(None):
            response = client.get(address, follow=True)
        if (
            response.redirect_chain and response.request["PATH_INFO"] in ("/admin/", "/admin/pages/")
        ) or response.status_code == 403:
            refused.append(name)
        elif response.status_code != 200:
            (refused if response.status_code in (404, 405) else unread).append(
                f"{name}: {response.status_code} {address}"
            )
        elif "javascript" in response["Content-Type"]:
            continue
        elif "json" in response["Content-Type"]:
            html = response.json().get("html", "") if isinstance(response.json(), dict) else ""
            told[name] = list(foreign(html or "", language, known))
        else:
            html = response.content.decode()
            told[name] = list(foreign(html, language, known))
            handed = {text for text in handed_over(html) if text != text.lower() or " " in text}
            told[name] += sorted(handed & wrong_side()[language] - known)
    return {"told": told, "unread": unread, "refused": refused}


def main(words: list[str]) -> None:
    """`STATE [page …]` or `workshop LANGUAGE`."""
    translation.activate("vi")
    told = walk_workshop(words[1]) if words[0] == "workshop" else read(words[0], set(words[1:]))
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
