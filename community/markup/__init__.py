"""Markdown to safe HTML: one renderer for the preview, for what is stored and for what is mailed. See README.md."""

from community.markup.marks import blank_quotes, head_quotes, quoted, replace_quotes
from community.markup.renderer import (
    BODY_LIMIT,
    MESSAGE_LIMIT,
    Parsed,
    excerpt,
    named_handles,
    parse,
    render,
    render_message,
)

__all__ = [
    "BODY_LIMIT", "MESSAGE_LIMIT", "Parsed", "blank_quotes", "excerpt", "head_quotes", "named_handles", "parse",
    "quoted", "render", "render_message", "replace_quotes",
]  # fmt: skip
