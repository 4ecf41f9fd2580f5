"""The entrance, where allauth's own views are not enough."""

from allauth.account.views import SignupView
from django.db import IntegrityError
from django.http import HttpResponse

from portal.accounts.forms import JoinForm
from portal.accounts.models import Member


class JoinView(SignupView):
    """Asking for a seat. Two people who choose one name in the same second both get an answer, never a fault."""

    def form_valid(self, form: JoinForm) -> HttpResponse:
        try:
            return super().form_valid(form)
        except IntegrityError:
            # The same address twice at once must look like the address that was always here; a name may be said aloud.
            if Member.objects.filter(email=form.cleaned_data["email"]).exists():
                form.account_already_exists = True
                return super().form_valid(form)
            form.refuse_name()
            return self.form_invalid(form)
