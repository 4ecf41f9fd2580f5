"""The embedded house's connections outlive a request, and carry nothing from one to the next."""

import threading

import pytest
from django.db import IntegrityError
from django.db.utils import ConnectionHandler

from portal.core.sqlite3.base import MOST, DatabaseWrapper, Shelf, shelf
from portal.settings import base as settings


@pytest.fixture
def house(tmp_path, django_db_blocker):
    """A file of its own, reached by as many wrappers as asked for, as threads have them."""
    path = tmp_path / "shelf.sqlite3"
    config = {**settings.database(""), "NAME": path}

    def wrapper() -> DatabaseWrapper:
        return ConnectionHandler({"default": dict(config)})["default"]

    with django_db_blocker.unblock():
        first = wrapper()
        with first.cursor() as cursor:
            cursor.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
            cursor.execute("CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id))")
        first.close()
        yield path, wrapper
        shelf.clear()


def asked(wrapper, sql):
    with wrapper.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_the_embedded_house_uses_the_shelf():
    assert settings.database("")["ENGINE"] == settings.database("sqlite:////x/y.sqlite3")["ENGINE"]
    assert settings.database("")["ENGINE"] == "portal.core.sqlite3"


def test_a_closed_connection_serves_the_next_thread(house):
    _path, wrapper = house
    first, seen = wrapper(), []
    asked(first, "SELECT 1")
    raw = first.connection
    first.close()

    def next_request():
        other = wrapper()
        asked(other, "SELECT 1")
        seen.append(other.connection)
        other.close()

    thread = threading.Thread(target=next_request)
    thread.start()
    thread.join()
    assert first.connection is None
    assert seen == [raw]


def test_two_at_once_never_share_one(house):
    _path, wrapper = house
    one, two = wrapper(), wrapper()
    asked(one, "SELECT 1")
    asked(two, "SELECT 1")
    assert one.connection is not two.connection
    one.close()
    two.close()


def test_a_cursor_left_open_does_not_keep_an_old_picture_of_the_house(house):
    _path, wrapper = house
    one, writer = wrapper(), wrapper()
    asked(one, "INSERT INTO parent VALUES (1), (2), (3)")
    left_open = one.cursor()
    left_open.execute("SELECT id FROM parent")
    left_open.fetchone()
    one.close()
    asked(writer, "INSERT INTO parent VALUES (4)")  # takes the one from the shelf and writes through it
    reader = wrapper()
    asked(reader, "SELECT 1")
    assert asked(writer, "SELECT count(*) FROM parent") == [(4,)]
    writer.close()
    assert asked(reader, "SELECT count(*) FROM parent") == [(4,)]
    with pytest.raises(Exception, match="closed cursor"):
        left_open.fetchone()
    reader.close()


def test_an_old_picture_is_let_go_before_the_next_one_looks(house):
    _path, wrapper = house
    one, other = wrapper(), wrapper()
    asked(one, "INSERT INTO parent VALUES (1), (2), (3)")
    asked(other, "SELECT 1")
    left_open = one.cursor()
    left_open.execute("SELECT id FROM parent")
    left_open.fetchone()
    asked(other, "INSERT INTO parent VALUES (4)")
    raw = one.connection
    one.close()
    assert asked(one, "SELECT count(*) FROM parent") == [(4,)]
    assert one.connection is raw
    one.close()
    other.close()


def test_foreign_keys_are_on_again_for_the_next_one(house):
    _path, wrapper = house
    one = wrapper()
    asked(one, "PRAGMA foreign_keys = OFF")
    raw = one.connection
    one.close()
    with pytest.raises(IntegrityError):
        asked(one, "INSERT INTO child VALUES (1, 99)")
    assert one.connection is raw
    one.close()


def test_a_connection_closed_inside_a_transaction_is_really_closed(house):
    _path, wrapper = house
    one = wrapper()
    asked(one, "SELECT 1")
    raw = one.connection
    one.cursor().execute("BEGIN IMMEDIATE")
    one.cursor().execute("INSERT INTO parent VALUES (7)")
    one.close()
    assert asked(one, "SELECT count(*) FROM parent") == [(0,)]
    assert one.connection is not raw
    one.close()


def test_a_file_put_in_the_place_of_another_is_opened_anew(house, tmp_path):
    path, wrapper = house
    one = wrapper()
    asked(one, "INSERT INTO parent VALUES (1)")
    one.close()
    other = tmp_path / "other.sqlite3"
    restored = ConnectionHandler({"default": {**settings.database(""), "NAME": other}})["default"]
    asked(restored, "CREATE TABLE parent (id INTEGER PRIMARY KEY)")
    restored.close()  # really: the file was not there when it was opened
    for tail in ("-wal", "-shm"):
        path.with_name(path.name + tail).unlink(missing_ok=True)
    other.replace(path)
    assert asked(one, "SELECT count(*) FROM parent") == [(0,)]
    one.close()


def test_only_a_few_lie_idle(house):
    _path, wrapper = house
    crowd = [wrapper() for _ in range(MOST + 2)]
    for one in crowd:
        asked(one, "SELECT 1")
    for one in crowd:
        one.close()
    assert len(shelf._idle[str(_path)]) == MOST


def test_a_child_process_takes_none_of_its_parents_connections():
    mine = Shelf()
    mine.lay("somewhere", (1, 2), object())
    mine.after_fork()
    assert mine.take("somewhere") is None
