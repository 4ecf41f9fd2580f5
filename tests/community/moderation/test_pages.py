"""The desk's pages: who gets in, what a list costs, and that every one of them draws in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from community.forum.models import Post, Topic
from community.moderation import actions
from community.moderation.models import Case, FilterRule, Sanction
from portal.accounts.models import Member
from tests.community.forum.conftest import reply
from tests.community.moderation.conftest import AT, case_of, report, reporters, settle
from tests.factories.portal import make_member
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
DESK = ("", "?show=settled", "log/", "filter/", "filter/new/")


@pytest.mark.parametrize("path", DESK)
def test_the_desk_is_for_moderators_and_looks_absent_to_others(
    path: str, bob: Member, manager: Member, mod: Member, signed_in: Any
) -> None:
    url = f"/vi/moderation/{path}"
    assert Client().get(url).status_code == 302
    assert [signed_in(who).get(url).status_code for who in (bob, manager, mod)] == [404, 404, 200]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_of_the_desk_is_drawn(
    language: str, topic: Topic, post: Post, bob: Member, charlie: Member, mod: Member, signed_in: Any
) -> None:
    report(charlie, post, "other", words="Không hợp chỗ này")
    rule = actions.save_rule(actor=mod, kind="word", pattern="lừa đảo", action="hold", at=AT)
    made = actions.sanction(
        actor=mod, member=bob.public_id, kind="silence", template="rude", reason="Nói nặng lời", hours=24, at=AT
    )
    browser = signed_in(mod)
    base = f"/{language}/moderation/"
    paths = [
        "", "?only=reported", "?only=mine", "log/", "log/?q=Bob", "log/?act=silence",
        f"cases/{case_of(post).public_id}/",
        f"people/{bob.public_id}/", f"filter/{rule.pk}/", f"decisions/{made.public_id}/",
        f"decisions/{made.public_id}/lift/",
    ]  # fmt: skip
    assert {path: browser.get(base + path).status_code for path in paths} == dict.fromkeys(paths, 200)
    settle(mod, case_of(post), "agreed")
    assert browser.get(base + "?show=settled").status_code == 200
    own = signed_in(bob)
    for path in ("mine/", f"decisions/{made.public_id}/", f"appeal/post/{post.public_id}/"):
        assert own.get(base + path).status_code == 200


def test_lists_of_the_desk_cost_the_same_for_one_line_and_for_many(
    topic: Topic, alice: Member, bob: Member, charlie: Member, mod: Member, second_mod: Member, signed_in: Any
) -> None:
    browser, own = signed_in(mod), signed_in(bob)

    def add() -> None:
        number = Post.objects.count()
        words = reply(bob, topic, f"Lời {number}")
        for member in reporters(3):
            report(member, words)
        decided = reply(bob, topic, f"Lời khác {number}")
        report(make_member(), decided)
        settle(second_mod, case_of(decided), "agreed", f"Lý do {number}")
        rule = f"từ số {number}"
        FilterRule.objects.create(pattern=rule, action="hold", changed_at=AT, changed_by=mod)
        Sanction.objects.create(member=bob, kind="warn", template="rude", reason=rule, given_by=mod, given_at=AT)

    def read(client: Client, url: str) -> None:
        assert client.get(url).status_code == 200

    add()
    case = Case.objects.filter(outcome="").order_by("pk")[0]
    base = "/vi/moderation/"
    for client, url in (
        (browser, base), (browser, f"{base}?show=settled"), (browser, f"{base}log/"), (browser, f"{base}filter/"),
        (browser, f"{base}cases/{case.public_id}/"), (browser, f"{base}people/{bob.public_id}/"), (own, f"{base}mine/"),
    ):  # fmt: skip
        assert_num_queries_constant(lambda client=client, url=url: read(client, url), add)


def test_the_tester_says_what_would_happen_and_keeps_nothing(mod: Member, signed_in: Any) -> None:
    actions.save_rule(actor=mod, kind="word", pattern="lừa đảo", action="hold", at=AT)
    page = (
        signed_in(mod)
        .post("/vi/moderation/filter/", {"text": "Chỗ đó l.ừ.a đ-ả-o, coi chừng lừa đảo"})
        .content.decode()
    )
    assert "Sẽ chờ người điều phối" in page
    assert "lừa đảo" in page
    fine = signed_in(mod).post("/vi/moderation/filter/", {"text": "Cà phê ngon lắm"}).content.decode()
    assert "Sẽ qua." in fine
    assert Case.objects.count() == 0


def test_a_member_reports_from_the_page_without_scripts(post: Post, charlie: Member, signed_in: Any) -> None:
    url = f"/vi/moderation/report/post/{post.public_id}/"
    browser = signed_in(charlie)
    assert "Có điều gì không ổn" in browser.get(url).content.decode()
    refused = browser.post(url, {"reason": "other", "words": ""})
    assert refused.status_code == 422
    assert "Cảm ơn bạn đã báo" in browser.post(url, {"reason": "rude", "words": ""}).content.decode()
    assert "Bạn đã báo rồi" in browser.get(url).content.decode()
    assert Client().get(url).status_code == 302
