"""Ways out for a text. Each has `send(to, text)` and raises `NotSent` when the text did not leave."""

import json
import logging
import time
from pathlib import Path
from typing import Any, Protocol

import requests
from django.conf import settings

from portal.accounts.phones.numbers import mask
from portal.core.ids import public_id

logger = logging.getLogger(__name__)
KEPT = 200


class NotSent(Exception):
    """The text did not leave; the message says why, without the text, the number or the secret."""


class SmsBackend(Protocol):
    """A way out for texts."""

    def send(self, to: str, text: str) -> None:
        """Hands over one text for `to` (E.164), or raises NotSent. May be slow: call it in a task, never in a page."""


class ConsoleBackend:
    """Writes to the log: for trying things out. The number is masked, the text is not."""

    def send(self, to: str, text: str) -> None:
        """Never fails."""
        logger.info("sms", extra={"to": mask(to), "text": text})


class MemoryBackend:
    """Keeps texts in `sent`, for tests."""

    sent: list[tuple[str, str]] = []

    def send(self, to: str, text: str) -> None:
        """Never fails."""
        self.sent.append((to, text))


class OutboxBackend:
    """Writes each text as a file of its own, whole or not at all; `/dev/texts/` shows them."""

    def send(self, to: str, text: str) -> None:
        """Never fails on a working disk."""
        target = folder()
        target.mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns()}-{public_id(6)}"
        draft = target / f".{name}"
        draft.write_text(json.dumps({"to": to, "text": text}, ensure_ascii=False), encoding="utf-8")
        draft.rename(target / f"{name}.json")
        for old in sorted(target.glob("*.json"))[:-KEPT]:
            old.unlink(missing_ok=True)


class HttpBackend:
    """Posts `{"to": …, "text": …}` as JSON to the configured address of a gateway, with the secret in a header.

    Redirects are refused: they would carry the secret elsewhere. Everything but 2xx counts as not sent.
    """

    TIMEOUT = (5, 15)  # seconds to reach the gateway, and to hear from it

    def send(self, to: str, text: str) -> None:
        """Raises NotSent with the gateway's status, or with what went wrong on the way."""
        try:
            answer = requests.post(
                settings.SMS_URL, json={"to": to, "text": text}, timeout=self.TIMEOUT, allow_redirects=False,
                headers={settings.SMS_SECRET_HEADER: settings.SMS_SECRET},
            )  # fmt: skip
        except requests.RequestException as failed:
            raise NotSent(type(failed).__name__) from failed
        if not 200 <= answer.status_code < 300:
            raise NotSent(f"HTTP {answer.status_code}")


BACKENDS: dict[str, type[SmsBackend]] = {
    "console": ConsoleBackend, "memory": MemoryBackend, "outbox": OutboxBackend, "http": HttpBackend,
}  # fmt: skip


def backend() -> SmsBackend:
    """The way out that is configured; raises NotSent when texts are switched off."""
    found = BACKENDS.get(settings.SMS_BACKEND)
    if found is None:
        raise NotSent("texts are switched off")
    return found()


def folder() -> Path:
    """Where the outbox lies."""
    return Path(settings.VAR_DIR) / "sms"


def outbox(limit: int = 60) -> list[dict[str, Any]]:
    """The newest texts of the outbox first: `at` (seconds), `to`, `text`."""
    found = []
    for path in sorted(folder().glob("*.json"), reverse=True)[:limit]:
        told = json.loads(path.read_text(encoding="utf-8"))
        found.append({"at": int(path.stem.split("-")[0]) / 1e9, "to": told["to"], "text": told["text"]})
    return found
