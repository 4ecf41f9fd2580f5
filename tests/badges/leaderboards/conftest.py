"""The forum of facts, from the earning tests."""

from tests.badges.earning.conftest import forum

__all__ = ["forum"]
