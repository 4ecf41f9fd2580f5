"""I9, I11 and I13: what was paid, counted and shown is what the programme gives when all is reckoned once more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from badges.earning.models import Evaluation, RuleInForce
from badges.ledger import seal
from badges.ledger.models import Counter, Transaction
from badges.ledger.verify import verify
from badges.tiers.models import Tier, TierStatus
from portal.accounts.models import Member
from portal.events import relay
from portal.events.types.accounts import AccountsMerged
from portal.events.types.brand import StoryRead
from tests.badges.earning.conftest import MORNING, Forum, tell

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
STORY = "0b5f0a52-6d4f-4f6c-9a3e-2d8f1a0c7e1"


def read_stories(member: Member, count: int = 4) -> list[int]:
    """Three of them pay, the fourth of a day is capped."""
    at = MORNING
    return [
        tell(StoryRead(actor=member.pk, member=member.pk, story=f"{STORY}{n}", title=f"Chuyện {n}"), at)
        for n in range(count)
    ]


@pytest.fixture
def month(alice: Member, bob: Member, charlie: Member, forum: Forum) -> list[int]:
    """Stories with a cap, replies that wait and are confirmed, thanks, and a post that was hidden; the four stories."""
    relay.drain()
    stories = read_stories(alice)
    topic = forum.topic(bob)
    post = forum.reply(alice, topic)
    forum.react(charlie, alice, post)
    forum.react(bob, alice, forum.reply(alice, topic, MORNING + timedelta(days=1)), MORNING + timedelta(days=1))
    return stories


def found(name: str) -> set[tuple[str, int | str]]:
    return {(finding.table, finding.row) for finding in verify([name])}


def test_all_holds_after_a_month_of_everything(month: list[int]) -> None:
    assert verify() == []


def test_an_evaluation_that_tells_other_points_than_its_revision_gives_is_named(
    alice: Member, month: list[int]
) -> None:
    paid = Evaluation.objects.get(event_id=month[0], member=alice)
    paid.outcomes[0]["granted"]["spend"] += 1
    paid.save()
    assert ("badges_evaluation", paid.pk) in found("I13")


def test_a_capped_event_that_was_paid_after_all_is_named(alice: Member, month: list[int]) -> None:
    capped = Evaluation.objects.get(event_id=month[3], member=alice)
    assert capped.outcomes[0]["outcome"] == "capped"
    capped.outcomes[0] |= {"outcome": "paid", "granted": {"spend": 5, "status": 5}}
    capped.save()
    assert ("badges_evaluation", capped.pk) in found("I13")


def test_a_revision_that_was_rewritten_is_found_by_what_it_paid_before(alice: Member, month: list[int]) -> None:
    seal.remove()
    revision = RuleInForce.objects.get(rule__code="story-read")
    revision.definition["points"]["spend"] = 6
    RuleInForce.objects.filter(pk=revision.pk).update(definition=revision.definition)
    rows = Evaluation.objects.filter(event_id__in=month[:3]).values_list("pk", flat=True)
    assert {row for table, row in found("I13") if table == "badges_evaluation"} == set(rows)
    seal.install()


def test_a_posting_that_no_evaluation_tells_of_is_named(alice: Member, month: list[int]) -> None:
    gone = Evaluation.objects.get(event_id=month[0], member=alice)
    posting = gone.outcomes[0]["transaction"]
    gone.delete()
    assert ("badges_transaction", posting) in found("I13")


def test_an_evaluation_that_names_another_posting_is_named(alice: Member, bob: Member, month: list[int]) -> None:
    wrong = Evaluation.objects.get(event_id=month[0], member=alice)
    wrong.outcomes[0]["transaction"] = Transaction.objects.get(member=bob, source="rule:join").pk
    wrong.save()
    assert ("badges_evaluation", wrong.pk) in found("I13")


@pytest.mark.parametrize("more", [1, -1])
def test_every_altered_counter_is_named(month: list[int], more: int) -> None:
    assert Counter.objects.exists()
    for counter in Counter.objects.filter(used__gt=0):
        Counter.objects.filter(pk=counter.pk).update(used=counter.used + more)
        assert found("I9") == {("badges_counter", counter.pk)}
        Counter.objects.filter(pk=counter.pk).update(used=counter.used)
    assert found("I9") == set()


def test_a_counter_that_went_is_told(alice: Member, month: list[int]) -> None:
    Counter.objects.filter(member=alice, scope="rule:story-read:times").delete()
    [finding] = verify(["I9"])
    assert (finding.row, finding.expected, finding.found) == (0, 3, 0)
    assert f"rule:story-read:times of member {alice.pk}" in finding.message


def test_all_holds_where_two_accounts_became_one_and_went_on(
    alice: Member, bob: Member, month: list[int], forum: Forum
) -> None:
    read_stories(bob, 2)
    tell(AccountsMerged(actor=bob.pk, kept=bob.pk, closed=alice.pk), MORNING + timedelta(days=2))
    tell(
        StoryRead(actor=bob.pk, member=bob.pk, story=f"{STORY}9", title="Chuyện"), MORNING + timedelta(days=2, hours=1)
    )
    assert verify() == []
    Counter.objects.filter(member=bob, scope="rule:story-read:times", used=5).update(used=4)
    assert len(found("I9")) == 1


def test_a_tier_that_the_points_do_not_give_is_named(alice: Member, month: list[int]) -> None:
    status = TierStatus.objects.get(member=alice)
    TierStatus.objects.filter(pk=status.pk).update(tier=Tier.objects.get(code="silver"))
    assert found("I11") == {("badges_tierstatus", alice.pk)}
    TierStatus.objects.filter(pk=status.pk).update(tier=status.tier, valid_until="2999-01-30")
    assert found("I11") == {("badges_tierstatus", alice.pk)}


def test_both_invariants_share_one_replay(month: list[int]) -> None:
    with CaptureQueriesContext(connection) as asked:
        verify(["I9", "I13"])
    assert sum('FROM "badges_evaluation"' in query["sql"] for query in asked) == 1
