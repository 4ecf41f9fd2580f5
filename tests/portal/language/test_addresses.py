"""Languages of addresses: the first visit, the switch, what a page says about its language, and hers after sign-in."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.factories.portal import make_member
from tests.helpers.letters import newest_code

pytestmark = pytest.mark.django_db
OTHER = {"vi": "en", "en": "vi"}
SWITCH = re.compile(r'<a href="([^"]+)" hreflang="(\w+)" lang="(\w+)"')


@pytest.mark.parametrize(
    ("asked", "language"),
    [("en-GB,en;q=0.9", "en"), ("vi-VN,vi;q=0.9,en;q=0.5", "vi"), ("fr", "vi"), ("", "vi"), ("fr;q=1,en;q=0.2", "en")],
)
def test_the_first_visit_goes_by_what_the_browser_asks_for(asked, language):
    answer = Client(headers={"accept-language": asked} if asked else {}).get("/")
    assert answer["Location"] == f"/{language}/"
    assert {"Accept-Language", "Cookie"} <= set(re.split(r",\s*", answer["Vary"]))


def test_a_members_language_wins_over_her_browsers_at_the_front_door(charlie, signed_in):
    assert signed_in(charlie, headers={"accept-language": "vi"}).get("/")["Location"] == "/en/"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_after_sign_in_the_house_speaks_her_language(language):
    make_member("Ngọc Hân", email="han@thu.example", language=language)
    browser = Client(headers={"accept-language": OTHER[language]})
    with translation.override(OTHER[language]):
        door = reverse("account_login")
    answer = browser.post(door, {"login": "han@thu.example"})
    browser.post(answer["Location"], {"code": newest_code()})
    with translation.override(None):
        assert browser.get("/")["Location"] == f"/{language}/"
        assert browser.get("/documents/0/nothing/")["Content-Language"] == language


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("route", ["account_login", "account_signup", "community:index"])
def test_a_page_says_its_language_and_the_switch_keeps_place_and_question(client, route, language):
    with translation.override(language):
        address = reverse(route) + "?page=1&q=tr%C3%A0"
    with translation.override(OTHER[language]):
        there = reverse(route) + "?page=1&q=tr%C3%A0"
    answer = client.get(address)
    html = answer.content.decode()
    assert answer["Content-Language"] == language
    assert f'<html lang="{language}"' in html
    links = {code: place.replace("&amp;", "&") for place, code, _lang in SWITCH.findall(html)}
    assert links == {language: address, OTHER[language]: there}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_of_a_member_switch_in_place_too(alice, signed_in, language):
    browser = signed_in(alice)
    for route in ("my:home", "my:statement", "notifications:index", "notifications:wishes", "usersessions_list"):
        with translation.override(language):
            address = reverse(route)
        with translation.override(OTHER[language]):
            there = reverse(route)
        answer = browser.get(address)
        assert answer["Content-Language"] == language, route
        assert there in {place for place, code, _lang in SWITCH.findall(answer.content.decode())}, route


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_public_page_names_its_other_language_in_full(client, language):
    with translation.override(language):
        address = reverse("community:index")
    head = client.get(address).content.decode().split("</head>")[0]
    named = dict(re.findall(r'hreflang="([\w-]+)" href="([^"]+)"', head))
    for code, _name in settings.LANGUAGES:
        assert re.fullmatch(rf"https?://[^/]+/{code}/community/", named[code])


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_not_there_is_said_in_the_language_of_the_address(client, language):
    answer = client.get(f"/{language}/nothing/here/")
    assert (answer.status_code, answer["Content-Language"]) == (404, language)
    assert f'<html lang="{language}"' in answer.content.decode()
