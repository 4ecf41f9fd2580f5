"""Papers of the house: one altered letter breaks them, and a key that signs no more still speaks for its own."""

from __future__ import annotations

import base64
import hashlib
import json
from io import StringIO
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management import call_command
from django.test import Client

from portal.core import proofs
from portal.core.proofs import State

KIND = "trial+jws"
SAID = {"member": "Nguyễn Thị Hoa", "sum": 120}


def unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def lines(*words: str) -> dict[str, str]:
    """What the command prints for the environment."""
    out = StringIO()
    call_command("signing_key", *words, stdout=out, stderr=StringIO())
    return dict(line.split("=", 1) for line in out.getvalue().splitlines() if line.startswith("TRIAN_"))


def test_what_was_signed_is_read_back() -> None:
    assert proofs.read(proofs.sign(SAID, kind=KIND), kind=KIND) == (State.VALID, SAID)


def test_anybody_can_check_a_paper_with_the_published_keys_alone(client: Client) -> None:
    """By the standards alone, without a line of ours: RFC 7515, 7638, 8037."""
    head, body, signature = proofs.sign(SAID, kind=KIND).split(".")
    answer = client.get("/.well-known/jwks.json")
    assert answer["Content-Type"] == "application/jwk-set+json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    [key] = [one for one in answer.json()["keys"] if one["kid"] == json.loads(unpack(head))["kid"]]
    assert set(key) == {"kty", "crv", "use", "alg", "kid", "x"}  # never "d", the secret half
    thumb = hashlib.sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{key["x"]}"}}'.encode()).digest()
    assert base64.urlsafe_b64encode(thumb).decode().rstrip("=") == key["kid"]
    public = Ed25519PublicKey.from_public_bytes(unpack(key["x"]))
    public.verify(unpack(signature), f"{head}.{body}".encode())
    assert json.loads(unpack(body)) == SAID
    with pytest.raises(InvalidSignature):
        public.verify(unpack(signature), f"{head}.{body}A".encode())


def test_each_altered_letter_breaks_it() -> None:
    paper = proofs.sign(SAID, kind=KIND)
    body = paper.index(".") + 1
    for place in (*range(body, len(paper) - 90, 7), len(paper) - 40):
        other = paper[:place] + ("A" if paper[place] != "A" else "B") + paper[place + 1 :]
        assert proofs.read(other, kind=KIND) == (State.ALTERED, {})


@pytest.mark.parametrize("head", [{"alg": "none"}, {"alg": "HS256"}, {"alg": "EdDSA", "typ": "other+jws"}, {}])
def test_no_other_way_of_signing_and_no_other_kind_is_read(head: dict[str, Any]) -> None:
    _head, body, signature = proofs.sign(SAID, kind=KIND).split(".")
    packed = base64.urlsafe_b64encode(json.dumps({"typ": KIND, **head}).encode()).decode().rstrip("=")
    assert proofs.read(f"{packed}.{body}.{signature}", kind=KIND) == (State.FOREIGN, {})


def test_another_house_is_told_from_a_forgery(settings: Any) -> None:
    settings.SIGNING_KEY = proofs.new_seed()
    theirs = proofs.sign(SAID, kind=KIND)
    settings.SIGNING_KEY = proofs.new_seed()
    assert proofs.read(theirs, kind=KIND) == (State.UNKNOWN_KEY, {})


def test_a_new_key_leaves_old_papers_standing_and_a_leaked_one_takes_them_along(settings: Any) -> None:
    first = proofs.sign(SAID, kind=KIND)
    told = lines("--new")
    settings.SIGNING_KEY = told["TRIAN_SIGNING_KEY"]
    settings.SIGNING_KEYS_OLD = told["TRIAN_SIGNING_KEYS_OLD"].split(",")
    second = proofs.sign(SAID, kind=KIND)
    assert proofs.read(first, kind=KIND) == (State.RETIRED, SAID)
    assert proofs.read(second, kind=KIND) == (State.VALID, SAID)
    settings.SECRET_KEY = "another secret, from which nothing was drawn before"
    assert proofs.read(first, kind=KIND) == (State.RETIRED, SAID)
    told = lines("--new", "--leaked")
    settings.SIGNING_KEY = told["TRIAN_SIGNING_KEY"]
    settings.SIGNING_KEYS_OLD = told["TRIAN_SIGNING_KEYS_OLD"].split(",")
    assert proofs.read(second, kind=KIND) == (State.UNKNOWN_KEY, {})
    assert proofs.read(first, kind=KIND) == (State.RETIRED, SAID)


def test_the_command_says_what_stands_and_never_the_secret(settings: Any) -> None:
    settings.SIGNING_KEY = proofs.new_seed()
    out = StringIO()
    call_command("signing_key", stdout=out)
    assert proofs.public_of_today() in out.getvalue()
    assert settings.SIGNING_KEY not in out.getvalue()


def test_a_new_secret_key_keeps_old_papers_through_its_fallbacks(settings: Any) -> None:
    paper = proofs.sign(SAID, kind=KIND)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret, from which nothing was drawn before"
    assert proofs.read(paper, kind=KIND) == (State.RETIRED, SAID)
    settings.SECRET_KEY_FALLBACKS = []
    assert proofs.read(paper, kind=KIND) == (State.UNKNOWN_KEY, {})
