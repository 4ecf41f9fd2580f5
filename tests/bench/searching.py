"""How long a search takes in a grown house: every kind of question, as a member and as a visitor, page and suggestions.

`python -m tests.bench.searching [ROUNDS]`, in a house that `tests.bench.scale` has grown. Asked within this process, so
that the figure is the search and its page and no server's queue; the first round is not counted.
"""

from __future__ import annotations

import statistics
import sys
import time

import django

django.setup()

from django.conf import settings  # noqa: E402  (Django must be set up before models are imported)
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from community.forum.models import Post  # noqa: E402
from portal.accounts.models import Member  # noqa: E402
from tests.bench.words import RARE  # noqa: E402
from tests.helpers.sessions import enter  # noqa: E402

# From the word that stands in 2 % of the posts to the one that stands in nearly all, folded and with accents.
QUESTIONS = (
    RARE, "phin", "nuoc", "nước", "xay tho", "bà ngoại", "cà phê", "mẻ mới rang", "a", "cỡ xay tay nén",
    '"bốn mươi lăm"', "zephyrine hàng bún", "không ai nói điều này bao giờ", "cham", "duoc", "tráng phin",
)  # fmt: skip


def ask(browser: Client, address: str, question: str) -> tuple[float, float]:
    """Milliseconds of one answer, by the clock and of this process alone; a refused page would measure nothing."""
    begun, busy = time.perf_counter(), time.process_time()
    answer = browser.get(address, {"q": question})
    taken = (time.perf_counter() - begun) * 1_000, (time.process_time() - busy) * 1_000
    assert answer.status_code == 200, (address, question, answer.status_code)
    return taken


def p95(times: list[float]) -> float:
    """Nineteen of twenty took no longer."""
    return statistics.quantiles(times, n=20)[-1]


def main(rounds: int) -> None:
    """Ask everything, print a line for each kind of asking."""
    settings.ALLOWED_HOSTS = ["testserver"]
    member = Member.objects.filter(email__startswith="seed", is_active=True).order_by("pk")[0]
    print(f"{connection.vendor}, {Post.objects.count():,} posts; ms by the clock: median, p95; of CPU: median, p95")
    for who, browser in (("member", enter(Client(), member)), ("visitor", Client())):
        for what, address in (("page", "/vi/search/"), ("suggestions", "/vi/search/suggest/")):
            every: list[tuple[float, float]] = []
            slowest = (0.0, "")
            for question in QUESTIONS:
                ask(browser, address, question)
                times = [ask(browser, address, question) for _ in range(rounds)]
                every += times
                slowest = max(slowest, (statistics.median(cpu for _clock, cpu in times), question))
            clock, cpu = [one[0] for one in every], [one[1] for one in every]
            print(
                f"{who:8} {what:12} {statistics.median(clock):7.0f} {p95(clock):7.0f} "
                f"{statistics.median(cpu):7.0f} {p95(cpu):7.0f}   slowest: {slowest[1]} ({slowest[0]:.0f} CPU)"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
