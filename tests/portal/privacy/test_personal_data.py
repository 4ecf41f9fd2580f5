"""Every table that points at a member is exported and erased, or says why not."""

from __future__ import annotations

import pytest

from portal.accounts.models import Member
from portal.core import clock, personal_data
from portal.notifications import notify
from portal.privacy import actions, selectors

pytestmark = pytest.mark.django_db


def test_every_table_that_points_at_members_is_covered() -> None:
    assert sorted(selectors.uncovered_tables()) == []


def test_a_table_that_nobody_covers_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    covered = {table: name for table, name in personal_data.covered_tables().items() if table != "portal.Consent"}
    monkeypatch.setattr(personal_data, "covered_tables", lambda: covered)
    assert selectors.uncovered_tables() == {"portal.Consent"}


def test_an_export_holds_everything_about_her_and_nothing_about_others(alice: Member, bob: Member, kind) -> None:
    kind("told")
    notify(member_id=alice.pk, kind="told", subject="topic:1", actor_id=bob.pk, at=clock.now())
    export = selectors.everything_about(alice)
    assert [row["email"] for row in export["profile"]] == [alice.email]
    assert len(export["notifications"]) == 1
    assert sorted(row["purpose"] for row in export["consents"]) == ["age", "terms"]
    assert bob.email not in str(export)
    assert bob.name not in str(export)


def test_erasing_leaves_a_row_without_a_person_and_is_idempotent(alice: Member, mod: Member, kind) -> None:
    kind("told")
    notify(member_id=alice.pk, kind="told", subject="topic:1", at=clock.now())
    for _again in range(2):
        actions.erase(actor=mod, member_id=alice.pk, at=clock.now())
    left = Member.objects.get(pk=alice.pk)
    assert not left.is_active
    for secret in ("alice@thu.example", "Phạm Ngọc Alice"):
        assert secret not in str(selectors.everything_about(left))
    assert left.notifications.count() == 0


def test_a_data_type_that_keeps_must_say_why() -> None:
    with pytest.raises(TypeError):
        personal_data.DataType("x", "x", (), lambda member: [])
