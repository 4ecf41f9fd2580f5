"""My phone: adding, changing and removing a number; and the sign-in code's page where allauth's falls short."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.views import ConfirmLoginCodeView
from allauth.core.exceptions import RateLimited
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from portal.accounts.codes.views import CountedTries
from portal.accounts.phones import actions, proofs
from portal.accounts.phones.door import visitor_address
from portal.accounts.phones.forms import PhoneForm, ProofForm
from portal.accounts.phones.numbers import mask, show
from portal.accounts.sms import actions as sms
from portal.accounts.viewers import member_or_refuse
from portal.core import clock
from portal.core.errors import TooMany

PROVE = "phone"


class SignInCodeView(CountedTries, ConfirmLoginCodeView):
    """The digits that open the door. New ones may be asked for, whether or not anybody has the number."""

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        process = self._process
        if process.user is not None or not process.state.get("phone"):
            return super()._resend_form_valid(form)
        # allauth makes a code for a member before it looks whether there is one. For a number that nobody has, the
        # steps are taken by hand, so that the page gives nothing away.
        try:
            get_adapter().send_unknown_account_sms(process.state["phone"])
            process.record_resend()
            process.persist()
        except RateLimited:
            messages.error(self.request, get_adapter().error_messages["rate_limited"])
        return redirect(self.passthrough_next_url(reverse("account_confirm_login_code")))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_context_data(**kwargs)
        return {**found, "phone": show(found.get("phone"))}


class PhonePage(View):
    """What all pages about one's number share: members only, never stored, absent while texts are switched off."""

    @method_decorator([login_required, never_cache])
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.SMS_ENABLED:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


@method_decorator(reauthentication_required, name="post")
class PhoneView(PhonePage):
    """My phone: which number the house has, and a new one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, PhoneForm(request=request))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PhoneForm(request.POST, request=request)
        if not form.is_valid():
            return self._page(request, form)
        try:
            ask_for_proof(request, form.cleaned_data["phone"])
        except TooMany as refused:
            form.add_error("phone", str(refused))
            return self._page(request, form)
        return redirect("account_phone_code")

    def _page(self, request: HttpRequest, form: PhoneForm) -> HttpResponse:
        member = member_or_refuse(request)
        return render(request, "portal/accounts/phone.html", {"form": form, "phone": show(member.phone)})


def ask_for_proof(request: HttpRequest, phone: str) -> None:
    """Texts a code to the number and remembers in the session what it is for; raises TooMany."""
    at, member = clock.now(), member_or_refuse(request)
    code = proofs.begin(request, PROVE, phone, at=at)
    address = visitor_address(request)
    sms.ask(to=phone, kind="prove", language=member.language, address=address, at=at, code=code)


class PhoneCodeView(PhonePage):
    """The digits that prove the new number; `again` asks for new ones."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.proof = proofs.waiting(request, PROVE, at=clock.now())
        if request.user.is_authenticated and self.proof is None:
            return redirect("account_phone")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, ProofForm(request=request, purpose=PROVE))

    def post(self, request: HttpRequest) -> HttpResponse:
        assert self.proof is not None
        if request.POST.get("action") == "again":
            return self._again(request, self.proof["target"])
        form = ProofForm(request.POST, request=request, purpose=PROVE)
        if form.is_valid():
            return finish(request, self.proof["target"])
        if form.over:
            messages.error(request, str(form.errors["code"][0]))
            return redirect("account_phone")
        return self._page(request, form)

    def _again(self, request: HttpRequest, phone: str) -> HttpResponse:
        try:
            ask_for_proof(request, phone)
        except TooMany as refused:
            messages.error(request, str(refused))
        return redirect("account_phone_code")

    def _page(self, request: HttpRequest, form: ProofForm) -> HttpResponse:
        assert self.proof is not None
        context = {"form": form, "phone": show(self.proof["target"])}
        return render(request, "portal/accounts/phone_code.html", context)


def finish(request: HttpRequest, phone: str) -> HttpResponse:
    """The number is proven: it is kept, or, when a shop opened an account for it, the second look comes first."""
    from portal.accounts.claims.steps import remember_proof

    try:
        actions.keep_phone(actor=member_or_refuse(request), phone=phone, at=clock.now())
    except actions.OpenedByShop:
        remember_proof(request, phone, at=clock.now())
        return redirect("account_join_accounts")
    messages.success(request, _("%(phone)s is yours now. You may also come in with it.") % {"phone": mask(phone)})
    return redirect("account_phone")


@method_decorator(reauthentication_required, name="post")
class PhoneRemoveView(PhonePage):
    """Takes the number off the account."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Whoever was asked for a fresh proof in between comes back to the button."""
        return redirect("account_phone")

    def post(self, request: HttpRequest) -> HttpResponse:
        actions.drop_phone(actor=member_or_refuse(request), at=clock.now())
        messages.success(request, _("The number is gone from your account."))
        return redirect("account_phone")
