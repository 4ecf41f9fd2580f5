"""Run inside a house's own environment: `describe STATE` prints addresses and sign-ins; `dress` and `empty` prepare it.

A module of its own, so that the tools themselves never open a database.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import timedelta
from importlib import import_module
from typing import Any

import django

django.setup()

from allauth.usersessions.models import UserSession  # noqa: E402  (Django must be set up before models are imported)
from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import NoReverseMatch, reverse  # noqa: E402
from django.utils import timezone, translation  # noqa: E402

from portal.accounts import actions  # noqa: E402
from portal.accounts.models import Member  # noqa: E402
from tests.helpers.sessions import enter  # noqa: E402
from tests.pages import FULL, MANAGER, MEMBER, MODERATOR, PAGES, SERVED, Page  # noqa: E402

NEWCOMER = "moi@may.example"
DEVICE = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36"
# Long on purpose: what is built for "Hân" alone breaks here.
NEWCOMER_NAME = "Công Tằng Tôn Nữ Nguyễn Phước Khánh Thuyên Trường"
# What a house has before anybody spoke; all other tables of the community hold what was said, or hang on it.
BEFORE_THE_TALK = {"Space", "SpaceText", "Room", "RoomText"}


def hush() -> None:
    """Remove what members said, and let somebody new join, with a name as long as names get."""
    with transaction.atomic(), connection.constraint_checks_disabled():
        guard = import_module("community.migrations.0003_log_is_only_added_to")
        with (
            connection.cursor() as cursor
        ):  # the log, which is only added to, belongs to a house in which somebody spoke
            for statement in guard.remove_statements(connection.vendor):
                cursor.execute(statement)
        for model in apps.get_app_config("community").get_models(include_auto_created=True):
            if model.__name__ not in BEFORE_THE_TALK:
                model.objects.all()._raw_delete(using="default")
        apps.get_model("portal", "Notification").objects.all()._raw_delete(using="default")
        apps.get_model("community", "Space").objects.update(topic_count=0, last_posted_at=None)
        apps.get_model("community", "Room").objects.update(last_number=0, last_message_at=None)
    at = timezone.now() - timedelta(minutes=1)
    member = Member.objects.create_user(NEWCOMER, name=NEWCOMER_NAME)
    actions.record_consent(member=member, purposes=["terms", "age"], way="join_form", at=at)
    actions.join(member=member, at=at)


def dress() -> None:
    """Add to the loaded world what its texts do not hold: a reply that was hidden, and a letter that came."""
    from community.forum.actions import hide_post
    from community.forum.models import Post

    moderator = people(FULL)[MODERATOR]
    replies = Post.objects.filter(number__gt=2, author__role="").exclude(author__email="han@may.example")
    reply = replies.order_by("-pk")[0]
    hide_post(actor=moderator, post=reply.public_id, reason="Quảng cáo, không phải chuyện.", at=timezone.now())
    write_letter()


def write_letter() -> None:
    """A letter that came, with the address of the house as it is served now."""
    from portal.core import mail

    context = {"name": "Hân", "home_url": "#", "community_url": "#", "stories_url": "#"}
    mail.compose("welcome", to="han@may.example", language="vi", context=context).send()


def people(state: str) -> dict[str, Member]:
    """Who looks at the pages in this state."""
    found = {MEMBER: Member.objects.get(email="han@may.example" if state == FULL else NEWCOMER)}
    for who, fields in ((MODERATOR, {"role": "moderator"}), (MANAGER, {"is_staff": True, "is_superuser": False})):
        if member := Member.objects.filter(**fields).first():
            found[who] = member
    return found


def sign_in(member: Member) -> str:
    """A session of hers, as the one door would leave it; staff have shown their second factor."""
    # Dated ahead, so that pages which ask for a fresh proof show themselves during a long walk.
    client = enter(Client(), member, at=timezone.now().timestamp() + 86_400)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    UserSession.objects.create(user=member, session_key=key, ip="127.0.0.1", user_agent=DEVICE)
    return key


def route_address(route: str, page: Page) -> str:
    """Address of the page, or of the form that leads to it."""
    return reverse(page.begins) if page.begins else reverse(route, args=page.args()) + page.query


def served_address(where: str, language: str, page: Page | None = None) -> str:
    """Address of the newest live Wagtail page of a model in a language, or of a bare path under the prefix."""
    query = page.query if page is not None else ""
    if where.startswith("/"):
        return f"/{language}{where}{query}"
    model: Any = apps.get_model(where)
    return model.objects.live().filter(locale__language_code=language).order_by("-pk")[0].get_url() + query


def described(state: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Each page in each of its languages, with its address; and what is listed but could not be found."""
    rows, missing = [], []
    listed: list[tuple[str, str, Page]] = [("route", route, page) for route, pages in PAGES.items() for page in pages]
    listed += [("served", where, page) for where, page in SERVED]
    for how, where, page in listed:
        if state not in page.states:
            continue
        for language in ("vi", "en") if page.prefixed else ("vi",):
            with translation.override(language):
                try:
                    address = route_address(where, page) if how == "route" else served_address(where, language, page)
                except (NoReverseMatch, IndexError) as error:
                    missing.append(f"{page.name} ({language}, {state}): {error!r}")
                    continue
            row = {key: value for key, value in asdict(page).items() if key != "args"}
            rows.append(row | {"lang": language, "address": address, "where": where})
    return rows, missing


def main(words: list[str]) -> None:
    """`dress`, `empty`, or `describe STATE`."""
    if words[0] != "describe":
        {"dress": dress, "empty": hush}[words[0]]()
        return
    write_letter()
    cookies = {who: sign_in(member) for who, member in people(words[1]).items()}
    pages, missing = described(words[1])
    print(json.dumps({"pages": pages, "missing": missing, "cookies": cookies}))


if __name__ == "__main__":
    main(sys.argv[1:])
