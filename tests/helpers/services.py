"""A fake of each service through which people come in, and the way there and back, without a network."""

from __future__ import annotations

import html
import json
import re
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from portal.accounts.models import Member
from portal.settings import services as service_settings

SERVICES = ("google", "facebook", "zalo")
DOOR, JOIN, MINE = "/vi/accounts/login/", "/vi/accounts/services/join/", "/vi/accounts/services/"
KEY = "k" * 40


class Fake:
    """The three services: what they tell of whom, and what they were asked."""

    def __init__(self) -> None:
        self.uid, self.name, self.email = "uid-1", "Lê Sang", "sang@dich-vu.example"
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.says: dict[str, tuple[int, Any]] = {}

    def request(self, _session: Any, method: str, url: str, **sent: Any) -> requests.Response:
        self.asked.append((method, url, sent))
        host = urlsplit(url).netloc
        status, told = self.says.get(host, (200, None))
        answer = requests.Response()
        answer.status_code, answer.headers["content-type"] = status, "application/json"
        answer._content = json.dumps(self._tell(host, url) if told is None else told).encode()
        return answer

    def _tell(self, host: str, url: str) -> dict[str, Any]:
        if host == "oauth2.googleapis.com":
            told = {"sub": self.uid, "name": self.name, "email": self.email, "email_verified": True, "picture": "x"}
            told |= {"iss": "https://accounts.google.com", "aud": "google-id", "exp": time.time() + 60}
            return {"access_token": "t", "expires_in": 3600, "id_token": jwt.encode(told, KEY, algorithm="HS256")}
        if host == "oauth.zaloapp.com":
            return {"access_token": "t", "refresh_token": "r", "expires_in": "90000"}
        if host == "graph.zalo.me":
            return {"error": 0, "message": "Success", "id": self.uid, "name": self.name, "is_sensitive": False}
        if url.endswith("/access_token"):
            return {"access_token": "t", "expires_in": 3600}
        return {"id": self.uid, "name": self.name, "email": self.email}


def set_up(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Fake:
    """All three are configured, and nothing leaves this machine."""
    made = Fake()
    monkeypatch.setattr(requests.Session, "request", lambda session, *args, **kw: made.request(session, *args, **kw))
    settings.SOCIALACCOUNT_PROVIDERS = {
        name: {"APPS": [{"client_id": f"{name}-id", "secret": KEY}], **service_settings.ASKED[name]}
        for name in SERVICES
    }
    return made


def leave(browser: Client, service: str, **typed: str) -> dict[str, str]:
    """Presses the button; what the service's address carries."""
    response = browser.post(f"{MINE}{service}/", typed)
    assert response.status_code == 200, getattr(response, "url", response.status_code)
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', response.content.decode())
    assert found
    return {key: values[0] for key, values in parse_qs(urlsplit(html.unescape(found[1])).query).items()}


def travel(browser: Client, service: str, **typed: str) -> Any:
    """There and back again."""
    carried = leave(browser, service, **typed)
    return browser.get(f"/accounts/{service}/login/callback/", {"code": "c", "state": carried["state"]})


def connect(member: Member, service: str, uid: str = "uid-1") -> SocialAccount:
    """A service that opens her account already."""
    return SocialAccount.objects.create(user=member, provider=service, uid=uid, extra_data={"name": "Lê Sang"})
