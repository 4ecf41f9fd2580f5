"""Bringing a house back from its archive: everything is checked and laid ready before anything is replaced."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from portal.backups import archive, databases
from portal.backups.archive import DATABASE, Refused
from portal.core import webprocess


def restore(source: Path, *, replace: bool) -> dict[str, Any]:
    """Restores database and files, brings the tables up to date, and returns the archive's manifest.

    Raises Refused (a damaged, foreign or newer archive; somebody lives here and `replace` was not said; a web process
    is running) and databases.Failed, both with everything as it was. Running it again gives the same house.
    """
    _refuse_an_open_house()
    if not replace and not (databases.is_empty() and not any(archive.files())):
        raise Refused("Somebody lives here already: with --replace the archive takes the place of everything.")
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.VAR_DIR) as name:
        folder = Path(name)
        manifest = archive.unpack(source, folder)
        databases.load(folder / DATABASE)
        for root, place in archive.roots().items():
            _exchange(folder / root, place)
    call_command("migrate", interactive=False, verbosity=0)
    return manifest


def _refuse_an_open_house() -> None:
    if settings.REDIS_URL or settings.RELAY == "off":
        return
    try:
        webprocess.hold_lock()
    except webprocess.SecondWebProcess:
        raise Refused("A web process is running: end it, the worker and the scheduler first.") from None


def _exchange(new: Path, place: Path) -> None:
    """Puts a folder in the place of another; the old one goes when the new one stands."""
    old = place.with_name(place.name + ".before")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    place.parent.mkdir(parents=True, exist_ok=True)
    new.mkdir(parents=True, exist_ok=True)
    shutil.move(new, place)
    shutil.rmtree(old, ignore_errors=True)
