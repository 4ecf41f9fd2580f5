"""What other systems tell, and what became of it."""

import json
from typing import Annotated, Any

import pydantic
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Path, Router

from badges import api as programme
from portal.api import answers, incoming, schemas
from portal.api import event_schemas as told
from portal.api.gatekeeper import Needs, key_of
from portal.api.models import ApiKey, IncomingEvent, Scope
from portal.api.problems_of_fields import field_errors
from portal.core.clock import now
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.middleware import error_response
from portal.core.reading import one

router = Router(tags=["events"])


@router.post(
    "/events",
    operation_id="tell_event",
    auth=Needs(Scope.TELL),
    response=answers.of(told.EventOut, writes=True, status=incoming.CREATED, held=told.HeldEventOut),
    openapi_extra=answers.opened_by(
        Scope.TELL,
        _("Tell what happened"),
        _(
            "Takes one event of a type below and answers with its receipt. 202: it was taken and waits, for a member "
            "who is not here yet, for the sale that it gives back, or, told late, for somebody of the house who looks "
            "at it. A refusal writes nothing and keeps the key free."
        ),
    ),
)
def tell_event(request: HttpRequest, body: told.EventIn) -> HttpResponse:
    """Takes one event. The same (source, key) and body again: the same bytes, with `Idempotent-Replayed: true`.

    202: it was taken and waits, for a member who is not here yet, for the sale that it gives back, or, told late, for
    somebody of the house who looks at it.

    Types: `purchase.completed` (order, amount, currency, lines), `purchase.refunded` (order, amount),
    `survey.answered` (survey), `visit.checked_in` (place), `custom.<name>` (flat values of your own).
    """
    key = key_of(request)
    with transaction.atomic():
        taken = incoming.take_event(told_with=key, body=body, at=now())
        transaction.set_rollback(key.is_test)
    response = HttpResponse(taken.text, content_type="application/json; charset=utf-8", status=taken.status)
    if taken.replayed:
        response["Idempotent-Replayed"] = "true"
    return response


@router.post(
    "/events/batch",
    operation_id="tell_events",
    auth=Needs(Scope.TELL),
    response=answers.of(told.BatchOut, writes=True),
    openapi_extra=answers.opened_by(
        Scope.TELL,
        _("Tell much at once"),
        _(
            "Takes up to 100 events; each is answered as if it had been sent alone, and one that is wrong stops "
            "no other."
        ),
    ),
)
def tell_events(request: HttpRequest, body: told.BatchIn) -> told.BatchOut:
    """Takes up to 100 events; each is answered as POST /events would, and one that is wrong stops no other."""
    key, found = key_of(request), [_read(request, raw) for raw in body.events]
    with transaction.atomic():
        # Everybody goes in one order, so that two batches with the same keys wait for each other only once.
        for place in sorted(range(len(found)), key=lambda number: _order(found[number])):
            event = found[place]
            if isinstance(event, told.EventIn):
                found[place] = _take(request, key, event)
        transaction.set_rollback(key.is_test)
    return told.BatchOut(items=[item for item in found if isinstance(item, told.BatchItemOut)])


def _order(item: object) -> tuple[str, str]:
    return (item.source, item.key) if isinstance(item, told.EventIn) else ("", "")


def _read(request: HttpRequest, raw: object) -> told.EventIn | told.BatchItemOut:
    try:
        return told.EventIn.model_validate(raw)
    except pydantic.ValidationError as error:
        found = [{"loc": ("body", *each["loc"]), "type": each["type"]} for each in error.errors()]
        return _refused(request, Invalid(errors=field_errors(found)))


def _take(request: HttpRequest, key: ApiKey, event: told.EventIn) -> told.BatchItemOut:
    try:
        taken = incoming.take_event(told_with=key, body=event, at=now())
    except DomainError as error:
        return _refused(request, error)
    return told.BatchItemOut(status=taken.status, replayed=taken.replayed, event=taken.receipt, problem=None)


def _refused(request: HttpRequest, error: DomainError) -> told.BatchItemOut:
    problem = schemas.Problem(**json.loads(error_response(request, error).content))
    return told.BatchItemOut(status=error.status, replayed=False, event=None, problem=problem)


@router.get(
    "/events/{event_id}",
    operation_id="get_event",
    auth=Needs(Scope.HEAR),
    response=answers.of(told.EventStateOut, found=True),
    openapi_extra=answers.opened_by(
        Scope.HEAR,
        _("What became of an event"),
        _(
            "Whether it waits, was refused or judged, and what every rule did that heard it. It is judged by the rules "
            "in force when it happened."
        ),
    ),
)
def get_event(
    request: HttpRequest, event_id: Annotated[schemas.PublicId, Path(description=gettext_noop("The receipt's id."))]
) -> told.EventStateOut:
    """Whether it waits or was judged, and what every rule did that heard it. Rules in force when it happened judge."""
    row = one(IncomingEvent.objects.select_related("member").filter(public_id=event_id))
    if row is None:
        raise NotFound
    state, rules = _judged(row)
    waits_for: Any = "review" if state == "review" else row.waits_for or None
    return told.EventStateOut(
        id=row.public_id, source=row.source, key=row.key, type=row.type, state=state,
        waits_for=waits_for, reason=row.reason,
        member=row.member.public_id if row.member else None, occurred_at=row.occurred_at, received_at=row.received_at,
        rules=rules,
    )  # fmt: skip


def _judged(row: IncomingEvent) -> tuple[Any, list[told.RuleOut]]:
    """The state as a program reads it, and what the rules did."""
    if row.event_id is None or row.member_id is None:
        return row.state, []
    outcomes = programme.reasons(row.event_id, row.member_id)
    if outcomes is None:
        return row.state, []
    names = told.RuleOut.model_fields
    return "judged", [told.RuleOut(**{name: outcome[name] for name in names}) for outcome in outcomes]
