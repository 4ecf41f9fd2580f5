"""The measure that the walk of pages holds headers against can fail (promise 37)."""

from http.cookies import SimpleCookie

import pytest

from tests.audit.headers import faults, scored

POLICY = "default-src 'none'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
GOOD = {
    "Content-Security-Policy": POLICY,
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def cookie(*marks: str) -> SimpleCookie:
    return SimpleCookie("; ".join(("session=1", *marks)))


def test_strict_headers_are_worth_the_highest_mark() -> None:
    assert faults(GOOD, SimpleCookie()) == []
    assert 100 + sum(scored(GOOD, cookie("Secure", "HttpOnly", "SameSite=Lax")).values()) == 125


@pytest.mark.parametrize(
    "weaker",
    [
        {"Content-Security-Policy": ""},
        {"Content-Security-Policy": POLICY.replace("script-src 'self'", "script-src 'unsafe-inline'")},
        {"Content-Security-Policy": POLICY.replace("script-src 'self'", "script-src https:")},
        {"Content-Security-Policy": POLICY.replace("base-uri 'none'", "base-uri 'self'")},
        {"Content-Security-Policy": POLICY + "; img-src https://pictures.example"},
        {"Strict-Transport-Security": "max-age=60"},
        {"X-Content-Type-Options": ""},
        {"Referrer-Policy": "unsafe-url"},
        {"Cross-Origin-Opener-Policy": "unsafe-none"},
        {"Access-Control-Allow-Origin": "*"},
    ],
)
def test_each_weaker_header_is_found(weaker: dict[str, str]) -> None:
    assert faults(GOOD | weaker, SimpleCookie())


def test_a_cookie_in_the_open_is_found() -> None:
    assert faults(GOOD, cookie("HttpOnly", "SameSite=Lax"))
