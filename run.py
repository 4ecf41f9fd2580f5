#!/usr/bin/env python3
"""Tri Ân in two commands: `python3 run.py demo` and `python3 run.py test`. Needs Python 3.11+ and nothing else.

Everything it makes stays in this folder: `.venv/` (Python packages and, where the machine has none, Node.js),
`node_modules/`, `static/build/`, `var/` (the demo's data, mail and logs). What has not changed is not done again.
The work is in `portal/runner/`, which uses the standard library only.
"""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):  # before anything that an older Python could not read
    sys.exit(f"Tri Ân needs Python 3.11 or newer; this is Python {sys.version.split()[0]}.")

import argparse
import errno
import signal
from types import FrameType

from portal.runner import checks
from portal.runner.console import RunnerError, say
from portal.runner.demo import demo
from portal.runner.setup import setup

PASSED_ON = {
    "test": "lint, types, import rule, checks, all tests; further arguments go to pytest",
    "bench": "measure the goals beside the floor rows; further arguments go to tests.bench",
    "shots": "screenshots of every page; further arguments go to tests.shots",
    "audit": "accessibility, HTML and page quality; further arguments go to tests.audit",
}


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="run.py", description="Tri Ân: a brand's own community and member portal.")
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    house = commands.add_parser("demo", help="set up, load the demo world once, and open the house")
    house.add_argument("--port", type=int, default=8000)
    house.add_argument("--host", default="127.0.0.1", help="address to listen on; /dev/ opens on loopback only")
    house.add_argument("--fresh", action="store_true", help="move the demo's data away first and begin anew")
    ready = commands.add_parser("setup", help="packages for developers, front end and translations, up to date")
    ready.add_argument("--service", action="store_true", help="only what a server needs, without developers' tools")
    for name, text in PASSED_ON.items():
        commands.add_parser(name, help=text, add_help=False)
    return top


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    if arguments and arguments[0] in PASSED_ON:
        command, extra = arguments[0], [word for word in arguments[1:] if word != "--"]
        return checks.test(extra) if command == "test" else checks.module(command, extra)
    options = parser().parse_args(arguments)
    if options.command == "setup":
        setup(dev=not options.service)
        say("Ready.")
    else:
        demo(options)
    return 0


def interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupt)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("\nEnded.")
        sys.exit(130)
    except RunnerError as stop:
        sys.exit(f"\n{stop}")
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            sys.exit("\nThe disk is full: free about 1 GB and start again; nothing that was there is lost.")
        raise
