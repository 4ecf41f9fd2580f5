"""Markdown to safe HTML: one renderer for the preview, for what is stored and for what is mailed. See README.md."""

from community.markup.renderer import BODY_LIMIT, MESSAGE_LIMIT, excerpt, render, render_message

__all__ = ["BODY_LIMIT", "MESSAGE_LIMIT", "excerpt", "render", "render_message"]
