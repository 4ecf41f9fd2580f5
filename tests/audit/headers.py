"""What the answer's headers are worth, by the public scoring of MDN's HTTP Observatory.

Begins at 100; each finding takes or gives points. From 100 on it is an A+. Only what an answer of one page can show is
scored: a redirect from plain http and the browsers' preload list are a matter of the server in front.
"""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import SimpleCookie

HALF_A_YEAR = 15_768_000
DISCREET = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


def directives(policy: str) -> dict[str, list[str]]:
    """A content security policy as its parts."""
    parts = [part.split() for part in policy.split(";") if part.strip()]
    return {name: values for name, *values in parts}


def _policy(headers: Mapping[str, str]) -> dict[str, int]:
    policy = directives(headers.get("Content-Security-Policy", ""))
    if not policy:
        return {"no content policy": -25}
    fallback = policy.get("default-src", ["*"])
    scripts, styles = policy.get("script-src", fallback), policy.get("style-src", fallback)
    objects = policy.get("object-src", fallback)
    if "'unsafe-inline'" in scripts or "data:" in scripts or objects != ["'none'"]:
        return {"the content policy lets foreign scripts or objects run": -20}
    if "'unsafe-eval'" in scripts:
        return {"the content policy lets text become script": -10}
    if any(source in ("*", "http:", "https:") for source in (*scripts, *styles)):
        return {"the content policy lets everybody serve scripts or styles": -20}
    if "'unsafe-inline'" in styles:
        return {"the content policy lets styles stand inline": 0}
    return {"strict content policy": 10 if fallback == ["'none'"] else 5}


def _cookies(cookies: SimpleCookie) -> dict[str, int]:
    if not cookies:
        return {}
    if any(not cookie["secure"] for cookie in cookies.values()):
        return {"a cookie travels in the open": -20}
    guarded = all(cookie["samesite"] and cookie["httponly"] for cookie in cookies.values())
    return {"cookies out of reach of scripts and of other sites": 5} if guarded else {}


def _transport(headers: Mapping[str, str]) -> dict[str, int]:
    kept = headers.get("Strict-Transport-Security", "").split(";")[0]
    seconds = int(kept.removeprefix("max-age=") or 0) if kept.startswith("max-age=") else 0
    return {} if seconds >= HALF_A_YEAR else {"plain http is not ruled out for half a year": -20}


def scored(headers: Mapping[str, str], cookies: SimpleCookie) -> dict[str, int]:
    """Every finding of one answer with its points."""
    found = _policy(headers) | _cookies(cookies) | _transport(headers)
    policy = directives(headers.get("Content-Security-Policy", ""))
    if headers.get("X-Content-Type-Options") != "nosniff":
        found["browsers may guess types"] = -5
    if policy.get("frame-ancestors") in (["'none'"], ["'self'"]):
        found["no foreign frame, by policy"] = 5
    elif headers.get("X-Frame-Options") not in ("DENY", "SAMEORIGIN"):
        found["foreign pages may frame it"] = -20
    if headers.get("Referrer-Policy") in DISCREET:
        found["other sites do not learn the address"] = 5
    if headers.get("Access-Control-Allow-Origin") == "*":
        found["every site may read it"] = -50
    return found


def faults(headers: Mapping[str, str], cookies: SimpleCookie) -> list[str]:
    """What keeps a page of ours from the promise: 120 points, no framing, no base address, alone in its window."""
    found = scored(headers, cookies)
    wrong = [finding for finding, points in found.items() if points < 0]
    if (score := 100 + sum(found.values())) < 120:
        wrong.append(f"{score} points")
    policy = directives(headers.get("Content-Security-Policy", ""))
    wrong += [f"{name} is not closed" for name in ("object-src", "base-uri") if policy.get(name) != ["'none'"]]
    if headers.get("Cross-Origin-Opener-Policy") != "same-origin":
        wrong.append("pages that opened it may hold on to it")
    foreign = [
        source
        for sources in policy.values()
        for source in sources
        if source[0] != "'" and not source.startswith("data:")
    ]
    return wrong + [f"lets in {source}" for source in foreign]
