"""The import rule: seven contracts in pyproject.toml, kept by the code and each able to bite."""

import ast
import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.architecture.tree import ROOT, files, imported, name

LINTER = "from importlinter.cli import lint_imports_command; lint_imports_command()"

# A house with one forbidden step in each contract's field.
BAD_HOUSE = {
    "portal/core/ids.py": "import portal.events.bus\n",
    "portal/events/bus.py": "",
    "portal/home/views.py": "from community.forum import models\n",
    "community/markup/render.py": "import community.chat.models\n",
    "community/chat/models.py": "",
    "community/forum/models.py": "import community.forum.views\n",
    "community/forum/views/__init__.py": "",
    "community/forum/actions.py": "import channels.layers\n",
    "badges/ledger/models.py": "import badges.earning.models\n",
    "badges/earning/models.py": "",
    "brand/identity/models.py": "import brand.stories.models\n",
    "brand/stories/models.py": "",
    "brand/utils/things.py": "",
}


def lint(folder) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", LINTER, "--no-cache", "--config", "pyproject.toml"], cwd=folder, text=True,
        capture_output=True, check=False, env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
    )  # fmt: skip


def test_the_import_rule_is_kept():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_contract_bites(tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for path, code in BAD_HOUSE.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        for folder in target.relative_to(tmp_path).parents[:-1]:
            (tmp_path / folder / "__init__.py").touch()
        target.write_text(code)
    result = lint(tmp_path)
    broken = re.findall(r"^(\d)\. .*BROKEN", result.stdout, re.MULTILINE)
    assert broken == ["1", "2", "3", "4", "5", "6", "7"], result.stdout


def web_imports(code: str) -> list[str]:
    """Imports that know about requests: an action translates nothing, its edge does."""
    return [module for module in imported(ast.parse(code)) if re.match(r"django\.(http|shortcuts)\b", module)]


def is_action(path) -> bool:
    parts = path.relative_to(ROOT).parts
    return path.name in ("actions.py", "permissions.py") or "actions" in parts


def test_actions_know_nothing_of_requests():
    found = {name(path): web_imports(path.read_text()) for path in files(".py") if is_action(path)}
    assert {path: modules for path, modules in found.items() if modules} == {}


@pytest.mark.parametrize("code", ["from django.http import Http404", "import django.shortcuts"])
def test_web_import_check_bites(code):
    assert web_imports(code)
