"""Which numbers a member has in other systems of the house."""

from typing import Annotated

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from ninja import Path, Router

from portal.accounts.models import Member
from portal.accounts.selectors import member_by_public_id
from portal.api import answers, linking, schemas
from portal.api.gatekeeper import Needs, key_of
from portal.api.models import Scope
from portal.api.routes.members import MemberId
from portal.core.clock import now

router = Router(tags=["members"])
PATH = "/members/{member_id}/numbers"
System = Annotated[
    str, Path(pattern=f"^{schemas.SYSTEM}$", description=gettext_noop("The other system, as it calls itself."))
]
Number = Annotated[str, Path(pattern=f"^{schemas.NUMBER}$", description=gettext_noop("What it calls her."))]


def _all(member: Member) -> schemas.NumbersOut:
    items = [
        schemas.NumberOut(system=row.system, number=row.number, linked_at=row.linked_at)
        for row in linking.numbers_of(member)
    ]
    return schemas.NumbersOut(items=items, next=None)


@router.get(
    PATH, operation_id="get_numbers",
    auth=Needs(Scope.LINK), response=answers.of(schemas.NumbersOut, found=True),
    openapi_extra=answers.opened_by(
        Scope.LINK, _("A member’s numbers in other systems"),
        _("Under which numbers other systems of the house know her."),
    ),
)  # fmt: skip
def get_numbers(request: HttpRequest, member_id: MemberId) -> schemas.NumbersOut:
    """Under which numbers other systems of the house know her."""
    return _all(member_by_public_id(member_id))


@router.post(
    PATH, operation_id="link_number",
    auth=Needs(Scope.LINK), response=answers.of(schemas.NumbersOut, found=True, writes=True),
    openapi_extra=answers.opened_by(
        Scope.LINK, _("Say what another system calls a member"),
        _(
            "From now on events may name her `system:number`, and what waited for that number is hers. The same again "
            "changes nothing; a number of another member is refused as `number_taken`."
        ),
    ),
)  # fmt: skip
def link_number(request: HttpRequest, member_id: MemberId, body: schemas.NumberIn) -> schemas.NumbersOut:
    """From now on events may name her `system:number`, and what waited for that number is hers. Again: the same.

    409 `number_taken`: the number is another member's.
    """
    key, member = key_of(request), member_by_public_id(member_id)
    with transaction.atomic():
        linking.link(told_with=key, member=member, system=body.system, number=body.number, at=now())
        told = _all(member)
        transaction.set_rollback(key.is_test)
    return told


@router.delete(
    PATH + "/{system}/{number}", operation_id="unlink_number",
    auth=Needs(Scope.LINK), response=answers.of(schemas.NumbersOut, found=True, removes=True),
    openapi_extra=answers.opened_by(
        Scope.LINK, _("Take back what another system calls a member"),
        _(
            "The number is nobody’s from now on; what came by it stays hers. Answers what she still has. The same "
            "again changes nothing."
        ),
    ),
)  # fmt: skip
def unlink_number(request: HttpRequest, member_id: MemberId, system: System, number: Number) -> schemas.NumbersOut:
    """The number is nobody’s from now on; what came by it stays hers. Again: the same. Answers what she still has."""
    key, member = key_of(request), member_by_public_id(member_id)
    with transaction.atomic():
        linking.unlink(member=member, system=system, number=number)
        told = _all(member)
        transaction.set_rollback(key.is_test)
    return told
