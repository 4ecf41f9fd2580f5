"""Copying a database out and in, while the house is open (out) or closed (in).

SQLite by its own backup (a consistent copy beside writers); PostgreSQL by `pg_dump`, `pg_restore` and `psql`, told by
the environment where to go, so that no password stands on a command line.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from django.db import connection, connections

WAITS_FOR_LOCKS = "10s"


class Failed(Exception):
    """A program of the database failed; the message holds its last words."""


def version() -> str:
    """The database's own version."""
    if connection.vendor == "sqlite":
        return sqlite3.sqlite_version
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])


def dump(to: Path) -> None:
    """Writes a consistent copy to a new file; raises Failed."""
    if connection.vendor != "sqlite":
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", str(to))
        return
    with closing(sqlite3.connect(_path(), timeout=20)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, no journal beside it
        [(found,)] = target.execute("PRAGMA integrity_check(1)").fetchall()
    if found != "ok":
        raise Failed(f"The database itself is damaged: {found}")


def is_empty() -> bool:
    """Whether nobody lives here: no tables, or freshly made ones without a single member."""
    if "portal_member" not in connection.introspection.table_names():
        return not connection.introspection.table_names()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM portal_member LIMIT 1")
        return cursor.fetchone() is None


def load(dumped: Path) -> None:
    """Puts a copy in the place of what is there, wholly or not at all; raises Failed.

    Nobody else may work on the database: PostgreSQL waits ten seconds for locks, SQLite twenty.
    """
    has_tables = bool(connection.introspection.table_names())
    connections.close_all()
    if connection.vendor == "sqlite":
        _load_sqlite(dumped)
        return
    sql = dumped.with_name("database.sql")
    # To a file first: were it piped, psql could not tell a dump that broke off from one that ended.
    _run("pg_restore", "--no-owner", "--no-privileges", "--file", str(sql), str(dumped))
    clear = ["--command", "DROP SCHEMA public CASCADE", "--command", "CREATE SCHEMA public"] if has_tables else []
    steady = ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--single-transaction"]
    _run("psql", *steady, *clear, "--file", str(sql))
    close_pool = getattr(connection, "close_pool", None)
    if close_pool is not None:  # its connections remember tables that are gone
        close_pool()


def _load_sqlite(dumped: Path) -> None:
    try:
        with closing(sqlite3.connect(dumped)) as source, closing(sqlite3.connect(_path(), timeout=20)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=WAL")
    except sqlite3.Error as error:
        raise Failed(f"SQLite: {error}") from error


def _path() -> str:
    return str(connection.settings_dict["NAME"])


def program(name: str) -> str:
    """Path of one of PostgreSQL's programs, the newest installed; Debian keeps them out of PATH. Raises Failed."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which(name)
    if not found:
        raise Failed(f"{name} is not installed: apt-get install -y --no-install-recommends postgresql-client")
    return found


def environment() -> dict[str, str]:
    """Where PostgreSQL's programs go, in the variables that they all read."""
    told = connection.settings_dict
    options = told.get("OPTIONS") or {}
    named = {
        "PGHOST": told.get("HOST"), "PGPORT": told.get("PORT"), "PGUSER": told.get("USER"),
        "PGPASSWORD": told.get("PASSWORD"), "PGDATABASE": told.get("NAME"), "PGSSLMODE": options.get("sslmode"),
        "PGSSLROOTCERT": options.get("sslrootcert"), "PGOPTIONS": f"-c lock_timeout={WAITS_FOR_LOCKS}",
    }  # fmt: skip
    return {**os.environ, **{name: str(value) for name, value in named.items() if value}}


def _run(name: str, *words: str) -> None:
    command: Sequence[str] = [program(name), *words]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Failed(f"{name}: {done.stderr.strip()[-600:] or f'exit code {done.returncode}'}")
