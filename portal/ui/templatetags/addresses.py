"""`{% url %}` of every template: an address that depends on nothing but the language is worked out once.

A page of a member asks for some thirty such addresses; working them out was a tenth of drawing it.
"""

from functools import lru_cache
from typing import Any

from django import template
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.html import conditional_escape
from django.utils.translation import get_language

register = template.Library()


@lru_cache(maxsize=2048)
def _address(name: str, language: str | None, urlconf: Any, current_app: str | None) -> str:
    return reverse(name, urlconf=urlconf, current_app=current_app)


class KeptURLNode(URLNode):
    """Django's node; without arguments it looks among what is known. An unknown name is never kept."""

    def render(self, context: Context) -> str:
        """The address, or nothing where `as` names a variable for it."""
        if self.args or self.kwargs:
            return super().render(context)
        name = self.view_name.resolve(context)
        request: Any = context.get("request")
        app = getattr(request, "current_app", None)
        if app is None:
            app = getattr(getattr(request, "resolver_match", None), "namespace", None)
        try:
            found = _address(name, get_language(), get_urlconf(), app)
        except NoReverseMatch:  # Django's own node says so, or says nothing where `as` is asked
            return super().render(context)
        if self.asvar:
            context[self.asvar] = found
            return ""
        return conditional_escape(found) if context.autoescape else found


@register.tag
def url(parser: Parser, token: Token) -> URLNode:
    """Compiles the tag as Django does."""
    node = django_url(parser, token)
    return KeptURLNode(node.view_name, node.args, node.kwargs, node.asvar)


@receiver(setting_changed, dispatch_uid="trian-addresses")
def forget(*, setting: str, **changed: Any) -> None:
    """The map of addresses does not change while a house is open; in tests it does."""
    if setting == "ROOT_URLCONF":
        _address.cache_clear()
