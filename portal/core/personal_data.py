"""Which personal data the house keeps, where, and how it is exported and erased. Each room registers its own.

Rooms call `register` when the house starts (in `data.py`); `portal.privacy` reads the list. A test walks every table
that points at a member and fails when neither a data type covers it nor a reason excuses it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DataType:
    """One kind of data about a member.

    `export` returns plain rows about her and nobody else. `erase` removes or blanks what is personal (what it returns
    is not looked at); it is None for what must stay, and then `keeps` says why. `tables` names the models covered, such
    as `portal.Consent`.
    """

    name: str
    label: Any
    tables: tuple[str, ...]
    export: Callable[[Any], list[dict[str, Any]]]
    erase: Callable[[Any], object] | None = None
    keeps: Any = ""

    def __post_init__(self) -> None:
        if self.erase is None and not self.keeps:
            raise TypeError(f"data type {self.name!r} neither erases nor says why it keeps")


_types: dict[str, DataType] = {}
_excused: dict[str, str] = {}


def register(data_type: DataType) -> DataType:
    """Adds a data type; raises TypeError when its name is taken."""
    if data_type.name in _types:
        raise TypeError(f"data type {data_type.name!r} is registered twice")
    _types[data_type.name] = data_type
    return data_type


def excuse(table: str, reason: str) -> None:
    """Says why a table that points at members needs no data type."""
    _excused[table] = reason


def rows(queryset: Any, *fields: str) -> list[dict[str, Any]]:
    """Plain rows of a queryset, oldest first, for an export."""
    return list(queryset.order_by("pk").values(*fields))


def data_types() -> list[DataType]:
    """All data types, in the order of registration."""
    return list(_types.values())


def covered_tables() -> dict[str, str]:
    """Model label to the name of its data type, or to the reason why it needs none."""
    return {**_excused, **{table: data_type.name for data_type in _types.values() for table in data_type.tables}}
