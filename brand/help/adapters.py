"""Border post to Wagtail: when help or a legal text changes, every foot and the entrance know at once."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import get_language
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from brand.help import selectors
from brand.help.models import HelpIndexPage, LegalPage
from portal.accounts import terms


def _forget(**_kwargs: Any) -> None:
    # Before the commit for whoever reads in this transaction, after it for everybody else.
    selectors.forget()
    transaction.on_commit(selectors.forget)


for _model in (HelpIndexPage, LegalPage):
    page_published.connect(_forget, sender=_model, weak=False)
    page_unpublished.connect(_forget, sender=_model, weak=False)
    post_delete.connect(_forget, sender=_model, weak=False)


@receiver(post_page_move)
@receiver(page_slug_changed)
def pages_moved(**_kwargs: Any) -> None:
    """A page above may have moved: addresses are read anew."""
    _forget()


def terms_in_force() -> terms.Terms | None:
    """The published terms, for the entrance and for consent; None while nothing is published."""
    found = selectors.standing(get_language() or "vi")
    text = found.texts.get(LegalPage.Kind.TERMS)
    if text is None:
        return None
    addresses = {kind: found.texts[kind].url for kind in found.texts}
    return terms.Terms(
        version=found.versions[LegalPage.Kind.TERMS],
        url=text.url,
        guidelines_url=addresses.get(LegalPage.Kind.GUIDELINES, ""),
        privacy_url=addresses.get(LegalPage.Kind.PRIVACY, ""),
        changes=tuple(terms.Change(*change) for change in text.changes),
    )


terms.read_from(terms_in_force)
