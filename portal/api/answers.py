"""Which answers an operation may give: every status that it can really end with stands in the schema."""

from typing import Any

from portal.api.schemas import Problem

READING: tuple[int, ...] = (400, 401, 403, 405, 422, 429, 500, 503, 507)
WRITING = (*READING, 409, 413, 415)
SECURITY = ("apiKey", "bearer")


def of(
    answer: Any, *, found: bool = False, writes: bool = False, removes: bool = False, status: int = 200,
    held: Any = None,
) -> dict[Any, Any]:  # fmt: skip
    """ninja's `response=`: `found`: it names one thing that may not be there; `writes`: it takes a body; `held`: what
    is answered with 202; `removes`: it takes none and changes something."""
    refusals = (*(WRITING if writes else READING), *((404,) if found else ()))
    fine = {status: answer} | ({} if writes or removes else {304: None}) | ({202: held} if held else {})
    return fine | dict.fromkeys(sorted(refusals), Problem)


def opened_by(scope: str, summary: Any, description: Any) -> dict[str, Any]:
    """The part of the schema that tells, in the language asked for, what an operation does; how a key is shown, and
    which scope it needs. In a description code stands between backticks."""
    security = [{scheme: [scope]} for scheme in SECURITY]
    return {"summary": summary, "description": description, "security": security, "x-scope": scope}
