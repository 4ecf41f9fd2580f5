"""What the architecture tests look at: the files of the project, its packages and its rooms."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "community", "badges", "brand")
SLICED = ("community", "badges", "brand")
NOT_OURS = {".git", ".venv", "node_modules", "var", "__pycache__", "build"}
TEXT_SUFFIXES = {
    "", ".py", ".html", ".txt", ".md", ".css", ".js", ".mjs", ".json", ".toml", ".yaml", ".yml", ".lock", ".svg",
    ".po", ".cfg", ".ini", ".example", ".npmrc", ".sql", ".csv", ".webmanifest",
}  # fmt: skip


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is or could be committed; without git (a downloaded archive) all that no tool has made."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode == 0:
        found = (ROOT / name for name in listed.stdout.split("\0") if name)
    else:
        found = (path for path in ROOT.rglob("*") if not NOT_OURS & set(path.relative_to(ROOT).parts))
    return tuple(sorted(path for path in found if path.is_file()))


def name(path: Path) -> str:
    """The path as people write it: from the root of the project."""
    return path.relative_to(ROOT).as_posix()


def files(*suffixes: str, under: tuple[str, ...] | None = None) -> list[Path]:
    """Files of these endings, only in these top folders if given."""
    return [
        path
        for path in project_files()
        if path.suffix in suffixes and (under is None or path.relative_to(ROOT).parts[0] in under)
    ]


def text_files() -> Iterator[tuple[Path, str]]:
    """Every file that a person could read, with its text."""
    for path in project_files():
        if path.suffix in TEXT_SUFFIXES:
            yield path, path.read_text(encoding="utf-8")


def templates() -> list[Path]:
    """All Django templates: pages, fragments and mail."""
    return [path for path in files(".html", ".txt") if "templates" in path.relative_to(ROOT).parts]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions and methods, at any depth."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imported(tree: ast.AST) -> Iterator[str]:
    """Names of all modules that a file imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
