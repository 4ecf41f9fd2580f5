"""The drill of promise 11, on both databases: a house is backed up, lost and brought back, and its ledger holds."""

from __future__ import annotations

import io
import json
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from portal.accounts.models import Member
from portal.backups import archive, databases
from tests.badges.ledger.book import earn, has, new_member
from tests.helpers.servers import postgres_program

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]
PICTURE = bytes(range(256)) * 900


@pytest.fixture(autouse=True)
def places(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Folders of this test alone."""
    settings.VAR_DIR = tmp_path / "var"
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "var/media", tmp_path / "var/private"
    for path in ("media/spaces/a.webp", "private/uploads/b.webp", "private/exports/c.zip"):
        (tmp_path / "var" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "var" / path).write_bytes(PICTURE)
    yield
    connections.close_all()


def run(*words: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command(*[str(word) for word in words], stdout=out, **options)
    return out.getvalue()


def all_rows() -> dict[str, list[Any]]:
    """Every row of every table, but the search index's own shadow tables, whose pages are no rows."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if "_fts" not in table:
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def a_small_world() -> list[Member]:
    members = [new_member() for _ in range(3)]
    for member in members:
        earn(member, 10)
        earn(member, 5)
    return members


def lose_everything(var: Path) -> None:
    """The disk is gone: no file, no table."""
    connections.close_all()
    for path in sorted(var.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as raw:
            empty = sqlite3.connect(":memory:")
            empty.backup(raw)
            empty.close()
    else:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    assert databases.is_empty()


def test_promise_11_a_house_that_was_lost_comes_back_row_by_row(settings: Any, tmp_path: Path) -> None:
    members, kept = a_small_world(), tmp_path / "kept.tar"
    before = all_rows()
    assert "3 files" in run("back_up", kept)
    assert kept.stat().st_mode & 0o777 == 0o600
    lose_everything(settings.VAR_DIR)
    said = run("restore", kept)
    assert "checks hold." in said
    assert all_rows() == before
    assert [has(member) for member in members] == [{"available": 15}] * 3
    assert (settings.MEDIA_ROOT / "spaces/a.webp").read_bytes() == PICTURE
    assert (settings.PRIVATE_ROOT / "uploads/b.webp").read_bytes() == PICTURE
    assert not (settings.PRIVATE_ROOT / "exports").exists()
    # The seal came back with the tables: what was written cannot be changed.
    with pytest.raises(Exception, match=r"(?i)ledger|append"), connection.cursor() as cursor:
        cursor.execute("UPDATE badges_entry SET amount = amount + 1")


def test_whoever_lives_here_is_not_replaced_unless_that_was_said(settings: Any, tmp_path: Path) -> None:
    a_small_world()
    kept = tmp_path / "kept.tar"
    run("back_up", kept)
    late = new_member()
    (settings.MEDIA_ROOT / "late.webp").write_bytes(b"late")
    with pytest.raises(CommandError, match="Somebody lives here"):
        run("restore", kept)
    assert Member.objects.filter(pk=late.pk).exists()
    run("restore", kept, "--replace")
    assert not Member.objects.filter(pk=late.pk).exists()
    assert not (settings.MEDIA_ROOT / "late.webp").exists()
    assert run("verify_ledger").endswith("checks hold.\n")


def changed(kept: Path, to: Path, change: Any) -> Path:
    """A copy of an archive in which `change(name, bytes)` replaced members; None leaves one out."""
    with tarfile.open(kept) as source, tarfile.open(to, "w") as target:
        for member in source:
            data = change(member.name, source.extractfile(member).read())
            if data is not None:
                member.size = len(data)
                target.addfile(member, io.BytesIO(data))
    return to


def edited(**values: Any) -> Any:
    return lambda name, data: json.dumps(json.loads(data) | values).encode() if name == archive.MANIFEST else data


DAMAGE = {
    "a changed picture": (lambda name, data: data[:-1] + b"x" if name.startswith("media") else data, "is damaged"),
    "a changed database": (lambda name, data: data + b"x" if name == "database" else data, "is damaged"),
    "a missing picture": (lambda name, data: None if name.startswith("media") else data, "is damaged"),
    "no manifest": (lambda name, data: None if name == "manifest.json" else data, "without its manifest"),
    "another format": (edited(format="other"), "another or a newer program"),
    "a newer format": (edited(version=archive.VERSION + 1), "another or a newer program"),
    "a newer release": (edited(migrations=["portal.9999_of_tomorrow"]), "a newer release"),
    "another database": (edited(vendor="oracle"), "oracle database"),
}


def test_a_damaged_or_foreign_archive_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    a_small_world()
    kept = tmp_path / "kept.tar"
    run("back_up", kept)
    before = all_rows()
    for number, (change, words) in enumerate(DAMAGE.values()):
        with pytest.raises(CommandError, match=words):
            run("restore", changed(kept, tmp_path / f"{number}.tar", change), "--replace")
    short = tmp_path / "short.tar"
    short.write_bytes(kept.read_bytes()[:-30_000])
    with pytest.raises(CommandError, match=r"cannot be read|without its manifest"):
        run("restore", short, "--replace")
    for name in ("../evil", "media/../../evil", "/etc/evil", "other"):
        foreign = tmp_path / "foreign.tar"
        with tarfile.open(foreign, "w") as tar:
            tar.addfile(tarfile.TarInfo(name))
        with pytest.raises(CommandError, match="not an archive of this house"):
            run("restore", foreign, "--replace")
    with pytest.raises(CommandError):
        run("restore", tmp_path / "nowhere.tar", "--replace")
    assert all_rows() == before


def test_an_archive_is_never_written_over_and_a_half_one_never_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    run("back_up", folder)
    [kept] = folder.iterdir()
    with pytest.raises(CommandError, match="there already"):
        run("back_up", kept)

    def broken(_to: Path) -> None:
        raise databases.Failed("pg_dump: out of luck")

    monkeypatch.setattr(databases, "dump", broken)
    with pytest.raises(CommandError, match="out of luck"):
        run("back_up", tmp_path / "other.tar")
    assert not list(tmp_path.glob("other.tar*"))


def test_an_open_house_is_not_restored(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.core import webprocess

    def taken() -> None:
        raise webprocess.SecondWebProcess

    kept = tmp_path / "kept.tar"
    run("back_up", kept)
    settings.RELAY, settings.REDIS_URL = "thread", ""
    monkeypatch.setattr(webprocess, "hold_lock", taken)
    with pytest.raises(CommandError, match="A web process is running"):
        run("restore", kept, "--replace")


def test_no_password_stands_on_a_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    class Done:
        returncode, stderr = 0, ""

    def noted(command: Any, env: dict[str, str], **_options: Any) -> Any:
        asked.append((command, env))
        return Done

    if postgres_program("pg_dump") is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    monkeypatch.setattr(databases.subprocess, "run", noted)
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "canary-9Q")
    databases._run("pg_dump", "--format=custom")
    [(command, env)] = asked
    assert "canary-9Q" not in " ".join(command)
    assert env["PGPASSWORD"] == "canary-9Q"
