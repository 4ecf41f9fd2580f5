"""Registers the community's rooms with Wagtail's admin; nothing else stands here."""

from importlib import import_module

import_module("community.forum.viewsets")
import_module("community.chat.viewsets")
