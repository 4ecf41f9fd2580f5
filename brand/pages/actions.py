"""Writes that follow from the brand's own pages: the tree of scopes that spaces, badges and rewards hang on."""

from django.db import transaction
from django.utils.text import slugify

from brand.identity.selectors import house_name
from brand.pages.models import SubBrandPage
from brand.pages.selectors import told_elsewhere
from portal.core.text import fold
from portal.scopes import selectors as scopes
from portal.scopes.actions import mirror
from portal.scopes.models import Scope


def found_house() -> Scope:
    """The root of the tree of scopes, made when there is none yet. Idempotent."""
    with transaction.atomic():
        name = house_name()
        return scopes.brand() or mirror(code=slugify(fold(name)) or "brand", kind=Scope.Kind.BRAND, name=name)


def mirror_house(*, page: SubBrandPage) -> Scope:
    """Makes the scope of a sub-brand live under the brand, as its page says. Idempotent, one scope in all languages.

    The name is that of the page in the house's first language, or of whichever was published first.
    """
    with transaction.atomic():
        first = SubBrandPage.objects.filter(code=page.code, live=True).order_by("locale_id").first() or page
        return mirror(code=page.code, kind=Scope.Kind.SUB_BRAND, name=first.title, parent=found_house())


def close_house(*, page: SubBrandPage) -> None:
    """Closes the scope of a sub-brand when no language shows it any more; what hangs on it stays. Idempotent."""
    with transaction.atomic():
        scope = Scope.objects.filter(code=page.code).select_related("parent").first()
        if scope is not None and scope.live and not told_elsewhere(page):
            mirror(code=scope.code, kind=scope.kind, name=scope.name, parent=scope.parent, live=False)
