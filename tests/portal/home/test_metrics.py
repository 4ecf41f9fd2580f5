"""`/metrics`: what it counts, and who may see it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from portal.core import clock
from portal.events.models import Delivery, DomainEvent

pytestmark = pytest.mark.django_db


def numbers(client: Client) -> dict[str, float]:
    lines = client.get("/metrics").content.decode().splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}


def test_what_waits_and_what_failed_is_counted(client: Client) -> None:
    at = clock.now()
    for minutes, attempts, done in ((5, 0, None), (9, 3, None), (30, 1, at)):
        event = DomainEvent.objects.create(name="member_joined", occurred_at=at - timedelta(minutes=minutes))
        Delivery.objects.create(event=event, subscriber="x", due_at=at, attempts=attempts, done_at=done)
    for status in (TaskResultStatus.READY, TaskResultStatus.READY, TaskResultStatus.FAILED):
        DBTaskResult.objects.create(
            args_kwargs={"args": [], "kwargs": {}}, task_path="x.y", backend_name="default", run_after=get_date_max(),
            exception_class_path="", traceback="", status=status,
        )  # fmt: skip
    found = numbers(client)
    assert found["trian_deliveries_waiting"] == 2
    assert found["trian_deliveries_failed"] == 1
    assert 9 * 60 <= found["trian_delivery_oldest_seconds"] < 10 * 60
    assert (found["trian_jobs_waiting"], found["trian_jobs_failed"]) == (2, 1)
    assert (found["trian_open_sockets"], found["trian_database_up"]) == (0, 1)
    assert "trian_requests_waiting" in found
    assert "process_resident_memory_bytes" in found


def test_requests_are_counted_by_the_name_of_their_route_and_no_path_is_told(client: Client) -> None:
    key = 'trian_request_seconds_count{method="GET",route="robots",status="200"}'
    before = numbers(client).get(key, 0)
    client.get("/robots.txt?mail=canary@may.example")
    client.get("/vi/people/canary-person/")
    client.generic("CANARY", "/robots.txt")
    text = client.get("/metrics").content.decode()
    assert numbers(client)[key] == before + 1
    assert "canary" not in text.lower()


def test_it_costs_the_same_however_much_waits(client: Client, django_assert_max_num_queries: Any) -> None:
    for _ in range(5):
        event = DomainEvent.objects.create(name="member_joined", occurred_at=clock.now())
        Delivery.objects.create(event=event, subscriber="x", due_at=clock.now())
    with django_assert_max_num_queries(2):
        client.get("/metrics")


@pytest.mark.parametrize(
    ("headers", "address", "status"),
    [
        ({}, "127.0.0.1", 200),
        ({}, "10.9.8.7", 200),
        ({}, "203.0.113.5", 404),
        ({}, "", 404),
        ({"X-Forwarded-For": "10.9.8.7"}, "127.0.0.1", 404),
        ({"X-Real-IP": "10.9.8.7"}, "127.0.0.1", 404),
        ({"Authorization": "Bearer " + "t" * 40, "X-Forwarded-For": "1.2.3.4"}, "203.0.113.5", 200),
        ({"Authorization": "Bearer wrong"}, "203.0.113.5", 404),
        ({"Authorization": "Bearer "}, "203.0.113.5", 404),
        ({"Authorization": "Basic " + "t" * 40}, "203.0.113.5", 404),
    ],
)
def test_only_those_allowed_see_it(client: Client, settings: Any, headers: Any, address: str, status: int) -> None:
    settings.METRICS_TOKEN, settings.METRICS_NETWORKS = "t" * 40, ["127.0.0.0/8", "10.0.0.0/8"]
    assert client.get("/metrics", headers=headers, REMOTE_ADDR=address).status_code == status


def test_without_a_token_the_empty_one_opens_nothing(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    response = client.get("/metrics", headers={"Authorization": "Bearer "}, REMOTE_ADDR="203.0.113.5")
    assert response.status_code == 404


def test_a_machine_asks_by_number_whatever_the_site_is_called(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["may.example"]
    for path in ("/healthz", "/readyz", "/metrics"):
        assert client.get(path, headers={"Host": "10.0.0.3:8001"}).status_code != 400
    assert client.get("/robots.txt", headers={"Host": "10.0.0.3:8001"}).status_code == 400
