"""What is sealed stays as it is, whoever asks: the ORM, raw SQL, a replacing insert, a truncating administrator."""

from __future__ import annotations

import re

import pytest
from django.core import checks
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from badges.earning.models import EarningRule, RuleInForce
from badges.ledger import actions, seal
from badges.ledger.models import Account, Entry, LotUse, Transaction
from badges.ledger.verify import verify
from tests.badges.ledger.book import NOON, earn, everything, key, new_member, redeem, run_sql, sound, then

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

SQLITE = connection.vendor == "sqlite"


@pytest.fixture
def member():
    return new_member()


@pytest.fixture
def posting(member):
    first = earn(member, 100)
    redeem(member, 30)
    return first


def refused(act, match="ledger: "):
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        act()


def header(member, **more):
    fields = {
        "kind": "earn", "source": "test", "key": key(), "request_hash": "x", "member": member,
        "value_date": NOON.date(), "recorded_at": NOON,
    }  # fmt: skip
    return Transaction.objects.create(**(fields | more))


def account(role, member=None):
    return Account.objects.get(role=role, member=member, point_type__code="spend", campaign="")


def leg(header, role, amount, member=None):
    place = account(role, member)
    return Entry.objects.create(transaction=header, account=place, point_type=place.point_type, amount=amount)


def test_a_sealed_header_never_changes_through_the_orm(posting):
    before = everything()
    for change in (
        {"reason": "x"}, {"sealed": False}, {"source": "y"}, {"value_date": "2020-01-01"}, {"written_off": {"rep": 1}},
    ):  # fmt: skip
        refused(lambda change=change: Transaction.objects.filter(pk=posting.pk).update(**change))
    posting.reason = "other"
    refused(posting.save)
    refused(lambda: Transaction.objects.filter(pk=posting.pk)._raw_delete("default"))
    assert everything() == before


def test_sealed_legs_and_uses_never_change_through_the_orm(posting, member):
    before = everything()
    entry, use = posting.entries.first(), LotUse.objects.first()
    refused(lambda: Entry.objects.filter(pk=entry.pk).update(amount=999))
    refused(lambda: Entry.objects.filter(pk=entry.pk)._raw_delete("default"))
    refused(lambda: Entry.objects.all()._raw_delete("default"))
    refused(lambda: leg(posting, "issued", -1))
    refused(lambda: LotUse.objects.filter(pk=use.pk).update(amount=1))
    refused(lambda: LotUse.objects.filter(pk=use.pk)._raw_delete("default"))
    refused(lambda: LotUse.objects.create(lot=use.lot, transaction=use.transaction, amount=1, kind="spend"))
    # Moving a leg out of a sealed posting, or an open one's leg into it.
    refused(lambda: Entry.objects.filter(pk=entry.pk).update(transaction=Transaction.objects.exclude(pk=posting.pk)[0]))
    assert everything() == before
    draft = header(member)
    loose = leg(draft, "issued", -1)
    refused(lambda: Entry.objects.filter(pk=loose.pk).update(transaction=posting))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE badges_transaction SET reason = 'x' WHERE id = {posting}",
        "UPDATE badges_transaction SET sealed = {false} WHERE id = {posting}",
        "DELETE FROM badges_transaction WHERE id = {posting}",
        "UPDATE badges_entry SET amount = amount + 1 WHERE transaction_id = {posting}",
        "DELETE FROM badges_entry WHERE transaction_id = {posting}",
        "INSERT INTO badges_entry (transaction_id, account_id, point_type_id, amount) "
        "SELECT transaction_id, account_id, point_type_id, amount FROM badges_entry WHERE transaction_id = {posting}",
        "UPDATE badges_lotuse SET amount = 1",
        "DELETE FROM badges_lotuse",
    ],
)
def test_sealed_rows_never_change_through_raw_sql(posting, sql):
    before = everything()
    refused(lambda: run_sql(sql.format(posting=posting.pk, false="0" if SQLITE else "false")))
    assert everything() == before


def test_a_posting_is_never_born_sealed(member):
    refused(lambda: header(member, sealed=True), match="written open")
    refused(
        lambda: run_sql(
            "INSERT INTO badges_transaction (public_id, kind, source, key, request_hash, response, member_id, subject,"
            " cause, value_date, recorded_at, reason, written_off, sealed) VALUES"
            " ('p1', 'earn', 's', 'k', 'h', '{}', %s, '', '', '2026-01-01', '2026-01-01 00:00:00+00:00', '', '{}', %s)",
            member.pk, True,
        ),
        match="written open",
    )  # fmt: skip


