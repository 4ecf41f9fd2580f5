"""`{% kept name=value … %}…{% endkept %}`: a part of a page that is drawn once for each set of values.

The part sees the named values and nothing else of the page: no request, no member, no context processor. What it draws
therefore follows from the values, the language and the zone alone; the three together are the key under which it is
kept, so nothing can be stale and no reader's part can reach another. Rows of the database are refused as values: they
compare equal while they differ.
"""

from collections import OrderedDict
from datetime import date
from threading import Lock
from types import NoneType
from typing import Any
from weakref import WeakSet

from django.core.signals import setting_changed
from django.dispatch import receiver
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.utils import timezone
from django.utils.functional import LazyObject, empty
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.translation import get_language

from portal.core.addresses import WORD, filled

# A post of usual length is about 6 kB here: some 25 MB where every place of that part is taken.
KEPT = 4096
PLAIN = (str, int, float, date, NoneType)  # with their kinds: bool, datetime, the choices of a column


def check_plain(value: Any) -> None:
    """Raises TypeError for whatever is not a plain value, or a tuple of such.

    Text that is marked as safe is refused too: it equals the same text that is not, and would be drawn in its place.
    """
    if isinstance(value, tuple):
        for part in value:
            check_plain(part)
    elif not isinstance(value, PLAIN) or isinstance(value, SafeData):
        raise TypeError(f"A kept part takes plain values, not {type(value).__name__}: {value!r}")


def unwrapped(value: Any) -> Any:
    """The value behind a lazy one; a list as the tuple of its parts."""
    if isinstance(value, LazyObject):
        if value._wrapped is empty:
            value._setup()
        value = value._wrapped
    return tuple(value) if type(value) is list else value


class Kept(Node):
    """The node. It holds what it has drawn, so that an edited template begins anew."""

    def __init__(self, values: dict[str, FilterExpression], nodelist: NodeList) -> None:
        self.values = values
        self.nodelist = nodelist
        self._lock = Lock()
        self._drawn: OrderedDict[Any, bytes] = OrderedDict()
        _nodes.add(self)

    def render(self, context: Context) -> SafeString:
        """From what is kept, else drawn now. Raises TypeError for values that are not plain."""
        return self._part(tuple([unwrapped(found.resolve(context)) for found in self.values.values()]), context)

    def _part(self, values: tuple[Any, ...], context: Context) -> SafeString:
        key = (values, get_language(), str(timezone.get_current_timezone()))
        with self._lock:
            drawn = self._drawn.get(key)
            if drawn is not None:
                self._drawn.move_to_end(key)
        if drawn is None:
            check_plain(values)
            drawn = self._draw(values, context)
            with self._lock:
                self._drawn[key] = drawn
                if len(self._drawn) > KEPT:
                    self._drawn.popitem(last=False)
        return mark_safe(drawn.decode())  # noqa: S308  (what a template drew, escaped there)

    def _draw(self, values: tuple[Any, ...], context: Context) -> bytes:
        alone = Context(dict(zip(self.values, values, strict=True)))
        alone.template = context.template
        alone.render_context = context.render_context
        return self.nodelist.render(alone).encode()

    def forget(self) -> None:
        """Drops all that was drawn."""
        with self._lock:
            self._drawn.clear()


class Stencil(Kept):
    """`{% stencil name=value %}…{% endstencil %}`: a kept part that is the same for many but for some words in it.

    The value tells by `stencil` what it is with `HOLES` in the place of these words, and the words. The part is drawn
    with the holes, and each reader gets it with the words. A word is letters, digits, `-` and `_`, which no escaping
    changes; in a condition a hole is just a word that is not empty. Where a word is more than that, the part is drawn
    for it alone.
    """

    def render(self, context: Context) -> SafeString:
        """The part with the words in their holes. Raises TypeError for values that are not plain."""
        (found,) = self.values.values()
        value = unwrapped(found.resolve(context))
        form, words = value.stencil
        if not all(map(WORD.fullmatch, words)):
            return self._part((value,), context)
        return mark_safe(filled(self._part((form,), context), words))  # noqa: S308  (words need no escaping)


def kept(parser: Parser, token: Token) -> Kept:
    """Compiles the tag, and `stencil` just so."""
    name, *words = token.split_contents()
    values = token_kwargs(words, parser)
    if words:
        raise TemplateSyntaxError(f"{name} takes nothing but name=value")
    nodelist = parser.parse((f"end{name}",))
    parser.delete_first_token()
    if name != "stencil":
        return Kept(values, nodelist)
    if len(values) != 1:
        raise TemplateSyntaxError(f"{name} takes one name=value")
    return Stencil(values, nodelist)


_nodes: WeakSet[Kept] = WeakSet()


@receiver(setting_changed, dispatch_uid="trian-kept-parts")
def forget_all(**changed: Any) -> None:
    """Settings do not change while a house is open; in tests they do."""
    for node in list(_nodes):
        node.forget()
