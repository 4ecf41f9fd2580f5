"""Every letter in its reader's language, whoever caused it and in whatever language the work was done."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse
from django.utils import translation

from portal.core.mail import compose, house_name
from tests.audit.words import foreign, strange
from tests.factories.portal import make_member

FOLDER = Path(settings.BASE_DIR, "templates/email")
LETTERS = sorted(path.name.removesuffix(".subject.txt") for path in FOLDER.glob("*.subject.txt"))
OTHER = {"vi": "en", "en": "vi"}


def said(letter: mail.EmailMessage, language: str, *names: str) -> list[str]:
    """What is foreign in a letter: subject, plain text and HTML."""
    known = {house_name(), settings.WAGTAIL_SITE_NAME, "Hạt", *names}
    lines = [letter.subject, *letter.body.splitlines()]
    found = [line for line in lines if any(foreign(f"<p>{line}</p>", language, known))]
    for html, _kind in getattr(letter, "alternatives", []):
        found += foreign(html, language, known)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", LETTERS)
def test_every_letter_is_whole_in_both_languages(name, language):
    words = {"vi": "Hân đã trả lời bạn", "en": "Hân answered you"}[language]
    context = {"name": "Hân", "code": "123456", "lines": [{"title": words, "text": "", "url": "https://a.example/"}]}
    with translation.override(OTHER[language]):
        letter = compose(name, to="han@thu.example", language=language, context=context)
    assert letter.subject
    assert said(letter, language, "Hân") == []
    assert f'lang="{language}"' in str(letter.alternatives[0][0])


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_code_comes_in_her_language_though_she_asked_on_a_page_in_the_other(client, language):
    make_member("Ngọc Hân", email="han@thu.example", language=language)
    with translation.override(OTHER[language]):
        address = reverse("account_login")
    client.post(address, {"login": "han@thu.example"})
    assert [letter.to for letter in mail.outbox] == [["han@thu.example"]]
    assert said(mail.outbox[0], language, "Hân") == []
    assert not strange(mail.outbox[0].subject, language)
