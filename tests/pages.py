"""Every page of ours, for the tests and tools that must look at all of them: `PAGES`, route name to how it is reached.

A route that is no page (it takes a form, serves a fragment or a file) stands in `NOT_PAGES` with its reason.
`tests/architecture/test_pages.py` fails for a route in neither.
"""

from __future__ import annotations

PAGES: dict[str, object] = {}

NOT_PAGES: dict[str, str] = {}
