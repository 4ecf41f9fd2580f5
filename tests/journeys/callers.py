"""Members without a browser: they sign in at /dev/ and send forms, and send them again until the house has said yes."""

from __future__ import annotations

import re
import time
import uuid

import httpx


class Caller:
    """One member with a session. `acknowledged` holds the keys to which the house said yes."""

    def __init__(self, url: str, email: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=15, headers={"Origin": url, "Accept": "application/json"})
        page = self.http.get("/dev/", headers={"Accept": "text/html"}).text
        found = re.search(rf'{re.escape(email)}.*?name="who" value="(\w+)"', page, re.DOTALL)
        assert found, f"{email} is not on /dev/"
        self.send("/dev/enter/", {"who": found.group(1)})
        self.acknowledged: list[str] = []

    def send(self, path: str, data: dict[str, str]) -> httpx.Response:
        """Posts a form as a page of ours would."""
        return self.http.post(path, data=data, headers={"X-CSRFToken": self.http.cookies.get("csrftoken") or ""})

    def insist(self, path: str, data: dict[str, str], *, prefix: str, until: float) -> str | None:
        """Sends a form under one fresh key until it is acknowledged; None when `until` (monotonic) came first."""
        key = f"{prefix}:{uuid.uuid4()}"
        while time.monotonic() < until:
            try:
                answer = self.send(path, {**data, "key": key})
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.status_code in (200, 201, 204, 302):
                self.acknowledged.append(key)
                return key
            assert answer.status_code in (429, 500, 502, 503), f"{answer.status_code}: {answer.text[:300]}"
            time.sleep(min(float(answer.headers.get("Retry-After", 0.2)), 1.0))
        return None
