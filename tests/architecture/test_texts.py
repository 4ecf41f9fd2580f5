"""What no file may hold: registry hosts, paths of one machine, unfinished work, a call past the hub."""

import json
import re
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, ROOT, SLICED, files, name, text_files

# In pieces, so that this file passes its own tests.
REGISTRIES = re.compile(r"registry\.(npm|yarn)" + r"|pypi\." + r"org|python" + r"hosted|npm" + r"js\.(com|org)")
MACHINE = re.compile(r"(?<![\w.])/(home|Users)/[a-z]\w*/" + r"|(?<![\w.])/ro" + r"ot/")
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
PAST_THE_HUB = re.compile(r"\bgroup_" + r"send\b")


def here() -> re.Pattern:
    """The very folder of this copy, where it is long enough to be no accident."""
    return re.compile(re.escape(f"{ROOT}/") if len(ROOT.parts) > 2 else r"(?!)")


def offenders(pattern: re.Pattern) -> dict[str, str]:
    return {name(path): found.group() for path, text in text_files() if (found := pattern.search(text))}


def test_no_registry_host_is_named():
    assert offenders(REGISTRIES) == {}


def test_no_path_of_one_machine_is_named():
    assert offenders(MACHINE) == {}
    assert offenders(here()) == {}


def test_nothing_is_left_unfinished():
    assert offenders(UNFINISHED) == {}


def test_nobody_speaks_past_the_hub():
    assert {path: call for path, call in offenders(PAST_THE_HUB).items() if path.split("/")[0] in PACKAGES} == {}


@pytest.mark.parametrize(
    ("pattern", "bad"),
    [
        (REGISTRIES, "https://regis" + "try.npm" + "js.org/htmx"),
        (REGISTRIES, "https://files.python" + "hosted.org/x.whl"),
        (MACHINE, "see /home" + "/alice/code"),
        (UNFINISHED, "# TO" + "DO later"),
        (PAST_THE_HUB, "await layer.group_" + "send(room, x)"),
    ],
)
def test_each_pattern_bites(pattern, bad):
    assert pattern.search(bad)


def test_this_folder_is_noticed_where_it_can_be_told():
    assert len(ROOT.parts) <= 2 or here().search(f"see {ROOT}/run.py")


def addresses(lock: str) -> list[str]:
    """Addresses in a lock of Python packages: there is no reason for any."""
    return re.findall(r"\w+://\S+", lock)


def resolved(lock: dict) -> list[str]:
    """Packages of an npm lock that say where they came from."""
    return [path for path, package in lock["packages"].items() if "://" in str(package.get("resolved", ""))]


def test_locks_name_no_address():
    for path in ROOT.glob("requirements*.lock"):
        assert addresses(path.read_text()) == [], path.name
    assert resolved(json.loads((ROOT / "package-lock.json").read_text())) == []


def test_an_address_in_a_lock_is_noticed():
    assert addresses("--index-url https://mirror.example/simple")
    assert resolved({"packages": {"node_modules/a": {"resolved": "https://mirror.example/a.tgz"}}})


def pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.\-\[\]]+)==([^\s;]+)", path.read_text(), re.MULTILINE))


def test_both_locks_agree_and_all_is_hashed():
    runtime, dev = pins(ROOT / "requirements.lock"), pins(ROOT / "requirements-dev.lock")
    assert len(runtime) > 40
    assert {package: (pin, dev.get(package)) for package, pin in runtime.items() if dev.get(package) != pin} == {}
    for path in ROOT.glob("requirements*.lock"):
        assert path.read_text().count("==") <= path.read_text().count("--hash=sha256:"), path.name


def event_classes(code: str) -> list[str]:
    """Names of the event classes in a file of event types."""
    return re.findall(r"^class ([A-Z]\w+)", code, re.MULTILINE)


def test_every_event_is_told_in_its_package():
    for path in (ROOT / "portal" / "events" / "types").glob("*.py"):
        if path.stem == "base":  # what all events share
            continue
        speaker = path.stem if path.stem in SLICED else "portal"
        told = "\n".join(readme.read_text() for readme in files(".md", under=(speaker,)))
        silent = [event for event in event_classes(path.read_text()) if not re.search(rf"\b{event}\b", told)]
        assert silent == [], f"{path.name}: name these in a README under {speaker}/"


def test_an_event_class_is_recognised():
    assert event_classes("@event\nclass ReplyPosted:\n    post_id: int\n") == ["ReplyPosted"]


def read_variables(code: str) -> set[str]:
    """Names of the environment variables that a settings file reads."""
    return set(re.findall(r"\benv\.\w+\(\s*\"([A-Z_]+)\"", code))


def test_every_variable_is_in_the_example():
    example = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    read = set().union(*(read_variables(path.read_text()) for path in (ROOT / "portal" / "settings").glob("*.py")))
    assert read - example == set()
    assert example - read - {"DJANGO_SETTINGS_MODULE"} == set()


def test_a_variable_is_recognised():
    assert read_variables('PORT = env.integer("TRIAN_PORT", 1)') == {"TRIAN_PORT"}
