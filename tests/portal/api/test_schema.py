"""Promise 32: the schema tells all that is served and nothing else, and the API keeps to it whatever it is sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.urls import URLPattern, get_resolver
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from portal.accounts.models import Member
from portal.api import answers, event_types, explaining, telling
from portal.api.models import Scope
from portal.core.clock import now

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    negative_data_rejection,
]  # fmt: skip
FEW = settings(
    max_examples=8, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
ABOUT_THE_API = {"api/v1/openapi.json", "api/v1/docs", "api/v1/", "api/^.*$"}


def served(patterns=None, prefix: str = "") -> Iterator[str]:
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            if route.startswith("api/"):
                yield route
        elif not prefix or route.startswith("api/"):
            yield from served(one.url_patterns, route)


def test_promise_32_no_route_is_served_that_is_not_in_the_schema() -> None:
    told = {re.sub(r"{(\w+)}", r"<\1>", path).lstrip("/") for path in telling.schema_of("en")["paths"]}
    assert set(served()) - ABOUT_THE_API == told


def test_every_operation_tells_its_scope_every_status_and_an_example() -> None:
    schema = telling.schema_of("en")
    assert schema["openapi"].startswith("3.1")
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            expected = answers.WRITING if method == "post" else answers.READING
            assert {str(status) for status in expected} <= set(operation["responses"]), path
            assert operation["x-scope"] in Scope.values
            assert operation["security"] == [{"apiKey": [operation["x-scope"]]}, {"bearer": [operation["x-scope"]]}]
            assert operation["summary"]
            assert operation["description"]
            for status, answer in operation["responses"].items():
                if int(status) == 304:
                    continue
                [(kind, content)] = answer["content"].items()
                assert kind == ("application/problem+json" if int(status) >= 400 else "application/json")
                assert content["example"], (path, status)


def test_the_schema_and_its_page_come_in_both_languages_without_foreign_hosts() -> None:
    titles = {}
    for language in ("vi", "en"):
        client = Client(headers={"Accept-Language": language})
        told = client.get("/api/v1/openapi.json")
        titles[language] = told.json()["paths"]["/api/v1/tiers"]["get"]["summary"]
        assert client.get("/api/v1/openapi.json", headers={"If-None-Match": told["ETag"]}).status_code == 304
        door = client.get("/api/v1/docs")
        assert door.url == f"/{language}/api/v1/docs"
        assert "Accept-Language" in door["Vary"]
        page = client.get(door.url)
        text = page.content.decode()
        assert page.status_code == 200
        assert titles[language] in text
        assert "unsafe" not in page["Content-Security-Policy"]
        assert not re.search(r'(?:src|href)="(?:https?:)?//(?!testserver|127\.0\.0\.1:8000)', text)
        assert 'id="key_refused"' in text
        assert f'href="{door.url}"' in client.get(f"/{language}/search/").content.decode()
    assert titles["vi"] != titles["en"]
    assert Client(headers={"Accept-Language": "vi"}).get("/api").url == "/vi/api/v1/docs"


def words_of(schema: dict) -> Iterator[str]:
    for operations in schema["paths"].values():
        for operation in operations.values():
            yield operation["summary"]
            yield operation["description"]
            yield from (field["description"] for field in operation.get("parameters", []))


def test_all_that_operations_and_their_fields_say_is_said_in_vietnamese_too() -> None:
    english, vietnamese = (list(words_of(telling.schema_of(language))) for language in ("en", "vi"))
    assert len(english) == len(vietnamese) > 30
    assert [said for said, told in zip(english, vietnamese, strict=True) if said == told] == []


def test_the_page_tells_every_operation_scope_refusal_and_type_and_its_examples_are_taken() -> None:
    schema = telling.schema_of("vi")
    page = explaining.page_of(schema)
    told = {operation.id for _code, _name, operations in page["areas"] for operation in operations}
    assert told == {operation["operationId"] for path in schema["paths"].values() for operation in path.values()}
    assert {*explaining.TYPES} == {*event_types.TYPES, "custom.<name>"}
    for name, (_words, data) in explaining.TYPES.items():
        kind = event_types.type_of(name)
        assert kind is not None
        kind.payload.model_validate(event_types.wrapped(name, data))


def test_words_with_code_are_escaped() -> None:
    assert explaining.coded("<b> `<i>` & `x`") == (
        '&lt;b&gt; <code translate="no">&lt;i&gt;</code> &amp; <code translate="no">x</code>'
    )


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_promise_32_whatever_is_sent_the_answer_is_one_of_the_schema(
    mode: GenerationMode, caller: Callable[..., Client], alice: Member, settings_api_free: None
) -> None:
    client = caller()
    api = schemathesis.openapi.from_dict(telling.schema_of("en"))
    api.app = get_wsgi_application()
    seen: dict[str, set[int]] = {}

    def walk(case: schemathesis.Case) -> None:
        case.headers = {**(case.headers or {}), "X-API-Key": client.defaults["HTTP_X_API_KEY"]}
        if mode == GenerationMode.POSITIVE:
            _make_it_about(alice, case)
        answer = case.call_and_validate(checks=CHECKS)
        seen.setdefault(f"{case.method} {case.path}", set()).add(answer.status_code)

    operations = [result.ok() for result in api.get_all_operations()]
    for operation in operations:
        FEW(given(case=operation.as_strategy(generation_mode=mode))(walk))()
    assert len(seen) >= len(operations) - 3  # some operations take nothing that could be wrong
    told = set().union(*seen.values())
    assert told & {200, 201} if mode == GenerationMode.POSITIVE else {401, 422} & told


def _make_it_about(member: Member, case: schemathesis.Case) -> None:
    """Random ids find nobody: what is well formed shall also get through."""
    if "member_id" in (case.path_parameters or {}):
        case.path_parameters["member_id"] = member.public_id
    if case.path.endswith("/events") and isinstance(case.body, dict):
        at, who = now().isoformat(), {"id": member.public_id}
        case.body |= {"member": who, "occurred_at": at, "type": "survey.answered", "data": {"survey": "s"}}


@pytest.fixture
def settings_api_free(settings) -> Iterator[None]:
    """No limit: what is sent counts here, not how fast. And no request closes the connection that holds the test."""
    settings.API_RATE = 0
    ears = (signals.request_started, signals.request_finished)
    for ear in ears:
        ear.disconnect(close_old_connections)
    yield
    for ear in ears:
        ear.connect(close_old_connections)
