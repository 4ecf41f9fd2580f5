"""The schema, OpenAPI 3.1, as it is served and as the page for programmers reads it. Made once for each language."""

import hashlib
import json
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from ninja.responses import NinjaJSONEncoder

from portal.api import retiring
from portal.api.door import api
from portal.core.problems import MEDIA_TYPE

PREFIX = "/api/v1/"
_LEFT = ("Limit", "Remaining", "Reset")
_BEFORE_THE_KEY = (400, 401, 405, 500, 503, 507)  # answered also where no key was looked at
_GOES = ("Deprecation", "Sunset", "Link")
_COME_AGAIN = (429, 503, 507)
# What a refusal is called by programs, and what to do about it.
PROBLEMS: dict[str, Any] = {
    "bad_json": _("The body is no JSON that we could read."),
    "key_refused": _("No key, an unknown one, or one that has ended."),
    "scope_missing": _("The key is good, but does not open this."),
    "not_found": _("Unknown, hidden and closed look the same."),
    "method_not_allowed": _("The address takes other methods: see Allow."),
    "too_large": _("The body is larger than 1 MB."),
    "wrong_type": _("The body must come as application/json."),
    "invalid": _("A field is wrong: see errors."),
    "key_reused": _("This (source, key) came before with another body. Nothing was written."),
    "unknown_type": _("There is no event of this type."),
    "unknown_member": _("Nobody here has this id or address."),
    "too_late": _("It happened too long ago."),
    "in_future": _("It has not happened yet."),
    "order_known": _("This order was told before under another key."),
    "unknown_order": _("This order was not told, or of another member."),
    "number_taken": _("This number belongs to another member."),
    "too_many_numbers": _("She has too many numbers already."),
    "more_than_paid": _("More was given back than was paid."),
    "bad_cursor": _("The cursor was not ours: begin the list again."),
    "too_many": _("The key’s minute is full: wait as Retry-After says."),
    "server_error": _("A fault of ours. Nothing was written; send it again."),
    "crowded": _("The house is full: wait as Retry-After says."),
    "database_away": _("The books cannot be reached: wait as Retry-After says."),
    "disk_full": _("Nothing can be kept just now: wait as Retry-After says."),
}


@lru_cache(maxsize=4)
def schema_of(language: str) -> dict[str, Any]:
    """The whole schema in one language, as plain values to read."""
    with translation.override(language):
        text = json.dumps(api.get_openapi_schema(path_prefix=PREFIX), cls=NinjaJSONEncoder)
        raw: dict[str, Any] = json.loads(text)
        for operations in raw["paths"].values():
            for field in (field for operation in operations.values() for field in operation.get("parameters", [])):
                # Marked where they are declared: pydantic takes no lazy text.
                field["description"] = gettext(field["description"])
    raw["components"]["securitySchemes"] = {
        "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        "bearer": {"type": "http", "scheme": "bearer"},
    }
    raw["servers"] = [{"url": "/"}]
    schemas = raw["components"]["schemas"]
    told = {f"{way.upper()} {path}": one for path, ways in raw["paths"].items() for way, one in ways.items()}
    retiring.check(told)
    for name, operation in told.items():
        for status, answer in operation["responses"].items():
            _finish(int(status), answer, schemas)
        if name in retiring.RETIRING:
            operation["deprecated"] = True
            for answer in operation["responses"].values():
                answer.setdefault("headers", {}).update({name: {"schema": {"type": "string"}} for name in _GOES})
    return raw


def _finish(status: int, answer: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Media type of refusals, an example, the headers of the key's minute."""
    if "content" in answer:
        content = answer["content"]["application/json"]
        content["example"] = example_of(content["schema"], schemas)
        if status >= HTTPStatus.BAD_REQUEST:
            content["example"] |= {"status": status, "title": HTTPStatus(status).phrase}
            answer["content"] = {MEDIA_TYPE: content}
    headers = [] if status in _BEFORE_THE_KEY else [f"RateLimit-{name}" for name in _LEFT]
    headers += ["Retry-After"] if status in _COME_AGAIN else []
    if headers:
        answer["headers"] = {name: {"schema": {"type": "integer"}} for name in headers}


def example_of(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """What such an answer looks like: a schema's own example, or one made of the examples of its parts."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    if "examples" in schema:
        example = schema["examples"][0]
        return dict(example) if isinstance(example, dict) else example
    if schema.get("type") == "array":
        return [example_of(schema["items"], schemas)]
    if "properties" in schema:
        return {name: example_of(part, schemas) for name, part in schema["properties"].items()}
    return {"string": "2026-05-04T01:00:00Z", "integer": 1, "boolean": False}.get(schema.get("type", ""))


@lru_cache(maxsize=4)
def text_of(language: str) -> str:
    """The schema as it is served."""
    return json.dumps(schema_of(language), ensure_ascii=False)


@lru_cache(maxsize=4)
def mark_of(language: str) -> str:
    """Its entity tag."""
    return f'"{hashlib.sha256(text_of(language).encode()).hexdigest()[:24]}"'
