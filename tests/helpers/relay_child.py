"""A relay in a process of its own with one subscriber, `effect`, that writes a row; it can be told to die.

Started as `python -m tests.helpers.relay_child FLAG`: while the file FLAG exists, its handler writes its effect, says
so in FLAG.said and kills the whole process with SIGKILL before the transaction ends. A member number in FLAG narrows
that to events about this member.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import django

django.setup()

from portal.accounts.models import Consent, Member  # noqa: E402
from portal.core.clock import now  # noqa: E402
from portal.events import bus, relay  # noqa: E402
from portal.events.types.accounts import StandingChanged  # noqa: E402

flag = Path(sys.argv[1])


@bus.durable("effect", StandingChanged)
def handle(heard: bus.Heard) -> None:
    member = Member.objects.order_by("id").first()
    Consent.objects.create(member=member, purpose="news", given=True, text_version="", way=f"e{heard.id}", at=now())
    if flag.exists() and flag.read_text() in ("", str(heard.event.member)):
        with flag.with_suffix(".said").open("a") as said:
            said.write(f"{heard.id}\n")
        os.kill(os.getpid(), signal.SIGKILL)


relay.run(threading.Event())