def test_the_seal_refuses_an_empty_posting(member):
    draft = header(member)
    refused(lambda: Transaction.objects.filter(pk=draft.pk).update(sealed=True), match="sum to zero")
    # Only a reversal that wrote something off may be without legs.
    draft = header(member, kind="reverse")
    refused(lambda: Transaction.objects.filter(pk=draft.pk).update(sealed=True), match="sum to zero")
    Transaction.objects.filter(pk=draft.pk).update(sealed=True, written_off={"spend": 5})


def test_the_seal_refuses_legs_that_do_not_balance_per_point_type(member):
    earn(member, amounts={"spend": 1, "rep": 1})
    draft = header(member)
    leg(draft, "issued", -5)
    seal_it = Transaction.objects.filter(pk=draft.pk).update
    refused(lambda: seal_it(sealed=True), match="sum to zero")
    rep = Account.objects.get(role="adjusted", member=None, point_type__code="rep")
    other = Entry.objects.create(transaction=draft, account=rep, point_type=rep.point_type, amount=5)
    # In all it is 0, but not for each point type.
    refused(lambda: seal_it(sealed=True), match="sum to zero")
    Entry.objects.filter(pk=other.pk)._raw_delete("default")
    leg(draft, "adjusted", 5)
    seal_it(sealed=True)
    refused(lambda: seal_it(sealed=False), match="never changes")


def test_the_identity_of_an_open_posting_never_changes(member, posting):
    draft = header(member)
    for change in ({"id": 10**6}, {"key": "other"}, {"source": "other"}, {"kind": "adjust"}, {"reverses": posting}):
        refused(lambda change=change: Transaction.objects.filter(pk=draft.pk).update(**change), match="identity")


def test_a_rule_in_force_is_only_added():
    rule = EarningRule.objects.create(code="seal-test", event_name="reply_posted")
    row = RuleInForce.objects.create(rule=rule, number=1, since=NOON, definition={"a": 1})
    refused(lambda: RuleInForce.objects.filter(pk=row.pk).update(definition={}), match="only added")
    refused(lambda: RuleInForce.objects.filter(pk=row.pk)._raw_delete("default"), match="only added")
    RuleInForce.objects.create(rule=rule, number=2, since=NOON, definition={"a": 2})


if SQLITE:

    @pytest.fixture(params=["ON", "OFF"])
    def recursive_triggers(request):
        """Both ways: another client may not have the house's setting."""
        run_sql(f"PRAGMA recursive_triggers = {request.param}")
        yield
        run_sql("PRAGMA recursive_triggers = ON")

    @pytest.mark.parametrize("verb", ["INSERT OR REPLACE INTO", "REPLACE INTO"])
    def test_a_replacing_insert_steals_nothing_on_sqlite(posting, member, verb, recursive_triggers):
        before = everything()
        draft = header(member)
        entry, use = posting.entries.first(), LotUse.objects.first()
        refused(
            lambda: run_sql(
                f"{verb} badges_entry (id, transaction_id, account_id, point_type_id, amount)"
                " VALUES (%s, %s, %s, %s, 9)",
                entry.pk, draft.pk, entry.account_id, entry.point_type_id,
            )
        )  # fmt: skip
        refused(
            lambda: run_sql(
                f"{verb} badges_lotuse (id, lot_id, transaction_id, amount, kind) VALUES (%s, %s, %s, 1, 'spend')",
                use.pk, use.lot_id, draft.pk,
            )
        )  # fmt: skip
        columns = [field.column for field in Transaction._meta.fields]
        for stolen in ("id", "public_id", "key"):
            other = {
                "id": "999999", "public_id": "'zzz'", "key": "'zzz'", "sealed": "0", "resolves_id": "NULL"
            }  # fmt: skip
            other.pop(stolen)
            values = ", ".join(other.get(column, column) for column in columns)
            refused(
                lambda values=values: run_sql(
                    f"{verb} badges_transaction ({', '.join(columns)})"
                    f" SELECT {values} FROM badges_transaction WHERE id = %s",
                    posting.pk,
                )
            )
        Transaction.objects.filter(pk=draft.pk)._raw_delete("default")
        assert everything() == before

    def test_a_replacing_update_steals_nothing_on_sqlite(posting, member, recursive_triggers):
        draft = header(member)
        loose = leg(draft, "issued", -1)
        before = everything()
        refused(lambda: run_sql("UPDATE OR REPLACE badges_entry SET id = %s WHERE id = %s",
                                posting.entries.first().pk, loose.pk))  # fmt: skip
        refused(lambda: run_sql("UPDATE OR REPLACE badges_transaction SET id = %s WHERE id = %s", posting.pk, draft.pk))
        refused(lambda: run_sql("UPDATE OR REPLACE badges_transaction SET key = %s, source = %s WHERE id = %s",
                                posting.key, posting.source, draft.pk))  # fmt: skip
        assert everything() == before

    def test_a_replacing_insert_of_a_rule_is_refused_on_sqlite(recursive_triggers):
        rule = EarningRule.objects.create(code="seal-test", event_name="reply_posted")
        row = RuleInForce.objects.create(rule=rule, number=1, since=NOON, definition={"a": 1})
        for pk, number in ((row.pk, 7), (10**6, 1)):
            refused(
                lambda pk=pk, number=number: run_sql(
                    "INSERT OR REPLACE INTO badges_ruleinforce (id, rule_id, number, since, definition)"
                    " VALUES (%s, %s, %s, '2026-01-01', '{}')", pk, rule.pk, number,
                ), match="only added",
            )  # fmt: skip

