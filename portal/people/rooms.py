"""What the pages of the settings show, and which act stands behind each part of the profile."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from badges import api as badges
from portal.accounts import handles, leaving, pictures, profiles, selectors
from portal.accounts.models import Consent, FormerName, Member, Picture
from portal.core import clock
from portal.people import forms
from portal.people.selectors import completeness
from portal.privacy.selectors import exports_of

PARTS: dict[str, type[forms.HouseForm]] = {
    "name": forms.NameForm,
    "handle": forms.HandleForm,
    "about": forms.AboutForm,
    "birthday": forms.BirthdayForm,
}
# How a consent was given, in words; a way that no code knows any more is shown as it is stored.
WAYS = {
    "join_form": _("when you asked for a seat"),
    "claim_form": _("when you took over the account from the shop"),
    "settings": _("here in the settings"),
    "store": _("at the till of a shop"),
    "letter": _("by a link in a letter"),
    "demo": _("when this demo was made"),
}
MISSING = {
    "name": _("a name"),
    "face": _("a face"),
    "bio": _("a few words about yourself"),
    "place": _("a look at language and time"),
}


def store(part: str, member: Member, data: Mapping[str, Any], at: datetime) -> None:
    """The act behind one part of the profile; raises what the act raises."""
    acts: dict[str, Callable[..., Any]] = {
        "name": handles.change_name,
        "handle": handles.change_handle,
        "about": profiles.tell_about,
        "birthday": profiles.set_birthday,
    }
    acts[part](actor=member, at=at, **data)


def profile_context(member: Member, **refused: forms.HouseForm) -> dict[str, Any]:
    """The profile's page: each form with what is stored, or the refused one with what was typed."""
    told, hers = profiles.profile_of(member), pictures.pictures_of(member)
    initial: dict[str, dict[str, Any]] = {
        "name": {"name": member.name},
        "handle": {"handle": member.handle or ""},
        "about": {"bio": member.bio, "city": told.city},
        "birthday": {"day": told.birth_day, "month": told.birth_month, "year": member.born_year},
    }
    shown = {part: refused.get(part) or form(initial=initial[part]) for part, form in PARTS.items()}
    missing = [MISSING[part] for part in completeness(member)]
    return {
        "member": member, "forms": shown, "missing": missing, "thanks": badges.offer("profile_completed"),
        "frames": [_frame(kind, hers.get(kind), member, refused.get(kind)) for kind in Picture.Kind.values],
        "address": settings.SITE_URL.rstrip("/") + member.standing.url, "birth_told": told.birth_day is not None,
        "renamed": FormerName.objects.filter(member=member).exists(),
    }  # fmt: skip


def _frame(kind: str, picture: Picture | None, member: Member, form: forms.HouseForm | None) -> dict[str, Any]:
    """One picture with its forms. A face of the demo world has no file of hers to cut anew."""
    focus = forms.FocusForm(auto_id=f"{kind}-%s")
    if picture is not None:
        focus.fields["focus"].initial = f"{picture.focus_x}-{picture.focus_y}"
    media = settings.MEDIA_URL
    return {
        "kind": kind,
        "form": form or forms.PictureForm(auto_id=f"{kind}-%s"),
        "focus": focus if picture else None,
        "large": media + picture.large if picture else (member.avatar if kind == Picture.Kind.FACE else ""),
        "source": media + picture.source if picture else "",
        "there": picture is not None or (kind == Picture.Kind.FACE and bool(member.avatar)),
    }


def consents_context(member: Member) -> dict[str, Any]:
    """Every consent she ever gave or took back, newest first, and the copies of her data."""
    rows = list(Consent.objects.filter(member=member).order_by("-at", "-pk"))
    return {
        "rows": [{"row": row, "purpose": row.get_purpose_display(), "way": WAYS.get(row.way, row.way)} for row in rows],
        "news": selectors.consent_given(member, Consent.Purpose.NEWS),
        "exports": exports_of(member, at=clock.now()),
    }


def leaving_context(member: Member) -> dict[str, Any]:
    """What is at stake when she leaves."""
    return {"member": member, "balance": badges.balance(member.pk), "days": leaving.GRACE.days}
