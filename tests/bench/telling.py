"""What another system tells: events by `/api/v1`, one by one and a hundred at once, until all are judged and posted.

`python -m tests.bench.telling prepare` inside a grown house's environment makes a key and a rule and prints what to
send; `… wait` prints when the last of them was judged. The client sends between the two.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from typing import Any

import django

django.setup()

from badges.earning.models import EarningRule, Evaluation, RuleInForce  # noqa: E402  (Django must be set up first)
from badges.ledger.models import Transaction  # noqa: E402
from portal.accounts.models import Member  # noqa: E402
from portal.api.actions import make_key  # noqa: E402
from portal.api.models import Scope  # noqa: E402
from portal.core.clock import now  # noqa: E402
from portal.core.ids import new_key  # noqa: E402
from portal.events.models import Delivery  # noqa: E402

CODE, SINGLE, BATCH = "bench-purchase", 200, 100
DEFINITION = {
    "beneficiary": "member", "points": {"spend": 10, "status": 1},
    "caps": [{"scope": "rule", "metric": "times", "limit": 1000, "window": "day", "on_exceed": "trim"}],
}  # fmt: skip


def event(member: str, at: str, place: int) -> dict[str, Any]:
    """A purchase; `{n}` becomes a number that never repeats."""
    number = f"{{n}}-{place}"
    return {
        "source": "bench", "key": number, "type": "purchase.completed", "occurred_at": at, "member": {"id": member},
        "data": {"order": number, "amount": 100_000},
    }  # fmt: skip


def prepare() -> dict[str, Any]:
    """A key, a rule with a cap, and the bodies to send: single ones of different members, and batches of a hundred."""
    at = now()
    rule, made = EarningRule.objects.get_or_create(
        code=CODE, defaults={"event_name": "purchase_completed", "position": 90}
    )
    if made:
        RuleInForce.objects.create(rule=rule, number=1, since=at - timedelta(days=40), definition=DEFINITION)
    manager = Member.objects.get(email="manager@may.example")
    _row, secret = make_key(actor=manager, name="bench", scopes=[Scope.TELL], mode="live", at=at, key=new_key())
    members = list(
        Member.objects.filter(email__startswith="seed").order_by("pk").values_list("public_id", flat=True)[:SINGLE]
    )
    told = (at - timedelta(minutes=1)).isoformat()
    single = [json.dumps(event(member, told, 0)) for member in members]
    batches = [
        json.dumps({"events": [event(members[(start + n) % len(members)], told, n) for n in range(BATCH)]})
        for start in (0, BATCH)
    ]
    return {"head": f"X-API-Key: {secret}\r\n", "single": single, "batch": batches}


def wait() -> dict[str, Any]:
    """Returns when everything told is judged: how many seconds from now on, and what stands in the books by then."""
    began = time.perf_counter()
    while Delivery.objects.filter(subscriber="earning", done_at=None).exists():
        time.sleep(0.05)
    source = f"rule:{CODE}"
    return {
        "seconds": time.perf_counter() - began,
        "postings": Transaction.objects.filter(source=source, sealed=True).count(),
        "reasons": Evaluation.objects.filter(event__name="purchase_completed").count(),
    }


if __name__ == "__main__":
    print(json.dumps(prepare() if sys.argv[1] == "prepare" else wait()))
