"""Legal texts: one version is in force, consent names it, and a new one asks members again without closing a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from brand.help import selectors
from brand.help.models import LegalPage
from portal.accounts import actions, terms
from portal.accounts.models import Consent, Member
from portal.core.errors import Conflict
from tests.factories.portal import make_member
from tests.helpers.queries import count_queries

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
Publish = Callable[..., LegalPage]
ASK = "terms-ask"


def body_of(path: str, browser: Client | None = None) -> str:
    response = (browser or Client()).get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def agreed(member: Member) -> list[tuple[str, str]]:
    rows = Consent.objects.filter(member=member, purpose="terms").order_by("pk")
    return list(rows.values_list("text_version", "way"))


# ── The texts ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_text_says_its_version_since_when_and_what_changed(publish: Publish) -> None:
    publish("terms", "2026-10", told="Bản đầu.")
    page = publish("terms", "2026-11", told="Thêm điều về Hạt.")
    body = body_of(page.url)
    assert "Bản 2026-11, có hiệu lực từ" in body
    assert body.index("Thêm điều về Hạt.") < body.index("Bản đầu.")
    assert "bản mẫu" not in body
    page.sample = True
    page.save_revision().publish()
    assert "bản mẫu" in body_of(page.url)


def test_a_translation_that_lags_behind_says_so(publish: Publish) -> None:
    vi = publish("terms", "2026-10")
    en = publish("terms", "2026-10", "en", translation_key=vi.translation_key)
    assert "ahead" not in body_of(en.url)
    publish("terms", "2026-11")
    assert "2026-11 holds" in body_of(en.url)
    assert selectors.standing("en").versions["terms"] == "2026-11"


def test_a_version_without_a_word_about_it_is_refused(publish: Publish) -> None:
    page = publish("terms", "2026-10")
    page.version = "2026-11"
    with pytest.raises(ValidationError, match="version"):
        page.full_clean()
    page.version = "sometime"
    with pytest.raises(ValidationError, match="version"):
        page.full_clean()


def test_a_kind_exists_once_a_language(publish: Publish) -> None:
    first = publish("terms", "2026-10")
    twin = LegalPage(
        kind="terms", locale=first.locale, version="", title="x", slug="x", intro="x", valid_from=AT.date()
    )
    with pytest.raises(ValidationError, match="kind"):
        twin.clean()


# ── The foot and the entrance ───────────────────────────────────────────────────────────────────────────────────
def test_every_foot_leads_to_help_and_to_the_texts(publish: Publish, centre: Any) -> None:
    paths = [publish(kind, "2026-11").url for kind in ("terms", "privacy", "guidelines")]
    for page in ("/vi/", "/vi/community/", "/vi/stories/"):
        body = body_of(page)
        assert [path for path in [*paths, "/vi/help/"] if f'href="{path}"' not in body] == []


def test_a_foot_without_such_pages_leads_to_none(shelf: Any) -> None:
    place = body_of("/vi/").partition('id="foot-help"')[2].partition("</nav>")[0]
    assert re.findall(r'href="([^"]*)"', place) == ["/vi/api/v1/docs"]  # the page for programmers is always there


def test_the_foot_follows_what_is_published_and_costs_no_query(publish: Publish) -> None:
    page = publish("privacy", "2026-11")
    assert f'href="{page.url}"' in body_of("/vi/")
    few, _queries = count_queries(lambda: selectors.standing("vi"))
    assert few == 0
    page.unpublish()
    assert f'href="{page.url}"' not in body_of("/vi/")


def test_the_join_form_links_to_the_texts_and_the_consent_names_their_version(publish: Publish) -> None:
    page = publish("terms", "2026-11-05")
    body = body_of("/vi/accounts/signup/")
    assert f'href="{page.url}"' in body
    member = make_member()
    assert agreed(member) == [("2026-11-05", "join_form")]
    member.refresh_from_db()
    assert member.terms_version == "2026-11-05"


def test_before_anything_is_published_the_summary_is_what_one_agrees_to(db: None) -> None:
    member = make_member()
    assert agreed(member) == [(terms.SUMMARY.version, "join_form")]
    assert not terms.must_agree(member)


# ── Agreeing again ──────────────────────────────────────────────────────────────────────────────────────────────
def test_a_new_version_asks_members_and_nobody_else(publish: Publish, signed_in: Any) -> None:
    publish("terms", "2026-10")
    member = make_member()
    browser = signed_in(member)
    assert ASK not in body_of("/vi/community/", browser)
    publish("terms", "2026-11", told="Thêm điều về Hạt.")
    assert ASK in body_of("/vi/community/", browser)
    assert ASK not in body_of("/vi/community/")
    page = body_of("/vi/accounts/terms/?next=/vi/community/", browser)
    assert "Thêm điều về Hạt." in page
    assert "Đổi vài chữ." not in page  # the version she agreed to before
    sent = browser.post("/vi/accounts/terms/", {"answer": "yes", "version": "2026-11", "next": "/vi/community/"})
    assert (sent.status_code, sent.url) == (302, "/vi/community/")
    assert [row[0] for row in agreed(member)] == ["2026-10", "2026-11"]
    assert ASK not in body_of("/vi/community/", browser)


def test_who_waits_reads_on_and_is_asked_at_the_next_visit(publish: Publish, signed_in: Any) -> None:
    publish("terms", "2026-10")
    member = make_member()
    publish("terms", "2026-11")
    browser = signed_in(member)
    assert browser.post("/vi/accounts/terms/", {"answer": "later"}).status_code == 302
    assert ASK not in body_of("/vi/community/", browser)
    assert ASK in body_of("/vi/community/", signed_in(member))
    assert [row[0] for row in agreed(member)] == ["2026-10"]


def test_agreeing_counts_once_and_only_for_what_was_shown(publish: Publish) -> None:
    publish("terms", "2026-10")
    member = make_member()
    publish("terms", "2026-11")
    for _twice in range(2):
        actions.agree_to_terms(actor=member, version="2026-11", at=AT)
    assert [row[0] for row in agreed(member)] == ["2026-10", "2026-11"]
    publish("terms", "2026-12")
    with pytest.raises(Conflict):
        actions.agree_to_terms(actor=member, version="2026-11", at=AT)


@pytest.mark.parametrize("following", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_the_way_back_never_leads_elsewhere(publish: Publish, signed_in: Any, following: str) -> None:
    publish("terms", "2026-11")
    browser = signed_in(make_member())
    assert browser.post("/vi/accounts/terms/", {"answer": "later", "next": following}).url == "/vi/my/"
    publish("terms", "2026-12")
    assert 'name="next" value=""' in body_of(f"/vi/accounts/terms/?next={following}", browser)


def test_a_visitor_is_led_to_the_door(db: None) -> None:
    assert Client().get("/vi/accounts/terms/").url.startswith("/vi/accounts/login/")
