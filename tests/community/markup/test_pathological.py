"""No text, however it was built to hurt, holds a worker for a second."""

import time

import pytest

from community.markup import BODY_LIMIT, MESSAGE_LIMIT, render, render_message

N = BODY_LIMIT
CASES = {
    "open brackets": "[" * N,
    "open pictures": "![" * (N // 2),
    "closed brackets": "a]" * (N // 2),
    "nested brackets": "[" * (N // 2) + "a" + "]" * (N // 2 - 1),
    "bracket pairs": "[[]" * (N // 3),
    "emphasis openers": "*a " * (N // 3),
    "emphasis closers": "a* " * (N // 3),
    "strong in words": "a**b" * (N // 4),
    "mixed emphasis": "*a **b " * (N // 7),
    "alternating marks": "*_" * 100 + "a" + "_*" * 9_000,
    "triple stars": "***" * (N // 3),
    "underscores": "_" * N,
    "tildes": "~" * N,
    "strikes": "~~a" * (N // 3),
    "growing backticks": "".join("e" + "`" * i for i in range(190)),
    "quotes": ">" * N,
    "spaced quotes": "> " * (N // 2),
    "staircase of quotes": "".join("> " * i + "a\n" for i in range(140)),
    "lists in lists": "- " * (N // 2),
    "staircase of lists": "".join(" " * (i * 2) + "- a\n" for i in range(130)),
    "numbered lists": "1) " * (N // 3),
    "entities": "&#" * (N // 2),
    "ampersands": "&" * N,
    "unclosed links": "[a](" * (N // 4),
    "unclosed link targets": "[a](<b" * (N // 6),
    "unclosed link titles": '[a](b "' * (N // 7),
    "one long link text": "[" + "a" * (N - 10) + "](b)",
    "references": "".join(f"[{i}]: u\n" for i in range(1_900)),
    "reference uses": "[a]: u\n" + "[a]" * 6_600,
    "deep reference": "[a]: u\n" + "[" * 9_000 + "a" + "]" * 9_000,
    "pipes": "|" * N,
    "long table": "a|b\n-|-\n" + "x|y\n" * 4_900,
    "table that fills up": "|" + "x|" * 99 + "\n|" + "-|" * 99 + "\n" + "|\n" * 9_000,
    "narrow table that fills up": "|a|b|c|\n|-|-|-|\n" + "|\n" * 9_900,
    "wide table": ("|a" * 200 + "|\n") + ("|-" * 200 + "|\n") + ("|x" * 200 + "|\n") * 47,
    "autolink openers": "<a:" * (N // 3),
    "angle brackets": "<" * N,
    "comments": "<!--" * (N // 4),
    "declarations": "<!" * (N // 2),
    "processing instructions": "<?" * (N // 2),
    "cdata": "<![CDATA[" * (N // 9),
    "schemes": "http://" * (N // 7),
    "schemes with hosts": "http://a." * (N // 9),
    "scheme ends": "://" * (N // 3),
    "slashes": "//a" * (N // 3),
    "mail ends": "a@" * (N // 2),
    "mail addresses": "a@b.c" * (N // 5),
    "long mail name": "a" * (N - 5) + "@b.vn",
    "dots": "a." * (N // 2),
    "address with brackets": "https://a.vn/" + "(" * (N - 20),
    "address with closing brackets": "https://a.vn/" + ")" * (N - 20),
    "address with stops": "https://a.vn/" + "." * (N - 20),
    "long address": "https://a.vn/" + "a/" * (N // 2 - 10),
    "backslashes": "\\" * N,
    "hashes": "#" * N,
    "headings": "# a\n" * 5_000,
    "rules": "* * *\n" * 3_300,
    "fences": "```\n" * 5_000,
    "newlines": "\n" * N,
    "spaces": " " * (N - 1) + "a",
    "tabs": "\t" * N,
    "double quotes": '"' * N,
    "four-byte letters": "☕🫖" * (N // 2),
    "combining marks": "a" + "\u0301" * (N - 1),
    "plain Vietnamese": "Phin chảy quá nhanh. " * (N // 21),
}


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_text_takes_less_than_a_second(name: str) -> None:
    body = CASES[name][:BODY_LIMIT]
    assert min(_processor_seconds(body) for _ in range(3)) < 1


def _processor_seconds(body: str) -> float:
    """What one rendering costs: a busy machine or a sweep of the memory must not fail the promise, a slow rule must."""
    start = time.thread_time()
    render(body)
    render_message(body[:MESSAGE_LIMIT])
    return time.thread_time() - start


def test_the_measure_catches_a_slow_rule() -> None:
    import re

    start = time.thread_time()
    re.search(r"(?:a+)+$", "a" * 26 + "!")
    assert time.thread_time() - start > 0.5
