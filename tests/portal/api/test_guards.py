"""Guards that only a rare moment needs: each of these fails when its guard is taken out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory

from portal.accounts.models import Member
from portal.api import gatekeeper, incoming
from portal.api.models import ApiKey, IncomingEvent, OtherNumber
from portal.core.clock import now
from tests.portal.api.test_events import code_of, purchase, send, till

__all__ = ["till"]
pytestmark = pytest.mark.django_db


def test_a_body_whose_length_nobody_told_is_measured() -> None:
    request = RequestFactory().post("/api/v1/events", b"{}", content_type="application/json")
    del request.META["CONTENT_LENGTH"]
    request._body = b" " * gatekeeper.LARGEST_BODY
    gatekeeper._check_body(request)
    request._body += b" "
    with pytest.raises(gatekeeper.TooLarge):
        gatekeeper._check_body(request)


def test_a_key_for_trying_takes_no_number_away(
    caller: Callable[..., Client], alice: Member, make_key: Callable[..., tuple[ApiKey, str]]
) -> None:
    key = make_key("members:link")[0]
    OtherNumber.objects.create(system="crm", number="77", member=alice, told_with=key, linked_at=now())
    path = f"/api/v1/members/{alice.public_id}/numbers/crm/77"
    assert caller("members:link", mode="test").delete(path).json()["items"] == []
    assert OtherNumber.objects.count() == 1
    assert caller("members:link").delete(path).json()["items"] == []
    assert not OtherNumber.objects.exists()


def test_a_repeat_is_answered_for_ever_also_when_it_would_be_too_late_by_now(
    till: Client, alice: Member, settings: Any
) -> None:
    body = purchase(alice, at=now() - timedelta(days=3))
    first = send(till, body)
    settings.API_EVENTS_DAYS = 1
    again = send(till, body)
    assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (201, first.content, "true")
    Member.objects.filter(pk=alice.pk).update(is_active=False)
    assert send(till, body).content == first.content


def test_who_comes_second_in_the_same_moment_is_answered_as_a_repeat(
    till: Client, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both looked before either had written: the unique key tells them apart."""
    body = purchase(alice)
    first = send(till, body)
    looks, stored = [None], incoming._stored
    monkeypatch.setattr(incoming, "_stored", lambda body: looks.pop() if looks else stored(body))
    again = send(till, body)
    assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (201, first.content, "true")
    assert not looks
    assert IncomingEvent.objects.count() == 1


@pytest.mark.parametrize("gone", [{"is_active": False}, {"joined_at": None}, {"left_at": now()}])
def test_who_is_not_here_is_nobody_to_other_systems(till: Client, alice: Member, gone: dict[str, Any]) -> None:
    Member.objects.filter(pk=alice.pk).update(**gone)
    assert code_of(send(till, purchase(alice))) == (422, "unknown_member")
    by_address = send(till, purchase(alice, member={"email": alice.email}))
    assert (by_address.status_code, by_address.json()["waits_for"]) == (202, "member")
