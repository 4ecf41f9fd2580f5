"""Takes the newest migrations of our packages back, so that a house of yesterday stands here with its data.

Run in the environment of a copy: `python -m tests.portal.backups.older`; prints what was taken back, as JSON.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.db import IntegrityError, connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402

STEPS = 2
taken_back = []
for app in ("badges", "brand"):  # the others take most of the house with them, and minutes
    for place in range(2, STEPS + 2):
        executor = MigrationExecutor(connection)
        names = sorted(name for label, name in executor.loader.disk_migrations if label == app)
        before = set(executor.loader.applied_migrations)
        # What the data of today cannot be told in any more stays; each step by itself is whole or not at all.
        try:
            executor.migrate([(app, names[-place])])
        except IntegrityError:
            break
        now = set(MigrationExecutor(connection).loader.applied_migrations)
        taken_back += [f"{app}.{name}" for app, name in sorted(before - now)]
sys.stdout.write("\n" + json.dumps(taken_back) + "\n")
