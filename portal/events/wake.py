"""Wakes whoever waits for committed rows: the relay and the live pusher, in this process or another."""

import threading

from django.db import connection, transaction

_EVENTS = "trian_events"
committed = threading.Event()


def announce() -> None:
    """Says after commit that there is something to deliver; a rolled-back transaction says nothing.

    Same process: a threading.Event. Other processes: NOTIFY on PostgreSQL (it waits for the commit by itself);
    on SQLite they watch `PRAGMA data_version`.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {_EVENTS}")
    transaction.on_commit(committed.set)
