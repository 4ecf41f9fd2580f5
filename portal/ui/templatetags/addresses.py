"""`{% url %}` of every template: an address is worked out once for each language, and only filled anew with its words.

A page of a member asks for some thirty addresses; working them out was a tenth of drawing it.
"""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape

from portal.core.addresses import address

register = template.Library()


class KeptURLNode(URLNode):
    """Django's node, by way of `portal.core.addresses`. An unknown name is never kept."""

    def render(self, context: Context) -> str:
        """The address, or nothing where `as` names a variable for it."""
        if self.kwargs:
            return super().render(context)
        name = self.view_name.resolve(context)
        request: Any = context.get("request")
        app = getattr(request, "current_app", None)
        if app is None:
            app = getattr(getattr(request, "resolver_match", None), "namespace", None)
        try:
            found = address(name, *[arg.resolve(context) for arg in self.args], current_app=app)
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
