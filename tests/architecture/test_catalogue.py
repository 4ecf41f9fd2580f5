"""The Vietnamese catalogues: every message of ours and of the packages is there, filled, and keeps its placeholders."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import django
import polib
import pytest
from django.apps import apps

from tests.architecture.tree import PACKAGES, ROOT, files, name

PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|(?<!%)%[sd]|\{\w*\}")
LIBRARIES = ROOT / "locale" / "libraries" / "vi" / "LC_MESSAGES"
# Strings of packages that stay as they are, each with its reason.
SAME_IN_BOTH = {"ID"}  # the same two letters in Vietnamese
# Django's greeting on an empty project: a page that our addresses hide.
NEVER_SHOWN = re.compile(
    r"The install worked|release notes</a> for Django|DEBUG=True</a>|Django Documentation|Topics, references"
    r"|A Polling App|Get started with Django|Django Community|Connect, get help"
)
# Words of ours that packages use too, said our way there as well: the house's own voice, right in both places. Anything
# else needs a context of its own (`{% translate "Type" context "letters" %}`), or it would bend the editor's words.
SAID_OUR_WAY = set(
    """
A user is already registered with this email address.
Authenticator code
Be patient, you are sending too many requests.
Change
Copied
Copy
Dark
Home
Invalid login.
Link
MFA
More
Note
Null characters are not allowed.
Number
Numbered list
Pages
Privacy
Revoked
Save
Text
The email address and/or password you specified are not correct.
This account is currently inactive.
This email address is already associated with this account.
This field is required.
Title
Too many failed login attempts. Try again later.
Use authenticator app or code
User Sessions
Words
You cannot activate two-factor authentication until you have verified your email address.
You cannot deactivate two-factor authentication.
You cannot generate recovery codes without having two-factor authentication enabled.
Your primary email address must be verified.
version
""".splitlines()
)


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


def shipped() -> dict[tuple[str, Path], polib.POFile]:
    """Per domain and folder, what each installed package calls its messages."""
    homes = {Path(django.__file__).parent / "conf" / "locale"}
    homes |= {Path(app.path) / "locale" for app in apps.get_app_configs() if app.name.split(".")[0] not in PACKAGES}
    found = {}
    for home in sorted(homes):
        for path in (home / "en" / "LC_MESSAGES").glob("*.po"):
            found[path.stem, home] = polib.pofile(str(path))
    return found


def untold_of_libraries(domain: str, home: Path, needed: polib.POFile) -> list[str]:
    """Messages of a package that neither we nor the package itself say in Vietnamese."""
    ours = polib.pofile(str(LIBRARIES / f"{domain}.po"))
    theirs_path = home / "vi" / "LC_MESSAGES" / f"{domain}.po"
    theirs = polib.pofile(str(theirs_path)) if theirs_path.exists() else polib.POFile()
    both = polib.POFile()
    both.extend([*theirs, *ours])  # a later one wins
    asked = polib.POFile()
    asked.extend(entry for entry in needed if not entry.obsolete)
    missing = untold(asked, both)
    return [text for text in missing if text not in SAME_IN_BOTH and not NEVER_SHOWN.search(text)]


def test_every_message_of_the_packages_has_its_vietnamese():
    catalogues = shipped()
    assert len(catalogues) > 15
    missing = {
        str(home): found
        for (domain, home), po in catalogues.items()
        if (found := untold_of_libraries(domain, home, po))
    }
    assert missing == {}


def test_a_new_message_of_a_package_is_noticed():
    needed = po(**{"Save draft": "", "Save draft and brew tea": ""})
    assert untold_of_libraries("django", Path("nowhere"), needed) == ["Save draft and brew tea"]


def bent(ours: polib.POFile, theirs: polib.POFile) -> list[str]:
    """Messages of packages that our catalogue, which wins, says otherwise than theirs."""
    told = {(entry.msgctxt, entry.msgid): words(entry) for entry in theirs}
    return [
        f"{entry.msgid!r}: {words(entry)[0]!r} instead of {told[entry.msgctxt, entry.msgid][0]!r}"
        for entry in ours
        if words(entry) != told.get((entry.msgctxt, entry.msgid), words(entry)) and entry.msgid not in SAID_OUR_WAY
    ]


def test_no_word_of_ours_bends_a_word_of_the_editor(catalogue):
    assert bent(catalogue, polib.pofile(str(LIBRARIES / "django.po"))) == []


def test_a_word_that_bends_the_editors_is_noticed():
    assert bent(po(Type="Chữ", Home="Nhà", Cup="Chén"), po(Type="Loại", Home="Trang chủ")) == [
        "'Type': 'Chữ' instead of 'Loại'"
    ]


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_placeholders_of_the_packages_are_kept(domain):
    assert misplaced(polib.pofile(str(LIBRARIES / f"{domain}.po"))) == []


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
