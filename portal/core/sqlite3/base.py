"""Django's SQLite engine with a shelf of open connections, as the `pool` option is for PostgreSQL.

Over ASGI each request runs in a thread of its own and Django closes its connection at the end. Opening the next one
reads the whole schema again, which costs more than most pages ask of it. Here "closing" lays the connection on a shelf,
from where the next thread takes it. What a request could leave behind is put right in between: open cursors (which
would hold an old snapshot), a transaction, foreign keys switched off, a file that another one has taken the place of.
"""

import os
import threading
import weakref
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

# Each may keep its page cache; more than these run only in a crowd, and then they are closed as before.
MOST = 4

Identity = tuple[int, int]


class Shelf:
    """Idle connections by file. Nothing is shared while it is in use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[str, list[tuple[Identity, Any]]] = {}
        self._abandoned: list[Any] = []

    def take(self, path: str) -> Any | None:
        """The connection that was laid down last, or None. Those of a file that is no longer there are closed."""
        there = identity(path)
        while True:
            with self._lock:
                rows = self._idle.get(path)
                if not rows:
                    return None
                found, connection = rows.pop()
            if found == there:
                return connection
            connection.close()

    def lay(self, path: str, opened_as: Identity, connection: Any) -> bool:
        """Keeps a connection for the next one who asks; False where there are enough."""
        with self._lock:
            rows = self._idle.setdefault(path, [])
            if len(rows) >= MOST:
                return False
            rows.append((opened_as, connection))
            return True

    def clear(self) -> None:
        """Closes all that lie idle."""
        with self._lock:
            rows = [connection for kept in self._idle.values() for _found, connection in kept]
            self._idle = {}
        for connection in rows:
            connection.close()

    def after_fork(self) -> None:
        """A connection must not be used, nor closed, in a process that did not open it."""
        self._lock = threading.Lock()
        self._abandoned.append(self._idle)
        self._idle = {}


def identity(path: str) -> Identity | None:
    """Which file this is, whatever it is called; None where there is none."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


shelf = Shelf()
os.register_at_fork(after_in_child=shelf.after_fork)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, but connections come from the shelf and go back to it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cursors: weakref.WeakSet[Any] = weakref.WeakSet()
        self._opened_as: Identity | None = None
        self._pid = 0

    @property
    def _path(self) -> str:
        return str(self.settings_dict["NAME"])

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """One from the shelf, else a new one."""
        # Before it is opened: a file that comes in its place meanwhile is then found to be another one.
        self._pid, self._opened_as = os.getpid(), identity(self._path)
        found = None if self.is_in_memory_db() else shelf.take(self._path)
        if found is None:
            return super().get_new_connection(conn_params)
        found.execute("PRAGMA foreign_keys = ON")
        return found

    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor that is closed with the connection: one left open would show the next request an old snapshot."""
        cursor = super().create_cursor(name)
        self._cursors.add(cursor)
        return cursor

    def _close(self) -> None:
        connection = self.connection
        if connection is None:
            return
        for cursor in list(self._cursors):
            cursor.close()
        self._cursors = weakref.WeakSet()
        if self._is_clean(connection) and self._opened_as is not None:
            connection.isolation_level = None
            if shelf.lay(self._path, self._opened_as, connection):
                return
        super()._close()

    def _is_clean(self, connection: Any) -> bool:
        unharmed = not (self.in_atomic_block or self.errors_occurred or connection.in_transaction)
        return unharmed and not self.is_in_memory_db() and self._pid == os.getpid()
