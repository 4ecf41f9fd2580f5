"""An empty house that is ready for a brand: its name, a front room, a shelf and a help centre in each language."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext
from wagtail.models import Locale, Page, Site

from brand.help.models import HelpIndexPage
from brand.identity.actions import publish_identity
from brand.identity.models import Identity
from brand.pages.models import HomePage
from brand.stories.models import StoryIndexPage
from portal.accounts.actions import join, record_consent
from portal.accounts.models import Member
from portal.core import clock
from portal.core.text import fold
from portal.scopes import selectors as scopes
from portal.scopes.actions import mirror
from portal.scopes.models import Scope


@transaction.atomic
def furnish(*, name: str, languages: list[str]) -> list[str]:
    """Makes what is missing of the house, and returns what was made, in English words for the operator.

    Idempotent: what stands is left as it is, whoever changed it since. Wagtail's own welcome page goes.
    """
    made = _name_the_house(name)
    root = Page.get_first_root_node()
    assert root is not None  # Wagtail's own migration makes it
    for welcome in Page.objects.filter(depth=2).exact_type(Page):  # it has the front room's place, and its site
        welcome.delete()
    homes: dict[str, HomePage] = {}
    for language in languages:
        home = HomePage.objects.filter(locale__language_code=language, depth=2).first()
        if home is None:
            home = _front_room(root, name, language, next(iter(homes.values()), None))
            made.append(f"the front room, the shelf of stories and the help centre in {language}")
        homes[language] = home
    made += _lead_to(homes[languages[0]], name)
    return made


def _name_the_house(name: str) -> list[str]:
    scope = scopes.brand() or mirror(code=slugify(fold(name)) or "brand", kind=Scope.Kind.BRAND, name=name)
    known = Identity.objects.filter(scope=scope).first()
    if known is not None and known.name:
        return []
    publish_identity(actor=None, scope=scope, values={"name": name})
    return [f"the house's name, {name}"]


def _front_room(root: Page, name: str, language: str, first: HomePage | None) -> HomePage:
    locale, _made = Locale.objects.get_or_create(language_code=language)
    with translation.override(language):
        welcome = {
            "heading": gettext("Welcome to %(name)s") % {"name": name},
            "lead": gettext("The house is being furnished. Come in, look around, and tell us what you would like."),
        }
        shelf, helping = gettext("Stories"), gettext("Help")
    body: list[dict[str, Any]] = [
        {"type": "welcome", "value": welcome},
        {"type": "newest_stories", "value": {"heading": "", "count": 3}},
    ]
    slug = "home" if first is None else f"home-{language}"
    home: HomePage = _below(root, HomePage(title=name, slug=slug, locale=locale, body=body), first)
    _below(home, StoryIndexPage(title=shelf, slug="stories", locale=locale), _like(first, StoryIndexPage))
    _below(home, HelpIndexPage(title=helping, slug="help", locale=locale), _like(first, HelpIndexPage))
    return home


def _like(home: HomePage | None, kind: type[Page]) -> Page | None:
    return kind.objects.child_of(home).first() if home is not None else None


def _below(parent: Page, page: Any, same: Page | None) -> Any:
    """Publishes a page below another, as the translation of `same` when there is one."""
    if same is not None:
        page.translation_key = same.translation_key
    parent.refresh_from_db()
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def _lead_to(home: HomePage, name: str) -> list[str]:
    """The site's address leads to the front room."""
    site = Site.objects.filter(is_default_site=True).first()
    if site is not None and isinstance(site.root_page.specific, HomePage):
        return []
    address = urlsplit(settings.SITE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    values = {"hostname": address.hostname, "port": port, "root_page": home, "site_name": name}
    Site.objects.update_or_create(is_default_site=True, defaults=values)
    return [f"the site {settings.SITE_URL}"]


@transaction.atomic
def let_in_the_first(*, email: str, name: str, language: str) -> tuple[Member, bool]:
    """The first administrator, without a password: she comes in by a code in a letter, and the house lets her get
    nowhere before she has set up a second factor. Returns her and whether anything changed. Idempotent."""
    at = clock.now()
    member = Member.objects.filter(email=email.lower()).first()
    if member is not None:
        changed = not (member.is_staff and member.is_superuser and member.is_active)
        if changed:
            member.is_staff = member.is_superuser = member.is_active = True
            member.save(update_fields=["is_staff", "is_superuser", "is_active"])
        return member, changed
    member = Member.objects.create_superuser(email, name=name, language=language, role=Member.NamePart.BRAND)
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    record_consent(member=member, purposes=["terms", "age"], way="start_site", at=at)
    return join(member=member, at=at), True
