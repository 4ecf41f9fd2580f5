"""Reads of the identity: the look of a scope, with everything it inherits."""

from contextlib import suppress
from dataclasses import dataclass, replace

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest

from brand.identity import palette
from brand.identity.looks import NO_SCOPE, Look, digest, sheet
from brand.identity.models import Identity
from brand.identity.palette import Trouble
from portal.accounts.models import Member
from portal.core.shared_cache import AWAY
from portal.scopes.models import Scope

_KEY = "identity:looks"
# Publishing forgets the kept looks; this bounds what a process without a shared cache misses of another process.
_KEPT = 300
DRAFT_SALT, DRAFT_AGE = "identity.draft", 3600


@dataclass(frozen=True)
class Dressed:
    """A look with its style sheet and the sheet's version."""

    look: Look
    css: str
    css_version: str


def identity_for_scope(scope: Scope | None) -> Look:
    """The look of a scope, whole; that of the brand for None. No query while the looks are kept, two otherwise."""
    return dressed(scope.code if scope is not None else "").look


def dressed(code: str = "") -> Dressed:
    """A scope's look with its sheet, by code or by `#number`; the brand's for an empty or unknown one."""
    everybody = _looks()
    return everybody.get(code) or everybody[""]


def is_known(code: str) -> bool:
    """Whether there is a look of that code."""
    return bool(code) and code in _looks()


def look_for(request: HttpRequest) -> Dressed:
    """What this request's page wears: a draft that staff look at, else the look of its scope (`brand_scope`)."""
    draft = getattr(request, "identity_draft", None)
    if draft is not None:
        return Dressed(draft, "", "")
    scope = getattr(request, "brand_scope", None)
    # Rooms that only know the number of their scope say `brand_scope_id`: it costs them no query.
    code = scope.code if scope is not None else f"#{getattr(request, 'brand_scope_id', '')}"
    kept: tuple[str, Dressed] | None = getattr(request, "_dressed", None)
    if kept is None or kept[0] != code:
        kept = (code, dressed(code))
        request._dressed = kept  # type: ignore[attr-defined]  # read once a request
    return kept[1]


def identity_for(request: HttpRequest) -> Look:
    """The look that this request's page wears."""
    return look_for(request).look


def house() -> Look:
    """The brand's look for whoever has no request, such as the worker that writes letters."""
    return dressed().look


def house_name() -> str:
    """The brand's name."""
    return house().name


def forget() -> None:
    """Drops the kept looks, so that the next page reads the published ones."""
    with suppress(*AWAY):
        cache.delete(_KEY)


def _looks() -> dict[str, Dressed]:
    try:
        found = cache.get(_KEY)
        if found is None:
            found = _read()
            cache.set(_KEY, found, _KEPT)
    except AWAY:
        found = _read()
    return found


def _read() -> dict[str, Dressed]:
    scopes = {scope.pk: scope for scope in Scope.objects.order_by("pk")}
    rows = {row.scope_id: row for row in Identity.objects.filter(live=True)}
    looks: dict[int, Look] = {}

    def look_of(pk: int) -> Look:
        if pk not in looks:
            scope = scopes[pk]
            above = look_of(scope.parent_id) if scope.parent_id else None
            looks[pk] = inherit(scope, rows.get(pk), above)
        return looks[pk]

    for pk in scopes:
        look_of(pk)
    own = [looks[pk] for pk in looks if pk in rows and scopes[pk].kind == Scope.Kind.SUB_BRAND]
    everybody = {}
    for pk, look in looks.items():
        css = sheet(look, own)
        everybody[look.code] = everybody[f"#{pk}"] = Dressed(look, css, digest(css))
    root = next((scope.code for scope in scopes.values() if scope.kind == Scope.Kind.BRAND), None)
    if root is None:
        plain = Look(NO_SCOPE, settings.WAGTAIL_SITE_NAME)
        everybody[NO_SCOPE] = Dressed(plain, css := sheet(plain, []), digest(css))
        root = NO_SCOPE
    everybody[""] = everybody[root]
    return everybody


def inherit(scope: Scope, own: Identity | None, above: Look | None) -> Look:
    """A scope's look: what it sets itself, else what the one above wears.

    A name falls back to the scope's own; slogans, and marks, go together; a wordmark is a written name and therefore
    never inherited.
    """
    base = replace(above or Look(scope.code, scope.name), code=scope.code, name=scope.name, wordmark_file="")
    if own is None:
        return base
    if own.slogan_vi or own.slogan_en:
        base = replace(base, slogan_vi=own.slogan_vi, slogan_en=own.slogan_en)
    if own.mark or own.mark_file or own.mono_file:
        base = replace(base, mark=own.mark or base.mark, mark_file=own.mark_file, mono_file=own.mono_file)
    return replace(
        base,
        name=own.name or scope.name,
        wordmark_file=own.wordmark_file,
        colours={**base.colours, **own.own_colours()},
        paper=own.paper or base.paper,
        type_pair=own.type_pair or base.type_pair,
    )


def above(scope: Scope | None) -> Look:
    """What a scope inherits from, as published: the look above it, or the house's own."""
    if scope is None or scope.parent_id is None:
        return Look(NO_SCOPE, scope.name if scope else settings.WAGTAIL_SITE_NAME)
    return dressed(Scope.objects.values_list("code", flat=True).get(pk=scope.parent_id)).look


def draft_look(identity: Identity) -> Look:
    """How the scope would look if this, unpublished, were published now."""
    scope = identity.scope
    return inherit(scope, identity, above(scope) if scope.parent_id else None)


def troubles(identity: Identity) -> dict[str, Trouble]:
    """The colours that it sets itself and that cannot be read, with the nearest that can; by part of the palette.

    What is inherited is never refused: where it stands on another paper, the sheet shades it by itself.
    """
    look = draft_look(identity)
    found = {part: palette.trouble(part, value, look.paper) for part, value in identity.own_colours().items()}
    return {part: trouble for part, trouble in found.items() if trouble is not None}


def sign_draft(look: Look, member: Member) -> str:
    """An unpublished look, sealed for one member's eyes for an hour."""
    return signing.dumps({"member": member.pk, "look": vars_of(look)}, salt=DRAFT_SALT, compress=True)


def read_draft(token: str, member: Member) -> Look | None:
    """The look that was sealed for this member; None for a broken, old or foreign seal."""
    try:
        sealed = signing.loads(token, salt=DRAFT_SALT, max_age=DRAFT_AGE)
    except signing.BadSignature:
        return None
    return Look(**sealed["look"]) if sealed["member"] == member.pk else None


def vars_of(look: Look) -> dict[str, object]:
    """The values of a look as plain data."""
    return {name: getattr(look, name) for name in look.__dataclass_fields__}
