"""Limits of the doors are one number, however many processes answer, and however often one of them is started anew."""

from __future__ import annotations

import re
from itertools import cycle, islice
from pathlib import Path

import pytest
import requests
from django_tasks_db.models import DBTaskResult

from portal.accounts.models import Member
from portal.accounts.phones.actions import keep_phone
from portal.accounts.sms.models import TextMessage
from portal.core import clock
from tests.factories.portal import make_member
from tests.helpers.realtime import web_process

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE, DOOR = "portal.asgi:application", "/vi/accounts/login/"
PER_ADDRESS, PER_PLACE = 3, 30
NUMBER = "+84912345678"


class Browser:
    """A visitor whose requests go to whichever process is named."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.session.trust_env = False

    def ask(self, port: int, login: str) -> int:
        """Asks the door on this port for digits."""
        door = f"http://127.0.0.1:{port}{DOOR}"
        page = self.session.get(door, timeout=30).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        form = {"login": login, "way": "code", "csrfmiddlewaretoken": token[1]}
        return self.session.post(door, data=form, timeout=30, allow_redirects=False).status_code


def letters() -> int:
    return DBTaskResult.objects.filter(task_path__endswith="send_letter").count()


@pytest.mark.redis
def test_two_processes_count_one_visitor_together_and_a_restart_forgets_nothing(
    tmp_path: Path, redis_server, redis_url
) -> None:
    alice = make_member("Phạm Ngọc Alice", email="alice@thu.example")
    more = {"REDIS_URL": redis_server.url, "TRIAN_RELAY": "off"}
    with web_process(tmp_path, HOUSE, **more) as (first, _one):
        with web_process(tmp_path, HOUSE, **more) as (second, _two):
            answers = [Browser().ask(port, alice.email) for port in islice(cycle((first, second)), 8)]
            assert letters() == PER_ADDRESS, answers
        with web_process(tmp_path, HOUSE, **more) as (anew, _three):
            Browser().ask(anew, alice.email)
            assert letters() == PER_ADDRESS
            statuses = [
                Browser().ask(port, f"ai{number}@thu.example")
                for number, port in enumerate(islice(cycle((first, anew)), PER_PLACE))
            ]
    # Nine askings were counted before these.
    assert statuses.count(302) <= PER_PLACE - 9
    assert statuses[-5:] == [429] * 5


def test_what_costs_money_is_counted_across_a_restart_without_redis(tmp_path: Path) -> None:
    alice: Member = make_member("Phạm Ngọc Alice", email="alice@thu.example")
    keep_phone(actor=alice, phone=NUMBER, at=clock.now())
    more = {"TRIAN_SMS_BACKEND": "outbox"}
    for _start in range(2):
        with web_process(tmp_path, HOUSE, **more) as (port, _web):
            Browser().ask(port, NUMBER)
    assert TextMessage.objects.count() == 1
