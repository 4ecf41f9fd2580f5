"""The brand's pages for letters that tell of stories."""

from __future__ import annotations

from tests.brand.conftest import shelf

__all__ = ["shelf"]
