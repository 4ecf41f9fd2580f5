"""Whether the seal is in place: the triggers that guard sealed rows, compared with the ones that should be there.

The statements themselves stand in the migration that puts them in place; a forgotten or failed re-creation after a
rebuilt table would be silent otherwise. Used by Django's `database` checks, `verify_ledger` and `install_seal`.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

# Oldest first: the newest one that a database has applied says what its seal looks like.
VERSIONS = ["0002_seal", "0015_chain_over_the_ledger"]

# pg_trigger.tgtype, a set of bits.
_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 4, 8, 16, 32
_BITS = {
    "BEFORE": _BEFORE, "INSERT": _INSERT, "DELETE": _DELETE, "UPDATE": _UPDATE, "TRUNCATE": _TRUNCATE,
    "FOR EACH ROW": _ROW, "FOR EACH STATEMENT": 0,
}  # fmt: skip

Marks = dict[str, tuple[Any, ...]]


def _migration() -> Any | None:
    applied = {name for app, name in MigrationRecorder(connection).applied_migrations() if app == "badges"}
    current = [name for name in VERSIONS if name in applied]
    return import_module(f"badges.migrations.{current[-1]}") if current else None


def faults() -> list[str]:
    """What is missing from the seal, altered or switched off, each named; empty when all is in place.

    A database that has not been migrated so far is not expected to have one.
    """
    migration = _migration()
    if migration is None:
        return []
    expected, found = (
        (_expected_on_sqlite(migration), _found_on_sqlite())
        if connection.vendor == "sqlite"
        else (_expected_on_postgres(migration), _found_on_postgres())
    )
    missing = [f"{name} is missing" for name in expected if name not in found]
    altered = [f"{name} is not as it should be" for name in expected if name in found and found[name] != expected[name]]
    foreign = [f"{name} is not ours" for name in found if name not in expected]
    return missing + altered + foreign


def _expected_on_sqlite(migration: Any) -> Marks:
    return {name: (sql.strip(),) for name, sql in migration.SQLITE.items()}


def _found_on_sqlite() -> Marks:
    with connection.cursor() as cursor:
        cursor.execute(r"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'led\_%' ESCAPE '\'")
        return {name: (sql,) for name, sql in cursor.fetchall()}


def _expected_on_postgres(migration: Any) -> Marks:
    return {
        name: (
            table, sum(_BITS[word] for word in timing.replace(" OR ", " ").split()) + _BITS[level], True,
            migration.POSTGRES_FUNCTIONS[function].strip(),
        )
        for name, (table, timing, level, function) in migration.POSTGRES_TRIGGERS.items()
    }  # fmt: skip


def _found_on_postgres() -> Marks:
    with connection.cursor() as cursor:
        cursor.execute(
            r"""
            SELECT t.tgname, c.relname, t.tgtype, t.tgenabled = 'O', p.prosrc
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE NOT t.tgisinternal AND t.tgname LIKE 'led\_%'
            """
        )
        return {name: (table, bits, on, body.strip()) for name, table, bits, on, body in cursor.fetchall()}


def install() -> None:
    """Puts the seal in place again, whole."""
    migration = _migration()
    if migration is None:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in migration.remove_statements(connection.vendor):
            cursor.execute(statement)
        for statement in migration.install_statements(connection.vendor):
            cursor.execute(statement)


def remove() -> None:
    """Takes the seal away: only for tests that plant a fault and for the surgeon."""
    migration = _migration()
    if migration is None:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in migration.remove_statements(connection.vendor):
            cursor.execute(statement)


@register(Tags.database)
def check_seal(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuses to go on with a ledger that the database does not guard."""
    if not databases or connection.alias not in databases:
        return []
    return [
        Error(
            f"The seal of the points ledger is broken: {fault}.",
            hint="Run `manage.py verify_ledger`, then `manage.py install_seal`.",
            id="badges.E001",
        )
        for fault in faults()
    ]
