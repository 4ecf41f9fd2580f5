"""Members who write without pause and insist on being heard, whatever happens to the house meanwhile."""

from __future__ import annotations

import threading
import time
import uuid

import httpx

from tests.deploy.service import SITE


class Writer(threading.Thread):
    """One member who replies again and again. `acknowledged` are the keys to which the house said yes."""

    def __init__(self, client: httpx.Client, cookies: dict[str, str], topic: str, csrf: str) -> None:
        super().__init__(daemon=True)
        self.client, self.topic, self.csrf = client, topic, csrf
        for name, value in cookies.items():
            client.cookies.set(name, value)
        client.cookies.set(csrf, "c" * 32)
        client.headers.update({
            "Origin": f"https://{SITE}", "Referer": f"https://{SITE}/vi/", "X-CSRFToken": "c" * 32,
            "Accept": "application/json",
        })  # fmt: skip
        self.enough = threading.Event()
        self.acknowledged: list[str] = []
        self.seen: list[tuple[float, int]] = []
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            number = 0
            while not self.enough.is_set():
                number += 1
                self._insist(f"r:{uuid.uuid4()}", f"Lời số {number} của {self.name}, nói giữa lúc nhà chao đảo.")
                time.sleep(0.05)
        except BaseException as failure:
            self.failure = failure

    def _insist(self, key: str, words: str) -> None:
        while not self.enough.is_set():
            try:
                status = self.say(key, words).status_code
            except httpx.TransportError:
                status = 0
            self.seen.append((time.monotonic(), status))
            if status in (200, 201, 204, 302):
                self.acknowledged.append(key)
                return
            time.sleep(0.2)

    def say(self, key: str, words: str) -> httpx.Response:
        """Sends one reply under a key."""
        path = f"/vi/community/topics/{self.topic}/do/replies/"
        return self.client.post(path, data={"body": words, "to": "", "list": "", "key": key})

    def stop(self) -> None:
        """Ends it, and fails with what it met."""
        self.enough.set()
        self.join(40)
        self.client.close()
        if self.failure is not None:
            raise self.failure
