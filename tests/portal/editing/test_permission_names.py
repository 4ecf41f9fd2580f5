"""Permissions are English rows of the database; whoever composes a group reads what they are for in her language."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def labels(desk: dict[str, Member], signed_in: Callable[..., Client]) -> Callable[[str], list[str]]:
    admin = desk["admin"]

    def of(language: str) -> list[str]:
        admin.language = language
        admin.save()
        page = signed_in(admin).get(reverse("wagtailusers_groups:edit", args=[Group.objects.order_by("pk")[0].pk]))
        assert page.status_code == 200
        found = re.findall(r"<label[^>]*>(.*?)</label>", page.content.decode(), re.S)
        return [unescape(re.sub(r"<[^>]+>|\s+", " ", label)).strip() for label in found]

    return of


def test_names_of_permissions_are_said_in_the_readers_language(labels):
    english = re.compile(r"\b(?:Can (?:add|change|delete|lock|publish|unlock|view|submit)|pages?|any)\b|\|")
    vietnamese = labels("vi")
    assert [label for label in vietnamese if english.search(label)] == []
    assert {"Thêm: Thành viên", "Được nộp bản dịch", "Được khóa bản sắc"} <= set(vietnamese)


def test_in_english_they_are_said_in_english(labels):
    english = labels("en")
    assert "Add: Member" in english
    assert "Publish any page" in english
    assert [label for label in english if "|" in label] == []
