"""The programs of others: the HTML validator (Java) and Lighthouse (Node.js), installed once under `var/tools/`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from portal.runner.setup import node_tools
from tests.audit.findings import Measure
from tests.tooling.browser import ARGS, chromium_program
from tests.tooling.house import KEPT, ROOT, House

JAVA_MISSING = (
    "Java is not installed, and the HTML validator needs it: "
    "apt-get install -y --no-install-recommends default-jre-headless"
)
TOOLS = KEPT / "audit"
# What the validator does not know and browsers do: htmx's attributes, and SVG 2's pathLength on every basic shape.
UNKNOWN_TO_IT = re.compile(r"^Attribute “(hx-[\w:-]+|pathLength)” not allowed")
LOCK = ROOT / "tests" / "audit" / "package-lock.json"


def install() -> Path:
    """Folder of the two programs' packages, installed from the lock when it changed."""
    stamp = TOOLS / "installed.lock"
    if not stamp.exists() or stamp.read_text() != LOCK.read_text():
        TOOLS.mkdir(parents=True, exist_ok=True)
        for source in (LOCK, LOCK.with_name("package.json"), ROOT / ".npmrc"):
            shutil.copy(source, TOOLS / source.name)
        path, npm = node_tools()
        command = [str(word) for word in [*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]]
        done = subprocess.run(
            command, cwd=TOOLS, env={**os.environ, "PATH": path}, text=True, capture_output=True, check=False
        )
        if done.returncode:
            sys.exit(f"The audit's programs could not be installed:\n{(done.stdout + done.stderr)[-1500:]}")
        shutil.copy(LOCK, stamp)
    return TOOLS / "node_modules"


def validate(folder: Path) -> list[Measure]:
    """All saved pages through the validator in one go."""
    java, files = shutil.which("java"), sorted(folder.glob("*.html"))
    if java is None:
        sys.exit(JAVA_MISSING)
    if not files:
        return []
    jar = install() / "vnu-jar" / "build" / "dist" / "vnu.jar"
    done = subprocess.run(
        [java, "-Xss2m", "-jar", jar, "--format", "json", "--exit-zero-always", "--skip-non-html", *files],
        text=True, capture_output=True, check=False,
    )  # fmt: skip
    messages = json.loads(done.stderr.strip() or '{"messages": []}')["messages"]
    measures = []
    for path in files:
        errors = [
            f"{message.get('lastLine', '?')}: {message['message']} {message.get('extract', '').strip()[:120]!r}"
            for message in messages
            if message["type"] != "info"
            and message.get("url", "").endswith(f"/{path.name}")
            and not UNKNOWN_TO_IT.match(message["message"])
        ]
        name, lang = path.stem.rsplit("-", 1)
        measures.append(Measure("html", name, lang, len(errors), tuple(errors)))
    return measures


def lighthouse(house: House, row: dict[str, Any], tries: int = 3) -> list[Measure]:
    """Scores of the mobile preset. A busy machine scores low now and then, so the best of a few tries counts."""
    best: dict[str, Measure] = {}
    for _ in range(tries):
        for measure in _one_run(house, row):
            if measure.bar not in best or measure.value > best[measure.bar].value:
                best[measure.bar] = measure
        if "performance" not in best or best["performance"].value >= 95:
            break
    return list(best.values())


def _one_run(house: House, row: dict[str, Any]) -> list[Measure]:
    path, _npm = node_tools()
    node = shutil.which("node", path=path) or "node"
    command = [
        node, install() / "lighthouse" / "cli" / "index.js", house.url + row["address"],
        "--quiet", "--output=json", f"--only-categories={','.join(row['lighthouse'])}",
        f"--chrome-flags=--headless=new {' '.join(ARGS)} --host-resolver-rules='MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'",
    ]  # fmt: skip
    if row["who"]:
        cookie = f"sessionid={house.cookies[row['who']]}"
        command.append(f"--extra-headers={json.dumps({'Cookie': cookie})}")
    env = {**os.environ, "PATH": path, "CHROME_PATH": chromium_program()}
    done = subprocess.run([str(word) for word in command], env=env, text=True, capture_output=True, check=False)
    if done.returncode:
        detail = (done.stderr.strip()[-300:],)
        return [Measure(key, row["name"], row["lang"], 0, detail) for key in row["lighthouse"]]
    result = json.loads(done.stdout)
    measures = []
    for key, category in result["categories"].items():
        lost = []
        for ref in category["auditRefs"]:
            audit = result["audits"][ref["id"]]
            if audit["score"] is not None and audit["score"] < 1 and (ref["weight"] or key == "performance"):
                lost.append(f"{ref['id']}: {audit.get('displayValue') or audit['title']}{_nodes(audit)}")
        measures.append(Measure(key, row["name"], row["lang"], round((category["score"] or 0) * 100), tuple(lost)))
    return measures


def _nodes(audit: dict[str, Any]) -> str:
    items = (audit.get("details") or {}).get("items") or []
    named = [
        item["node"]["selector"] for item in items if isinstance(item, dict) and "selector" in item.get("node", {})
    ]
    return f" [{'; '.join(named[:4])}]" if named else ""
