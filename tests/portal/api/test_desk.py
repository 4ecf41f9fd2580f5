"""The desk of keys: who comes in, a secret that is shown once, and refusals beside the form."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Member
from portal.api.models import ApiKey
from portal.core.ids import new_key
from tests.helpers.queries import assert_num_queries_constant

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"ta_(?:live|test)_[A-Za-z0-9_-]{43}")


@pytest.fixture
def desk(manager: Member, signed_in: Callable[..., Client]) -> Client:
    return signed_in(manager)


def form(**changes: object) -> dict[str, object]:
    return {"name": "Kho", "mode": "live", "scopes": ["tiers:read"], "expires_at": "", "key": new_key()} | changes


def test_a_secret_is_shown_once_and_opens(desk: Client) -> None:
    sent = form()
    answer = desk.post(reverse("api_key_make"), sent)
    [secret] = SECRET.findall(answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    assert Client(headers={"X-API-Key": secret}).get("/api/v1/tiers").status_code == 200
    assert not SECRET.search(desk.get(reverse("api_keys")).content.decode())
    again = desk.post(reverse("api_key_make"), sent)
    assert again.status_code == 409
    assert not SECRET.search(again.content.decode())
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"name": ""}, {"scopes": []}, {"mode": "x"}, {"expires_at": "2020-01-01T00:00"}])
def test_a_wrong_form_comes_back_and_makes_nothing(desk: Client, wrong: dict[str, object]) -> None:
    assert desk.post(reverse("api_key_make"), form(**wrong)).status_code == 422
    assert not ApiKey.objects.exists()


def test_a_key_is_rotated_and_revoked_at_the_desk(desk: Client) -> None:
    desk.post(reverse("api_key_make"), form())
    row = ApiKey.objects.get()
    answer = desk.post(reverse("api_key_rotate", args=[row.public_id]), {"grace_hours": 0, "key": new_key()})
    [secret] = SECRET.findall(answer.content.decode())
    client = Client(headers={"X-API-Key": secret})
    assert client.get("/api/v1/tiers").status_code == 200
    assert desk.post(reverse("api_key_rotate", args=[row.public_id]), {"grace_hours": 0, "key": "x"}).status_code == 409
    fresh = ApiKey.objects.exclude(pk=row.pk).get()
    assert desk.post(reverse("api_key_revoke", args=[fresh.public_id])).status_code == 302
    assert client.get("/api/v1/tiers").status_code == 401


def test_nobody_else_comes_in(signed_in: Callable[..., Client], mod: Member, staff: Member) -> None:
    for other in (mod, staff):
        client = signed_in(other)
        assert client.get(reverse("api_keys")).status_code == 403
        assert client.post(reverse("api_key_make"), form()).status_code == 403
    assert not ApiKey.objects.exists()


def test_the_desk_tells_keys_in_use_apart_from_those_that_ended(desk: Client) -> None:
    empty = desk.get(reverse("api_keys")).content.decode()
    assert 'class="prog-empty"' in empty
    for name in ("Kho", "Bản tin"):
        desk.post(reverse("api_key_make"), form(name=name))
    ended = ApiKey.objects.get(name="Kho")
    desk.post(reverse("api_key_revoke", args=[ended.public_id]))
    page = desk.get(reverse("api_keys")).content.decode()
    used, after = page.split('id="ended"')
    assert 'class="prog-empty"' not in used
    assert f"{ApiKey.objects.get(name='Bản tin').prefix}…" in used
    assert ended.prefix not in used
    assert ended.prefix in after
    assert not re.search(r'\bid="([^"]+)"(?=.*\bid="\1")', page.partition('class="nice-padding prog"')[2], re.S)


def test_the_desk_costs_the_same_for_one_key_and_for_many(desk: Client, manager: Member) -> None:
    def more() -> None:
        for _number in range(3):
            desk.post(reverse("api_key_make"), form())
            fresh = ApiKey.objects.order_by("-pk")[0]
            desk.post(reverse("api_key_rotate", args=[fresh.public_id]), {"grace_hours": 24, "key": new_key()})
            desk.post(reverse("api_key_revoke", args=[fresh.public_id]))

    assert_num_queries_constant(lambda: desk.get(reverse("api_keys")), more)
