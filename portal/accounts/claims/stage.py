"""The step of coming in that belongs to somebody whose account a shop opened: she makes it hers first."""

from allauth.account.stages import LoginStage
from allauth.core.internal.httpkit import headed_redirect_response
from django.http import HttpResponse


class ClaimStage(LoginStage):
    """Holds a sign-in by number until the account has a name, an address and an agreement of its own.

    The number was proved in the step before; nobody is signed in until this one is done.
    """

    key = "claim"
    urlname = "account_claim"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Leads to the claim form, or lets pass whoever has an account of her own."""
        user = self.login.user
        if user is None or not user.is_unclaimed:
            return None, True
        return headed_redirect_response("account_claim"), True


def with_claiming(stages: list[str]) -> list[str]:
    """The steps with ours before the address is asked for: an unclaimed account has none."""
    ours = f"{ClaimStage.__module__}.{ClaimStage.__qualname__}"
    before = next(place for place, path in enumerate(stages) if path.endswith("EmailVerificationStage"))
    return [*stages[:before], ours, *stages[before:]]
