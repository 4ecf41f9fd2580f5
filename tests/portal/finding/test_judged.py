"""Sixty judged questions over the demo world: what a person means stands first, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import translation

from community.api import Narrowed
from portal.accounts.models import Member
from portal.core.finding import ask
from portal.finding.selectors import Section, glance
from tests.portal.finding.judged import JUDGED

NO_TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Member]:
    """The people, pages and talks of the demo world, loaded once for all questions and taken back after them.

    What changes nothing that can be found is left out: tasks (pictures drawn ahead), readings, reactions, points, chat;
    and, as nobody rises without points, the talks of spaces that ask for a tier (who asks here could not read them).
    """
    from portal.demo import files, loader

    locked = {space["slug"] for space in files.spaces() if space.get("rank")}
    open_talks = [topic for topic in files.topics() if topic["space"] not in locked]
    media: Path = tmp_path_factory.mktemp("media")
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(override_settings(MEDIA_ROOT=str(media), TASKS=NO_TASKS))
        stack.enter_context(transaction.atomic())
        for idle in ("mark_read", "_plan_reactions", "_chat", "_counter", "choices", "relay", "badges"):
            stack.enter_context(mock.patch.object(loader, idle, mock.MagicMock(**{"settle_waiting.return_value": 0})))
        stack.enter_context(mock.patch.object(files, "topics", return_value=open_talks))
        loader.load()
        yield Member.objects.select_related("standing").get(email="han@may.example")
        transaction.set_rollback(True)


def title(section: Section, row: Any) -> str:
    """What a row of a section is called."""
    if section.kind == "talks":
        return str(row.topic.title)
    return str(row.name if section.kind == "people" else row["found"].page.title)


def first_hit(viewer: Member, query: str) -> str:
    best = glance(viewer, ask(query), Narrowed()).sections[0]
    return title(best, best.rows[0]) if best.rows else ""


def test_there_are_sixty_questions_and_none_twice() -> None:
    assert len({query for query, _language, _expected in JUDGED}) == len(JUDGED) == 60


@pytest.mark.both_databases
def test_behaviour_21_all_judged_questions_find_what_is_meant_first(world: Member) -> None:
    wrong = {}
    for query, language, expected in JUDGED:
        with translation.override(language):
            found = first_hit(world, query)
        if found != expected:
            wrong[query] = found
    assert wrong == {}