else:

    @pytest.mark.parametrize("table", ["transaction", "entry", "lotuse", "ruleinforce"])
    def test_truncate_is_refused_on_postgres(posting, table):
        run_sql("SET CONSTRAINTS ALL IMMEDIATE")  # PostgreSQL truncates nothing while foreign keys wait to be checked
        run_sql("SET LOCAL ledger.allow_flush = 'off'")
        refused(lambda: run_sql(f"TRUNCATE badges_{table} CASCADE"), match="only added")
        run_sql("SET LOCAL ledger.allow_flush = 'on'")
        run_sql(f"TRUNCATE badges_{table} CASCADE")


def test_the_seal_in_place_is_the_expected_one():
    assert seal.faults() == []
    assert checks.run_checks(tags=[checks.Tags.database], databases=["default"]) == []


def any_trigger():
    if SQLITE:
        return "led_entry_update", "DROP TRIGGER led_entry_update"
    return "led_entry_guard", "DROP TRIGGER led_entry_guard ON badges_entry"


def test_a_lost_trigger_is_found_and_put_back():
    name, drop = any_trigger()
    run_sql(drop)
    assert seal.faults() == [f"{name} is missing"]
    assert [finding.row for finding in verify(["seal"])] == [name]
    (error,) = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    assert (error.id, name in error.msg) == ("badges.E001", True)
    call_command("install_seal", verbosity=0)
    assert seal.faults() == []


def test_an_altered_trigger_is_found():
    if SQLITE:
        name = "led_entry_update"
        run_sql("DROP TRIGGER led_entry_update")
        run_sql("CREATE TRIGGER led_entry_update BEFORE UPDATE ON badges_entry WHEN 0 BEGIN SELECT 1; END")
    else:
        name = "led_lotuse_guard"
        run_sql(
            "CREATE OR REPLACE FUNCTION led_lotuse_guard() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN NEW; END $$"
        )
    assert seal.faults() == [f"{name} is not as it should be"]


def test_a_trigger_that_is_switched_off_is_found():
    if SQLITE:
        assert not [row for row in seal._found_on_sqlite() if not row.startswith("led_")]
        return
    run_sql("ALTER TABLE badges_entry DISABLE TRIGGER led_entry_guard")
    assert seal.faults() == ["led_entry_guard is not as it should be"]


def test_taking_the_seal_away_and_putting_it_back_is_whole(posting):
    seal.remove()
    assert all(re.search("is missing$", fault) for fault in seal.faults())
    assert seal.faults() != []
    seal.install()
    sound()
    refused(lambda: Entry.objects.filter(transaction=posting).update(amount=1))


def test_a_sealed_posting_still_serves_what_follows(posting):
    # The seal closes the rows, not the business: reversals and returns go on beside them.
    then(actions.reverse, posting)
    sound()
