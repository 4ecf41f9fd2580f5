"""Rows that are written all the time: the statement of each model is made once, then only bound to new values and sent.

What `prepared` is to questions. Django builds and compiles an INSERT anew for each row, which costs it three times what
the row itself costs the database; an event of the programme writes a dozen rows.

    row = add(StreamEntry(stream_id=1, number=2, kind="points", ref={}))    # INSERT, the row has its key
    add_all([Delivery(...), Delivery(...)])                                 # one statement
    change(row, "kind", "ref")                                              # UPDATE of these columns by the key

The values go through the same fields as Django's own `save()`: defaults, `auto_now`, JSON and moments are what they
would be. Refused (TypeError, at the first row) are models for which Django does more: several tables, signals that
somebody hears, columns that the database fills, values that are expressions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import AutoField, Field, Model
from django.db.models.signals import post_save, pre_save

Row = TypeVar("Row", bound=Model)

# Values in one statement: what every SQLite takes; PostgreSQL takes many more.
AT_ONCE = 900


@dataclass(frozen=True)
class _Table:
    """What is always the same in the statements of a model."""

    name: str
    fields: tuple[Field[Any, Any], ...]  # what an INSERT fills
    key: str  # the primary key's column
    drawn: bool  # the database gives out the key

    def values(self, row: Model, fields: Sequence[Field[Any, Any]], *, fresh: bool) -> list[Any]:
        connection = connections[DEFAULT_DB_ALIAS]
        found = []
        for field in fields:
            value = field.pre_save(row, fresh)
            if hasattr(value, "resolve_expression"):
                raise TypeError(f"{self.name}.{field.name}: an expression cannot be bound.")
            found.append(field.get_db_prep_save(value, connection=connection))
        return found


@cache
def _table(model: type[Model]) -> _Table:
    """Raises TypeError for a model that is more than one plain table."""
    meta = model._meta
    if meta.parents or meta.proxy or meta.db_returning_fields not in ([], [meta.pk]):
        raise TypeError(f"{meta.label} is more than a plain table: let Django save it.")
    if _is_heard(model):
        raise TypeError(f"{meta.label} is heard by signals: let Django save it.")
    drawn = isinstance(meta.pk, AutoField)
    fields = tuple(
        field for field in meta.local_concrete_fields if not (drawn and field.primary_key) and not field.generated
    )
    if any(hasattr(field, "get_placeholder") for field in fields if not _plain_binary(field)):
        raise TypeError(f"{meta.label} has columns with a form of their own: let Django save it.")
    assert meta.pk.column is not None
    return _Table(meta.db_table, fields, meta.pk.column, drawn)


def _is_heard(model: type[Model]) -> bool:
    """Whether somebody listens to this very model. Who listens to all looks for pages and for what is translated."""
    heard = (receiver[0][1] == id(model) for signal in (pre_save, post_save) for receiver in signal.receivers)
    return any(heard) or hasattr(model, "translation_key")


def _plain_binary(field: Field[Any, Any]) -> bool:
    """Binary columns have a form of their own on other databases only."""
    return field.get_internal_type() == "BinaryField"


def add(row: Row) -> Row:
    """Writes a new row and returns it with its key, as `row.save(force_insert=True)` does. Raises IntegrityError."""
    return add_all([row])[0]


def add_all(rows: Sequence[Row], *, ignore: bool = False) -> Sequence[Row]:
    """Writes new rows of one model in one statement, or a few where they are many, with their keys.

    With `ignore` rows that are there already are left out, and none gets a key. Raises IntegrityError otherwise; the
    transaction is then to be rolled back, as after any failed write.
    """
    if rows:
        table = _table(type(rows[0]))
        most = max(1, AT_ONCE // len(table.fields))
        for start in range(0, len(rows), most):
            _insert(table, rows[start : start + most], ignore)
    return rows


@cache
def _statement(table: _Table, number: int, ignore: bool) -> str:
    columns = ", ".join(f'"{field.column}"' for field in table.fields)
    one = f"({', '.join(['%s'] * len(table.fields))})"
    sql = f'INSERT INTO "{table.name}" ({columns}) VALUES {", ".join([one] * number)}'  # noqa: S608  (names of ours)
    if ignore:
        return f"{sql} ON CONFLICT DO NOTHING"
    return f'{sql} RETURNING "{table.key}"' if table.drawn else sql


def _insert(table: _Table, rows: Sequence[Row], ignore: bool) -> None:
    params = [value for row in rows for value in table.values(row, table.fields, fresh=True)]
    connection = connections[DEFAULT_DB_ALIAS]
    sql = _statement(table, len(rows), ignore)
    with transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS), connection.cursor() as cursor:
        cursor.execute(sql, params)
        keys = cursor.fetchall() if table.drawn and not ignore else ()
    if keys:
        for row, (key,) in zip(rows, keys, strict=True):
            row.pk = key
    if not ignore:
        for row in rows:
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def change(row: Model, *names: str) -> None:
    """Writes these fields of a row that is there, as `row.save(update_fields=names)` does.

    Raises LookupError when the row is gone.
    """
    table = _table(type(row))
    fields = [field for name in names if isinstance(field := row._meta.get_field(name), Field)]
    sql = _update(table, tuple(str(field.column) for field in fields))
    params = table.values(row, fields, fresh=False)
    connection = connections[DEFAULT_DB_ALIAS]
    with transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS), connection.cursor() as cursor:
        cursor.execute(sql, [*params, row.pk])
        if cursor.rowcount != 1:
            raise LookupError(f"{table.name}: no row {row.pk} to change")


@cache
def _update(table: _Table, columns: tuple[str, ...]) -> str:
    settings = ", ".join(f'"{column}" = %s' for column in columns)
    return f'UPDATE "{table.name}" SET {settings} WHERE "{table.key}" = %s'  # noqa: S608  (names of ours)
