"""People with sessions in a house in service, and a talk for them: run in its environment, prints JSON.

`python -m tests.deploy.people NUMBER` makes so many members, one space and one topic; their cookies are those that the
one door would have set.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from community import api as community  # noqa: E402
from portal.core import clock  # noqa: E402
from portal.scopes import selectors as scopes  # noqa: E402
from tests.factories.portal import make_members  # noqa: E402
from tests.helpers.sessions import enter  # noqa: E402


def main(number: int) -> None:
    """Makes them and says who they are."""
    members = make_members(number)
    brand = scopes.brand()
    assert brand is not None
    community.open_space(
        code="hien", scope=brand, position=1, texts={"vi": ("Hiên", "Chỗ ngồi"), "en": ("Porch", "Sit")}
    )
    topic = community.start_topic(
        actor=members[0], space_code="hien", title="Chuyện đầu tiên của nhà", source="Mời cả nhà ngồi xuống.", tags=[],
        language="vi", key="first", at=clock.now(),
    )  # fmt: skip
    cookies = []
    for member in members:
        browser = enter(Client(), member)
        cookies.append({settings.SESSION_COOKIE_NAME: browser.cookies[settings.SESSION_COOKIE_NAME].value})
    told = {
        "cookies": cookies, "topic": topic.public_id, "csrf": settings.CSRF_COOKIE_NAME,
        "room": community.room_of("hien").code, "post": community.first_post(topic).public_id,
    }  # fmt: skip
    sys.stdout.write("\n" + json.dumps(told) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
