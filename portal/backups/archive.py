"""One archive of everything that cannot be made again: the database and the files that people brought.

A tar of `database`, `media/…`, `private/…` and, as its last member, `manifest.json` with what it is, which migrations
it holds and the SHA-256 of every member: an archive that broke off has none. It holds personal data; the file is
readable by its owner alone.
"""

import hashlib
import io
import json
import os
import platform
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from portal.backups import databases
from portal.core import clock

FORMAT, VERSION = "trian-backup", 1
MANIFEST, DATABASE = "manifest.json", "database"
BLOCK = 1024 * 1024
# Copies of personal data that somebody fetched for herself: they end after days, and she can ask for another.
LEFT_OUT = ("private/exports/",)


class Refused(Exception):
    """The archive cannot be used, or the place is taken; the message says which and why."""


def roots() -> dict[str, Path]:
    """The folders that are kept, by the name that they have in an archive."""
    return {"media": Path(settings.MEDIA_ROOT), "private": Path(settings.PRIVATE_ROOT)}


def migrations() -> list[str]:
    """What was done to the tables, `app.name` each."""
    return sorted(f"{app}.{name}" for app, name in MigrationLoader(connection).applied_migrations)


def write(to: Path) -> dict[str, Any]:
    """Writes the archive and returns its manifest; raises Refused when the file is there already.

    The database comes first: a file that was brought meanwhile is in the archive without its row, never the other way
    round. Until it is whole the archive is called `….part`; one that cannot be finished is removed.
    """
    if to.exists():
        raise Refused(f"{to} is there already; choose another name.")
    part = to.with_name(to.name + ".part")
    handle = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
    try:
        with os.fdopen(handle, "w+b") as stream:
            manifest = _write(stream, part.parent)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(to)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return manifest


def _write(stream: IO[bytes], beside: Path) -> dict[str, Any]:
    members: dict[str, dict[str, Any]] = {}
    with (
        tempfile.TemporaryDirectory(prefix=".backup-", dir=beside) as folder,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        held = migrations()
        dump = Path(folder) / DATABASE
        databases.dump(dump)
        for name, path in [(DATABASE, dump), *files()]:
            if (told := _add(tar, name, path)) is not None:
                members[name] = told
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "made_at": clock.now().isoformat(),
            "vendor": connection.vendor,
            "programs": {
                "python": platform.python_version(),
                "django": django.get_version(),
                connection.vendor: databases.version(),
            },
            "migrations": held,
            "files": members,
        }
        _add_bytes(tar, MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    return manifest


def files() -> Iterator[tuple[str, Path]]:
    """Every file that people brought, with its name in the archive; links are not followed."""
    for root, folder in roots().items():
        for path in sorted(folder.rglob("*")):
            name = f"{root}/{path.relative_to(folder).as_posix()}"
            if path.is_file() and not path.is_symlink() and not name.startswith(LEFT_OUT):
                yield name, path


def _add(tar: tarfile.TarFile, name: str, path: Path) -> dict[str, Any] | None:
    """Adds one file as it was when it was opened; None for one that was taken away meanwhile."""
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return None
    with source:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = os.fstat(source.fileno()).st_size, int(path.stat().st_mtime), 0o600
        counted = Counted(source)
        tar.addfile(info, counted)
    return {"size": info.size, "sha256": counted.sum.hexdigest()}


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o600
    tar.addfile(info, io.BytesIO(data))


class Counted(io.RawIOBase):
    """A file that sums what is read from it."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source, self.sum = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes of the source."""
        data = self.source.read(size)
        self.sum.update(data)
        return data


def unpack(archive: Path, folder: Path) -> dict[str, Any]:
    """Unpacks into an empty folder and returns the manifest; raises Refused for a damaged, foreign or newer archive.

    Everything is checked against the manifest before anybody may use it. Only plain files at the places that an archive
    of ours has are taken.
    """
    found: dict[str, dict[str, Any]] = {}
    raw = b""
    try:
        with tarfile.open(archive, mode="r:") as tar:
            for member in tar:
                source = tar.extractfile(member) if member.isreg() else None
                if source is None or not _is_ours(member.name):
                    raise Refused(f"{archive} is not an archive of this house: it holds {member.name!r}.")
                if member.name == MANIFEST:
                    raw = source.read()
                else:
                    found[member.name] = _unpack_one(source, folder / member.name)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Refused(f"{archive} cannot be read: {error}") from error
    manifest = _read_manifest(archive, raw)
    if manifest["files"] != found:
        wrong = sorted(n for n in {*manifest["files"], *found} if manifest["files"].get(n) != found.get(n))
        raise Refused(f"{archive} is damaged: {', '.join(wrong[:3])} is not what the manifest says.")
    return manifest


def _is_ours(name: str) -> bool:
    parts = name.split("/")
    inside = len(parts) > 1 and parts[0] in roots() and not {"", ".", ".."} & set(parts)
    return name in (MANIFEST, DATABASE) or inside


def _unpack_one(source: IO[bytes], to: Path) -> dict[str, Any]:
    to.parent.mkdir(parents=True, exist_ok=True)
    total, size = hashlib.sha256(), 0
    with to.open("xb") as target:
        while data := source.read(BLOCK):
            total.update(data)
            size += len(data)
            target.write(data)
    return {"size": size, "sha256": total.hexdigest()}


def _read_manifest(archive: Path, raw: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(raw)
        is_ours = manifest["format"] == FORMAT
    except (ValueError, KeyError, TypeError):
        raise Refused(f"{archive} is damaged or broke off: it ends without its manifest.") from None
    if not is_ours or manifest["version"] > VERSION:
        raise Refused(f"{archive} was made by another or a newer program (format {manifest['format']!r}).")
    if manifest["vendor"] != connection.vendor:
        raise Refused(f"{archive} holds a {manifest['vendor']} database; this house runs on {connection.vendor}.")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    ours = ("portal.", "community.", "badges.", "brand.")
    unknown = sorted(name for name in manifest["migrations"] if name.startswith(ours) and name not in known)
    if unknown:
        raise Refused(f"{archive} was made by a newer release (it holds {unknown[0]}): install that one first.")
    return dict(manifest)
