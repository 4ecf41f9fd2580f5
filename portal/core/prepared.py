"""Queries that are asked all the time: built and compiled once, then only bound to new values and sent.

Building a queryset and compiling it costs Django ten to forty times what SQLite needs to answer it: on a member's page
of a topic that was most of the work. `@prepared` keeps what Django compiled, for each database and each shape of the
question, and makes the same objects of the rows as Django would.

    @prepared
    def _draft(member: int, key: str) -> QuerySet[Draft]:
        return Draft.objects.filter(member=member, key=key)[:1]

    rows = _draft(member.pk, "topic-…")     # list[Draft]

Positional arguments are bound: numbers, words, moments and days, or lists of these for `__in`; while the query is built
a stand-in is in their place, so that the function must not look at them. Keyword-only arguments give the query its
shape (a limit, a flag, a language): they come as they are, and each set of them is compiled by itself.

Not for: values that a client typed without bounds (Django answers a number beyond the column's range with no rows, here
the database complains), `None` (it is another question: give it a shape), functions of the active time zone or
language (they would be kept as they were at first), prefetches (ask these by themselves, and `hang` them).
"""

import copy
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import update_wrapper
from inspect import Parameter, signature
from threading import Lock
from types import SimpleNamespace
from typing import Any, Generic, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.expressions import Expression
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row")
Args = ParamSpec("Args")

# So many shapes of one question are kept, those used last.
MOST_SHAPES = 256
# What was compiled for a longer list is not kept: hardly will another have just that length.
MOST_LISTED = 100


class _Given(Expression):
    """Stands in a query for a value that is bound later; at the end it is found again among the parameters."""

    conditional = False

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)

    def get_group_by_cols(self) -> list[Any]:
        return []


class _Listed(_Given):
    """The same for a list of known length, as the right side of `__in`."""

    def __init__(self, name: str, length: int) -> None:
        super().__init__(name)
        self.length = length

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return f"({', '.join(['%s'] * self.length)})", tuple((self, place) for place in range(self.length))


class _Compiled:
    """What Django compiled for one shape on one kind of database."""

    def __init__(self, rows: "QuerySet[Any, Any]", alias: str) -> None:
        if rows._prefetch_related_lookups:  # type: ignore[attr-defined]
            raise TypeError("A prepared query cannot prefetch; ask what hangs on its rows by itself.")
        self.kind = rows._iterable_class
        if self.kind not in (ModelIterable, ValuesListIterable, FlatValuesListIterable):
            raise TypeError("A prepared query gives model instances or values_list().")
        self.locks = bool(rows.query.select_for_update)
        self.compiler = rows.query.get_compiler(using=alias)
        self.sql: str = ""
        self.params: tuple[Any, ...] = ()
        try:
            self.sql, self.params = self.compiler.as_sql()
        except EmptyResultSet:
            return  # can never find anything in this shape

    def bind(self, alias: str, given: dict[str, Any]) -> Any:
        """A compiler that sends this query with these values, and reads its rows."""
        bound = copy.copy(self.compiler)
        bound.connection = connections[alias]
        params = tuple(_value(param, given, bound.connection.ops) for param in self.params)
        bound.as_sql = lambda *_args, **_kwargs: (self.sql, params)
        return bound

    def rows(self, alias: str, given: dict[str, Any]) -> list[Any]:
        if not self.sql:
            return []
        if self.locks and not connections[alias].in_atomic_block:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        bound = self.bind(alias, given)
        if self.kind is ModelIterable:
            asking = SimpleNamespace(get_compiler=lambda using: bound)
            source: Any = SimpleNamespace(db=alias, query=asking, _known_related_objects={})
            return list(ModelIterable(source))
        found = bound.results_iter(tuple_expected=True)
        return [row[0] for row in found] if self.kind is FlatValuesListIterable else list(found)


def _value(param: Any, given: dict[str, Any], ops: Any) -> Any:
    """The parameter as the database takes it: stand-ins give way to the value of their name."""
    if isinstance(param, tuple) and isinstance(param[0], _Listed):
        value = given[param[0].name][param[1]]
    elif isinstance(param, _Given):
        value = given[param.name]
    else:
        return param
    if isinstance(value, (int, str)):
        return value
    if isinstance(value, datetime):
        return ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return ops.adapt_datefield_value(value)
    raise TypeError(f"A prepared query takes numbers, words, moments and days, not {type(value).__name__}.")


class Prepared(Generic[Args, Row]):
    """A query that was marked with `prepared`; called, it returns its rows as a list. One query each time."""

    def __init__(self, build: "Callable[Args, QuerySet[Any, Row]]") -> None:
        update_wrapper(self, build)
        parameters = signature(build).parameters.values()
        self.build: Callable[..., QuerySet[Any, Row]] = build
        self.names = tuple(one.name for one in parameters if one.kind is not Parameter.KEYWORD_ONLY)
        self.shapes: OrderedDict[Any, _Compiled] = OrderedDict()
        self.lock = Lock()

    def __call__(self, *args: Args.args, **shape: Args.kwargs) -> list[Row]:
        """The rows. `shape` takes the keyword-only arguments; all others are given in their order."""
        if len(args) != len(self.names):
            raise TypeError(f"{self.build.__name__} takes {', '.join(self.names)} in this order.")
        given = {
            name: list(value) if isinstance(value, (list, tuple, set, frozenset)) else value
            for name, value in zip(self.names, args, strict=True)
        }
        lengths = {name: len(value) for name, value in given.items() if isinstance(value, list)}
        if 0 in lengths.values():
            return []  # as Django answers `__in` of nothing
        alias = DEFAULT_DB_ALIAS
        key = (connections[alias].vendor, tuple(lengths.items()), tuple(sorted(shape.items())))
        return self._compiled(key, alias, lengths, shape).rows(alias, given)

    def one(self, *args: Args.args, **shape: Args.kwargs) -> Row | None:
        """The first of its rows, or None."""
        return next(iter(self(*args, **shape)), None)

    def _compiled(self, key: Any, alias: str, lengths: dict[str, int], shape: dict[str, Any]) -> _Compiled:
        with self.lock:
            found = self.shapes.get(key)
            if found is not None:
                self.shapes.move_to_end(key)
                return found
        places = [_Listed(name, lengths[name]) if name in lengths else _Given(name) for name in self.names]
        made = _Compiled(self.build(*places, **shape), alias)
        if max(lengths.values(), default=0) > MOST_LISTED:
            return made
        with self.lock:
            self.shapes[key] = made
            while len(self.shapes) > MOST_SHAPES:
                self.shapes.popitem(last=False)
        return made


def hang(owner: Model, name: str, rows: Iterable[Model]) -> None:
    """Lets `owner.<name>.all()` answer with these rows, as if they had been prefetched."""
    manager = getattr(owner, name)
    found = manager.get_queryset()
    found._result_cache, found._prefetch_done = list(rows), True
    owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found


def prepared(build: "Callable[Args, QuerySet[Any, Row]]") -> Prepared[Args, Row]:
    """Marks a function that builds a query: called, it binds, asks and returns a list of rows. See the module."""
    return Prepared(build)
