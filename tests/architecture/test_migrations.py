"""Migrations: human names, frozen against the code of today, and none forgotten."""

import ast
import re

import pytest
from django.core.management import call_command

from tests.architecture.tree import PACKAGES, files, imported, name

# The kernel holds no models and its few field helpers are part of the schema's history.
STABLE = ("portal.core",)


def bad_name(stem: str) -> bool:
    """Whether a migration's name says nothing: made up by the tool, or a bare number."""
    return (
        not re.match(r"\d{4}_[a-z]", stem)
        or "_auto_" in stem
        or bool(re.fullmatch(r"\d{4}_(initial|squashed.*)", stem))
    )


def app_imports(code: str) -> list[str]:
    """Imports of our own code, which may change under a migration that must not."""
    return [
        module
        for module in imported(ast.parse(code))
        if module.split(".")[0] in PACKAGES and not module.startswith(STABLE)
    ]


def migrations():
    return [path for path in files(".py") if path.parent.name == "migrations" and path.name != "__init__.py"]


def test_migrations_have_human_names():
    assert [name(path) for path in migrations() if bad_name(path.stem)] == []


def test_migrations_import_nothing_that_changes():
    found = {name(path): app_imports(path.read_text()) for path in migrations()}
    assert {path: modules for path, modules in found.items() if modules} == {}


@pytest.mark.django_db
def test_no_migration_is_forgotten():
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


@pytest.mark.parametrize("stem", ["0002_auto_20261121_1830", "0001_initial", "0003", "two_spaces"])
def test_a_name_that_says_nothing_is_noticed(stem):
    assert bad_name(stem)


def test_an_import_of_living_code_is_noticed():
    code = "from badges.ledger.models import Entry\nimport portal.core.ids"
    assert app_imports(code) == ["badges.ledger.models.Entry"]
