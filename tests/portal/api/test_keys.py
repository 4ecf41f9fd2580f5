"""Keys: shown once, kept as a hash, scoped, rotated with a grace, revoked, limited, and logged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from wagtail.models import ModelLogEntry

from portal.accounts.models import Member
from portal.api import actions, gatekeeper, secrets
from portal.api.models import ApiKey
from portal.core.clock import now
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.core.ids import new_key

pytestmark = pytest.mark.django_db
TIERS = "/api/v1/tiers"
MakeKey = Callable[..., tuple[ApiKey, str]]


def ask(secret: str, path: str = TIERS) -> int:
    return Client(headers={"X-API-Key": secret}).get(path).status_code


def test_a_key_opens_by_either_header_and_its_secret_is_nowhere_kept(make_key: MakeKey) -> None:
    row, secret = make_key("tiers:read")
    assert secret.startswith("ta_live_")
    assert ask(secret) == 200
    assert Client(headers={"Authorization": f"Bearer {secret}"}).get(TIERS).status_code == 200
    stored = " ".join(str(value) for value in ApiKey.objects.filter(pk=row.pk).values()[0].values())
    assert secret not in stored
    assert row.secret_hash == secrets.hash_of(secret) != secret
    assert row.prefix == secret[:14]


def test_the_hash_is_keyed(make_key: MakeKey, settings) -> None:
    _row, secret = make_key("tiers:read")
    settings.SECRET_KEY = "another-key-that-somebody-without-ours-would-have-to-guess-first"
    assert ask(secret) == 401


@pytest.mark.parametrize("wrong", ["", "x", "ta_live_" + "a" * 43, "ta_live_\x00", "Bearer"])
def test_no_key_and_a_wrong_one_are_refused_alike(wrong: str) -> None:
    answer = Client(headers={"X-API-Key": wrong}).get(TIERS)
    assert (answer.status_code, answer.json()["code"]) == (401, "key_refused")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_scope_that_the_key_lacks_is_refused(make_key: MakeKey) -> None:
    _row, secret = make_key("members:read")
    answer = Client(headers={"X-API-Key": secret, "Accept-Language": "en"}).get(TIERS)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert "tiers:read" in answer.json()["detail"]


def test_a_rotated_key_goes_on_for_its_grace_and_then_ends(make_key: MakeKey, manager: Member, monkeypatch) -> None:
    old, secret = make_key("tiers:read")
    at = now()
    new, fresh = actions.rotate_key(actor=manager, public_id=old.public_id, grace_hours=2, at=at, key=new_key())
    assert (new.name, new.scopes, new.mode) == (old.name, old.scopes, old.mode)
    assert (ask(secret), ask(fresh)) == (200, 200)
    monkeypatch.setattr(gatekeeper, "now", lambda: at + timedelta(hours=2))
    assert (ask(secret), ask(fresh)) == (401, 200)
    with pytest.raises(Conflict):
        actions.rotate_key(actor=manager, public_id=old.public_id, grace_hours=2, at=at, key=new_key())
    with pytest.raises(Invalid):
        actions.rotate_key(actor=manager, public_id=new.public_id, grace_hours=721, at=at, key=new_key())
    with pytest.raises(NotFound):
        actions.rotate_key(actor=manager, public_id="nobody", grace_hours=1, at=at, key=new_key())


def test_rotating_lengthens_no_life(make_key: MakeKey, manager: Member) -> None:
    at = now()
    old, _secret = make_key("tiers:read", expires_at=at + timedelta(hours=1))
    new, _fresh = actions.rotate_key(actor=manager, public_id=old.public_id, grace_hours=24, at=at, key=new_key())
    old.refresh_from_db()
    assert old.expires_at == new.expires_at == at + timedelta(hours=1)


def test_a_revoked_and_an_expired_key_open_nothing(make_key: MakeKey, manager: Member, monkeypatch) -> None:
    at = now()
    row, secret = make_key("tiers:read")
    actions.revoke_key(actor=manager, public_id=row.public_id, at=at)
    actions.revoke_key(actor=manager, public_id=row.public_id, at=at + timedelta(hours=1))
    row.refresh_from_db()
    assert (row.revoked_at, row.revoked_by) == (at, manager)
    _short, brief = make_key("tiers:read", expires_at=at + timedelta(minutes=1))
    assert (ask(secret), ask(brief)) == (401, 200)
    monkeypatch.setattr(gatekeeper, "now", lambda: at + timedelta(minutes=1))
    assert ask(brief) == 401


def test_only_who_keeps_keys_makes_them_and_the_form_makes_one(manager: Member, alice: Member, mod: Member) -> None:
    form = {"name": "Kho", "scopes": ["tiers:read"], "mode": "live", "at": now(), "key": new_key()}
    for other in (alice, mod):
        with pytest.raises(Forbidden):
            actions.make_key(actor=other, **form)
    actions.make_key(actor=manager, **form)
    with pytest.raises(Conflict):
        actions.make_key(actor=manager, **form)
    for wrong in ({"name": " "}, {"scopes": []}, {"scopes": ["all"]}, {"mode": "x"}, {"expires_at": form["at"]}):
        with pytest.raises(Invalid):
            actions.make_key(actor=manager, **form | {"key": new_key()} | wrong)
    assert ApiKey.objects.count() == 1


def test_each_act_leaves_a_line(make_key: MakeKey, manager: Member) -> None:
    row, _secret = make_key()
    new, _fresh = actions.rotate_key(actor=manager, public_id=row.public_id, grace_hours=1, at=now(), key=new_key())
    actions.revoke_key(actor=manager, public_id=new.public_id, at=now())
    lines = ModelLogEntry.objects.filter(action__startswith="api_key.").order_by("pk")
    assert [(line.action, line.user) for line in lines] == [
        ("api_key.made", manager), ("api_key.made", manager), ("api_key.rotated", manager), ("api_key.revoked", manager)
    ]  # fmt: skip
    assert all(line.message for line in lines)


def test_the_last_use_is_noted_once_a_minute(make_key: MakeKey, monkeypatch) -> None:
    row, secret = make_key("tiers:read")
    at = now()
    for seconds, noted in ((0, 0), (59, 0), (60, 60)):
        monkeypatch.setattr(gatekeeper, "now", lambda seconds=seconds: at + timedelta(seconds=seconds))
        assert ask(secret) == 200
        row.refresh_from_db()
        assert row.last_used_at == at + timedelta(seconds=noted)


def test_a_key_has_so_many_requests_a_minute_and_is_told_how_many(make_key: MakeKey, settings) -> None:
    settings.API_RATE = 2
    _row, secret = make_key("tiers:read")
    _other, another = make_key("tiers:read")
    client = Client(headers={"X-API-Key": secret})
    answers = [client.get(TIERS) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert {answer["RateLimit-Limit"] for answer in answers} == {"2"}
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    assert 1 <= int(answers[2]["RateLimit-Reset"]) <= 60
    assert answers[2].json()["code"] == "too_many"
    assert ask(another) == 200
    settings.API_RATE = 0
    free = client.get(TIERS)
    assert free.status_code == 200
    assert "RateLimit-Limit" not in free
