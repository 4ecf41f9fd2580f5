"""Claiming an account that a shop opened, and joining it to an account of one's own."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from portal.accounts.claims import actions, steps
from portal.accounts.claims.forms import TAKEN, ClaimForm
from portal.accounts.claims.holdings import held_by
from portal.accounts.claims.stage import ClaimStage
from portal.accounts.models import Member
from portal.accounts.phones import proofs
from portal.accounts.phones.forms import ProofForm
from portal.accounts.phones.numbers import show
from portal.accounts.tasks import send_letter
from portal.accounts.viewers import member_or_refuse
from portal.core import clock
from portal.core.limits import Limit, hit

LETTERS = Limit("claim_letters", 10, 3600)
CLAIM = "claim"


@method_decorator(never_cache, name="dispatch")
class ClaimPage(View):
    """What the claim's pages share: only for a browser that came in by this account's number a moment ago."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.stage = LoginStageController.enter(request, ClaimStage.key)
        if self.stage is None or not self.stage.login.user.is_unclaimed:
            return redirect("account_login")
        self.account: Member = self.stage.login.user
        steps.remember_proof(request, self.account.phone or "", at=clock.now())
        return super().dispatch(request, *args, **kwargs)

    def page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        """The page with what all of them tell."""
        shared = {"phone": show(self.account.phone), "held": held_by(self.account.pk)}
        return render(request, template, {**shared, **context})


class ClaimView(ClaimPage):
    """Making the account hers: name, address, age and agreement."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = ClaimForm(initial={"name": self.account.name})
        return self.page(request, "portal/accounts/claim.html", form=form)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ClaimForm(request.POST)
        if not form.is_valid():
            return self.page(request, "portal/accounts/claim.html", form=form)
        send_digits(request, self.account, form.cleaned_data["email"], form.cleaned_data["name"])
        return redirect("account_claim_code")


class ClaimElsewhereView(ClaimPage):
    """Leaves this sign-in for the door, for whoever has an account of her own: after it the second look waits."""

    def post(self, request: HttpRequest) -> HttpResponse:
        clear_login(request)
        return redirect(f"{reverse('account_login')}?next={reverse('account_join_accounts')}")


def send_digits(request: HttpRequest, account: Member, email: str, name: str) -> None:
    """Sends the letter with digits that prove the address; raises TooMany. Alike whether the address is known."""
    hit(LETTERS, f"account:{account.pk}")
    hit(LETTERS, f"address:{email}")
    code = proofs.begin(request, CLAIM, email, at=clock.now(), name=name)
    language = translation.get_language() or "vi"
    send_letter.enqueue(name="join_code", to=email, language=language, context={"code": code})


class ClaimCodeView(ClaimPage):
    """The digits from the letter: with them the account is hers, or her own account is found."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.proof = proofs.waiting(request, CLAIM, at=clock.now())
        if self.proof is None:
            return redirect("account_claim")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, ProofForm(request=request, purpose=CLAIM))

    def post(self, request: HttpRequest) -> HttpResponse:
        assert self.proof is not None
        email, name = self.proof["target"], self.proof["name"]
        if request.POST.get("action") == "again":
            send_digits(request, self.account, email, name)
            return redirect("account_claim_code")
        form = ProofForm(request.POST, request=request, purpose=CLAIM)
        if form.is_valid():
            return finish(request, self.stage, email, name)
        if form.over:
            messages.error(request, str(form.errors["code"][0]))
            return redirect("account_claim")
        return self._page(request, form)

    def _page(self, request: HttpRequest, form: ProofForm) -> HttpResponse:
        assert self.proof is not None
        return self.page(request, "portal/accounts/claim_code.html", form=form, email=self.proof["target"])


def finish(request: HttpRequest, stage: Any, email: str, name: str) -> HttpResponse:
    """Number and address are proven: the account is claimed, or her own is opened for the second look."""
    own = Member.objects.filter(email=email, joined_at__isnull=False, is_active=True).first()
    if own is not None:
        clear_login(request)
        record_authentication(request, own, method="code", email=email)
        login = Login(user=own, email=email, redirect_url=reverse("account_join_accounts"))
        return perform_login(request, login)
    try:
        language = translation.get_language() or "vi"
        actions.claim(member_id=stage.login.user.pk, name=name, email=email, at=clock.now(), language=language)
    except IntegrityError:
        messages.error(request, TAKEN)
        return redirect("account_claim")
    stage.login.user.refresh_from_db()
    steps.forget_proof(request)
    return stage.exit()


@method_decorator([login_required, never_cache], name="dispatch")
class JoinAccountsView(View):
    """The second look before a shop's account is joined to the member's own."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.SMS_ENABLED:
            raise Http404
        self.account = steps.proved_account(request, at=clock.now())
        return super().dispatch(request, *args, **kwargs) if self.account else redirect("account_phone")

    def get(self, request: HttpRequest) -> HttpResponse:
        assert self.account is not None
        context = {"phone": show(self.account.phone), "held": held_by(self.account.pk), "account": self.account}
        return render(request, "portal/accounts/join_accounts.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        assert self.account is not None
        actions.merge_accounts(actor=member_or_refuse(request), closed_id=self.account.pk, at=clock.now())
        steps.forget_proof(request)
        messages.success(request, _("The two accounts are one now. Your points arrive in the book in a moment."))
        return redirect(settings.LOGIN_REDIRECT_URL)
