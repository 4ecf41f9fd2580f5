"""Pages as somebody else would see them: a visitor, or a member of a tier. Nobody real stands behind the eyes."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from badges import api as badges
from portal.accounts import terms
from portal.accounts.models import Member, Standing

VISITOR = "visitor"
# No row has it: whatever a page asks about this member, there is nothing to be found.
NOBODY = 0


def modes() -> list[tuple[str, Any]]:
    """The eyes that a page can be seen with: a visitor's first, then one per tier, named in the reader's language."""
    return [(VISITOR, _("As a visitor")), *((tier.code, _as(tier.name)) for tier in badges.tiers())]


def _as(name: str) -> str:
    return str(_("As %(tier)s") % {"tier": name})


def stand_in(mode: str) -> Member | AnonymousUser:
    """Whose eyes a mode looks with. Never stored; an unknown mode is a visitor's."""
    tier = next((tier for tier in badges.tiers() if tier.code == mode), None)
    if tier is None:
        return AnonymousUser()
    name, language = str(_("A member")), get_language() or "vi"
    member = Member(pk=NOBODY, public_id="preview", name=name, email="preview@example.invalid", language=language)
    member.terms_version = terms.in_force().version  # nobody asks her to agree to what is new
    member._state.adding = False
    # Assigning the member fills her `standing` too, so that no page looks for one.
    Standing(
        member=member, public_id="preview", name=name, tier_code=tier.code, tier_rank=tier.rank,
        tier_names={language: tier.name},
    )  # fmt: skip
    return member
