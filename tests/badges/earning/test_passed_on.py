"""Points that members pass on to each other, as both read it: no name that the other's page does not show."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from badges import api
from badges.earning.broadcasts import render_points
from badges.ledger.models import Transaction
from portal.accounts.models import Member, Profile
from portal.core.clock import now
from tests.badges.ledger.book import earn

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(alice: Member, bob: Member) -> Transaction:
    earn(alice, 50, now() - timedelta(days=30))
    public_id = api.transfer(giver_id=alice.pk, receiver_id=bob.pk, amount=20, source="test", key="t", at=now())
    return Transaction.objects.get(public_id=public_id)


def title(member: Member) -> str:
    return api.statement(member.pk, limit=1)[0][0].title


@pytest.mark.parametrize(
    "language, went, came",
    [("vi", "Gửi cho {bob}", "Nhận từ {alice}"), ("en", "Sent to {bob}", "Received from {alice}")],
)
def test_both_read_it_in_their_language(sent, alice, bob, language, went, came):
    with translation.override(language):
        assert title(alice) == went.format(bob=bob.name)
        assert title(bob) == came.format(alice=alice.name)


def test_the_amount_is_each_ones_own(sent, alice, bob):
    (hers,), _more = api.statement(alice.pk, limit=1)
    (his,), _more = api.statement(bob.pk, limit=1)
    assert (hers.amount, hers.state, his.amount, his.state) == (-20, "spent", 20, "posted")


@pytest.mark.parametrize("gone", [{"left_at": now()}, {"is_active": False}])
def test_who_left_is_not_named(sent, alice, bob, gone):
    Member.objects.filter(pk=alice.pk).update(**gone)
    with translation.override("en"):
        assert title(bob) == "Received from another member"


def test_a_page_that_only_members_see_is_named_to_members_alone(sent, alice, bob):
    """A key of the API reads for somebody unknown: what is for members stays with them."""
    Profile.objects.update_or_create(member=alice, defaults={"privacy": {"page": "members"}})
    Profile.objects.update_or_create(member=bob, defaults={"privacy": {"page": "members"}})
    with translation.override("en"):
        assert title(bob) == f"Received from {alice.name}"
        assert api.postings(bob.pk, limit=1)[0][0].title == "Received from another member"
        assert api.postings(alice.pk, limit=2)[0][0].title == "Sent to another member"


def test_open_pages_of_both_hear_of_it_and_only_who_received_is_greeted(sent, alice, bob):
    [hers] = render_points(alice.pk, [("points", {"transaction": sent.pk})])
    [his] = render_points(bob.pk, [("points", {"transaction": sent.pk})])
    assert "toast" not in hers
    assert his["toast"]["amount"] == 20
    assert alice.name in str(his["changes"])


def test_it_stands_in_the_book_on_the_site(sent, client, bob, alice):
    client.force_login(bob)
    page = client.get(reverse("my:statement"))
    assert f"Nhận từ {alice.name}" in page.content.decode()


def test_lines_with_transfers_cost_one_query_more_however_many(sent, alice, bob, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        api.statement(bob.pk)
    for number in range(3):
        api.transfer(giver_id=alice.pk, receiver_id=bob.pk, amount=1, source="test", key=f"n{number}", at=now())
    with CaptureQueriesContext(connection) as four:
        assert len(api.statement(bob.pk)[0]) == 4
    assert len(one) == len(four)
