"""The test database: migrated once, copied for each run, and put back whole after each test that really commits.

Migrating from nothing costs 30 seconds and more, so a template is kept: for SQLite a file under `var/test/`, named by a
hash of all migration files and installed versions; for PostgreSQL a template database in the throwaway cluster. A kept
file whose migrations all stand unchanged is brought forward by the new ones alone. Putting the template back replaces
Django's flush, which would wipe what migrations wrote (root page, locale, groups, kinds of points) and which the
ledger's seal refuses.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from asgiref.sync import SyncToAsync
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "var" / "test"
KEPT_TEMPLATES = 8


def schema() -> dict[str, str]:
    """What the schema is made of: every migration file of ours by its hash, and the versions of installed packages."""
    parts: dict[str, str] = {}
    packages = hashlib.sha256()
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        folder = Path(config.path)
        if ROOT in folder.parents and ".venv" not in folder.parts:
            for path in sorted((folder / "migrations").glob("*.py")):
                parts[f"{config.label}/{path.name}"] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            packages.update(config.name.encode())
    for name in sorted(f"{dist.name}=={dist.version}" for dist in importlib.metadata.distributions()):
        packages.update(name.encode())
    return parts | {"packages": packages.hexdigest()}


def schema_name(parts: dict[str, str]) -> str:
    """A short name for a schema."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def nearest(parts: dict[str, str]) -> Path | None:
    """The kept template from which the fewest migrations lead to this schema; None when none leads there.

    It must have been made by the same packages, and by no migration that has since changed or gone.
    """
    best, most = None, 0
    for template in TEMPLATES.glob("template-*.sqlite3"):
        note = template.with_suffix(".json")
        made = json.loads(note.read_text()) if note.exists() else {}
        if made.get("packages") == parts["packages"] and made.items() <= parts.items() and len(made) > most:
            best, most = template, len(made)
    return best


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def _point_sqlite_at(path: Path) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = str(path)


def sqlite_template() -> Path:
    """Path of the migrated template file; made by the first who needs it while others wait."""
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    parts = schema()
    template = TEMPLATES / f"template-{schema_name(parts)}.sqlite3"
    with (TEMPLATES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            draft = TEMPLATES / f"draft-{os.getpid()}.sqlite3"
            _remove_sqlite(draft)
            if (older := nearest(parts)) is not None:
                draft.write_bytes(older.read_bytes())
            _point_sqlite_at(draft)
            _migrate()
            connections.close_all()
            with sqlite3.connect(draft) as raw:  # one file, no journal beside it
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                raw.execute("PRAGMA journal_mode=DELETE")
            raw.close()
            draft.replace(template)
            template.with_suffix(".json").write_text(json.dumps(parts))
            _remove_sqlite(draft)
            for old in sorted(TEMPLATES.glob("template-*.sqlite3"), key=os.path.getmtime)[:-KEPT_TEMPLATES]:
                old.unlink(missing_ok=True)
                old.with_suffix(".json").unlink(missing_ok=True)
        os.utime(template)
    return template


def _remove_sqlite(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def use_sqlite_copy(folder: Path) -> tuple[Callable[[], None], Callable[[], None]]:
    """Point Django at a fresh copy of the template; returns (put the template back, remove the copy)."""
    pristine = folder / "pristine.sqlite3"
    pristine.write_bytes(sqlite_template().read_bytes())
    copy = folder / "test.sqlite3"
    copy.write_bytes(pristine.read_bytes())
    _point_sqlite_at(copy)

    def restore() -> None:
        # SQLite's own backup: a connection that another thread forgot to close sees a changed file, not a torn one.
        connections.close_all()
        source, target = sqlite3.connect(pristine), sqlite3.connect(copy, timeout=30)
        try:
            source.backup(target)
        finally:
            source.close()
            target.close()

    def remove() -> None:
        connections.close_all()
        _remove_sqlite(copy)
        _remove_sqlite(pristine)

    return restore, remove


def _close_postgres() -> None:
    """Close connections and their pool, so that nothing holds the database."""
    # The thread in which async code runs its queries keeps a connection of its own from test to test.
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()
    connections.close_all()
    close_pool = getattr(connection, "close_pool", None)
    if close_pool is not None:
        close_pool()


def use_postgres_copy(suffix: str) -> tuple[Callable[[], None], Callable[[], None]]:
    """Point Django at a copy of a migrated template database; returns (put the template back, remove the copy)."""
    template, copy = f"trian_template{suffix}", f"trian_test{suffix}"
    original = connection.settings_dict["NAME"]

    def server(*statements: str) -> None:
        _close_postgres()
        with connection._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    server(f'DROP DATABASE IF EXISTS "{template}" WITH (FORCE)', f'CREATE DATABASE "{template}"')
    connection.settings_dict["NAME"] = template
    _migrate()

    def restore() -> None:
        server(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)', f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')

    restore()
    connection.settings_dict["NAME"] = copy

    def remove() -> None:
        server(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)', f'DROP DATABASE IF EXISTS "{template}" WITH (FORCE)')
        connection.settings_dict["NAME"] = original

    return restore, remove
