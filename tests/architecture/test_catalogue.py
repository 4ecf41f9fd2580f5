"""The Vietnamese catalogue: every message of ours is there, filled, and keeps its placeholders."""

import re
import shutil
import subprocess
import sys

import polib
import pytest

from tests.architecture.tree import PACKAGES, ROOT, files, name

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)%[sd]|\{\w+\}")


def words(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def untold(needed: polib.POFile, catalogue: polib.POFile) -> list[str]:
    """Messages that the catalogue lacks, leaves empty, or marks as doubtful."""
    told = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    missing = []
    for entry in needed:
        found = told.get((entry.msgctxt, entry.msgid))
        lacks_plural = found is not None and bool(found.msgid_plural) != bool(entry.msgid_plural)
        if found is None or found.fuzzy or lacks_plural or not all(words(found)):
            missing.append(f"{entry.msgctxt}::{entry.msgid}" if entry.msgctxt else entry.msgid)
    return missing


def misplaced(catalogue: polib.POFile) -> list[str]:
    """Messages whose translation names a placeholder that the original does not, or forgets one."""
    wrong = []
    for entry in catalogue:
        known = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural or ""))
        for text in filter(None, words(entry)):
            used = set(PLACEHOLDER.findall(text))
            if used - known or (not entry.msgid_plural and known - used):
                wrong.append(f"{entry.msgid!r} -> {text!r}")
    return wrong


@pytest.fixture(scope="module")
def needed(tmp_path_factory) -> polib.POFile:
    """What makemessages finds in our code and templates, extracted in a copy so that nothing here changes."""
    if shutil.which("xgettext") is None:
        pytest.skip("gettext is not installed: apt-get install -y --no-install-recommends gettext")
    copy = tmp_path_factory.mktemp("messages")
    for path in files(".py", ".html", ".txt", under=(*PACKAGES, "templates")):
        target = copy / name(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    (copy / "locale").mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "vi", "--no-location", "-v", "0"], cwd=copy, check=True,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
    )  # fmt: skip
    return polib.pofile(str(copy / "locale" / "vi" / "LC_MESSAGES" / "django.po"))


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(ROOT / "locale" / "vi" / "LC_MESSAGES" / "django.po"))


def test_every_message_has_its_vietnamese(needed, catalogue):
    missing = untold(needed, catalogue)
    assert not missing, f"{len(missing)} messages without Vietnamese:\n" + "\n".join(missing)


def test_placeholders_are_kept(catalogue):
    assert misplaced(catalogue) == []


def po(**messages: str) -> polib.POFile:
    made = polib.POFile()
    for msgid, msgstr in messages.items():
        made.append(polib.POEntry(msgid=msgid, msgstr=msgstr))
    return made


def test_a_missing_an_empty_and_a_doubtful_message_are_noticed():
    catalogue = po(kept="giữ", empty="", doubtful="ngờ")
    catalogue.find("doubtful").flags.append("fuzzy")
    assert untold(po(kept="", empty="", doubtful="", missing=""), catalogue) == ["empty", "doubtful", "missing"]


def test_a_lost_and_an_invented_placeholder_are_noticed():
    assert misplaced(po(**{"%(n)s points": "điểm", "points": "%(n)s điểm", "%(n)s left": "còn %(n)s"})) == [
        "'%(n)s points' -> 'điểm'",
        "'points' -> '%(n)s điểm'",
    ]
