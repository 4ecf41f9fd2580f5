"""The rooms of the settings. Each translates a form into one act, and says what came of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.accounts import leaving, pictures, profiles
from portal.accounts import selectors as accounts
from portal.accounts.actions import record_consent
from portal.accounts.blocks.actions import set_company
from portal.accounts.models import Consent, Member, Picture
from portal.accounts.viewers import member_or_refuse
from portal.core import clock
from portal.core.errors import DomainError, NotFound
from portal.notifications.actions import forget_wish
from portal.people import forms, rooms
from portal.privacy import actions as privacy_actions
from portal.privacy import selectors as privacy_selectors


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every room of the settings."""
    return render(request, "portal/people/settings.html", {"member": member_or_refuse(request)})


@never_cache
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """Name, address, face, cover, words, birthday."""
    return render(request, "portal/people/profile.html", rooms.profile_context(member_or_refuse(request)))


@never_cache
@require_POST
def part(request: HttpRequest, part: str) -> HttpResponse:
    """Stores one part of the profile; refused, the page comes back with what was typed and what is wrong."""
    member = member_or_refuse(request)
    if part not in rooms.PARTS:
        raise NotFound
    form = rooms.PARTS[part](request.POST)
    if form.attempt(lambda: rooms.store(part, member, form.cleaned_data, clock.now())):
        messages.success(request, _("Kept."))
        return redirect(reverse("settings:profile") + f"#{part}")
    fresh = Member.objects.get(pk=member.pk)
    return render(request, "portal/people/profile.html", rooms.profile_context(fresh, **{part: form}), status=422)


def _kind(kind: str) -> str:
    if kind not in Picture.Kind.values:
        raise NotFound
    return kind


@never_cache
@require_POST
def picture(request: HttpRequest, kind: str) -> HttpResponse:
    """Takes a new face or cover."""
    member = member_or_refuse(request)
    form = forms.PictureForm(request.POST, request.FILES, auto_id=f"{_kind(kind)}-%s")

    def act() -> None:
        data = form.cleaned_data["picture"].read()
        pictures.set_picture(actor=member, kind=kind, data=data, at=clock.now())

    if form.attempt(act):
        messages.success(request, _("Looks good. You can choose below what matters most in it."))
        return redirect(reverse("settings:profile") + f"#{kind}")
    return render(request, "portal/people/profile.html", rooms.profile_context(member, **{kind: form}), status=422)


@never_cache
@require_POST
def focus(request: HttpRequest, kind: str) -> HttpResponse:
    """Cuts her picture around another point."""
    member = member_or_refuse(request)
    form = forms.FocusForm(request.POST)
    if not form.is_valid():
        return redirect(reverse("settings:profile") + f"#{_kind(kind)}")
    x, y = form.cleaned_data["focus"]
    pictures.set_focus(actor=member, kind=_kind(kind), focus_x=x, focus_y=y, at=clock.now())
    messages.success(request, _("Kept."))
    return redirect(reverse("settings:profile") + f"#{kind}")


@never_cache
@require_POST
def remove_picture(request: HttpRequest, kind: str) -> HttpResponse:
    """Takes her picture away."""
    pictures.remove_picture(actor=member_or_refuse(request), kind=_kind(kind), at=clock.now())
    messages.success(request, _("Taken away, files and all."))
    return redirect(reverse("settings:profile") + f"#{kind}")


@never_cache
def privacy(request: HttpRequest) -> HttpResponse:
    """Who sees which part of her page."""
    member = member_or_refuse(request)
    form = forms.PrivacyForm(request.POST if request.method == "POST" else None, profile=profiles.profile_of(member))

    def act() -> None:
        profiles.set_privacy(actor=member, levels=form.levels(), findable=form.cleaned_data["findable"], at=clock.now())
        set_company(actor=member, **form.company())

    if form.attempt(act):
        messages.success(request, _("Kept. It holds from now on."))
        return redirect("settings:privacy")
    context = {"form": form, "member": member}
    return render(request, "portal/people/privacy.html", context, status=422 if form.errors else 200)


@never_cache
def place(request: HttpRequest) -> HttpResponse:
    """Language and time zone; the answer speaks the language that was just chosen."""
    member = member_or_refuse(request)
    data = request.POST if request.method == "POST" else None
    form = forms.PlaceForm(data, initial={"language": member.language, "zone": member.zone})
    if form.attempt(lambda: profiles.set_place(actor=member, at=clock.now(), **form.cleaned_data)):
        with translation.override(member.language):
            messages.success(request, _("Kept. It holds from now on."))
            return redirect("settings:place")
    context = {"form": form, "at": clock.now()}
    return render(request, "portal/people/place.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    """What she agreed to and when, and the way to her own data."""
    return render(request, "portal/people/consents.html", rooms.consents_context(member_or_refuse(request)))


@require_POST
def news(request: HttpRequest) -> HttpResponse:
    """Gives or withdraws the consent to news by letter; pressing twice writes one row."""
    member, given = member_or_refuse(request), request.POST.get("given") == "1"
    if accounts.consent_given(member, Consent.Purpose.NEWS) != given:
        record_consent(member=member, purposes=[Consent.Purpose.NEWS], way="settings", at=clock.now(), given=given)
        # The weekly letter goes with the news again, whatever was ticked before.
        forget_wish(member_id=member.pk, name="digest")
    words = _("Noted. News comes by letter from now on.") if given else _("Noted. No more news by letter, from now on.")
    messages.success(request, words)
    return redirect("settings:consents")


@never_cache
def export(request: HttpRequest) -> HttpResponse:
    """Asks for a copy of her data. The middleware has asked for a fresh proof, and may lead here without a form."""
    member = member_or_refuse(request)
    if request.method == "POST":
        try:
            privacy_actions.ask_export(actor=member, at=clock.now())
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("We are gathering it. Look here again in a minute."))
    return redirect(reverse("settings:consents") + "#data")


@never_cache
@require_safe
def export_file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The copy of her data, to her alone. The middleware has asked for a fresh proof that it is she."""
    member = member_or_refuse(request)
    found = privacy_selectors.get_export_for(member, public_id, at=clock.now())
    path = privacy_actions.exports_folder() / found.file
    if not path.is_file():
        raise NotFound
    day = f"{found.asked_at:%Y-%m-%d}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{day}.zip", content_type="application/zip")


@never_cache
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """What leaving means, before anybody leaves."""
    member = member_or_refuse(request)
    context = {"form": forms.LeaveForm(), **rooms.leaving_context(member)}
    return render(request, "portal/people/leave.html", context)


@never_cache
def leave_now(request: HttpRequest) -> HttpResponse:
    """The act itself. The middleware has asked for a fresh proof, and may lead here without a form."""
    member = member_or_refuse(request)
    form = forms.LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        leaving.leave(actor=member, at=clock.now())
        logout(request)
        return render(request, "portal/people/left.html", {"until": leaving.erased_from(member)})
    context: dict[str, Any] = {"form": form, **rooms.leaving_context(member)}
    return render(request, "portal/people/leave.html", context, status=422 if form.errors else 200)
