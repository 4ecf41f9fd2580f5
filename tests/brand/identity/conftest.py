"""A brand with two sub-brands, and the people who may change how they look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.test import Client

from brand.identity import drawing
from brand.identity.actions import publish_identity
from brand.identity.models import Identity
from portal.scopes.models import Scope


@dataclass
class Brands:
    """The brand, a sub-brand that changes things, one that changes nothing."""

    root: Scope
    roast: Scope
    tea: Scope
    identity: Identity
    roast_identity: Identity


@pytest.fixture
def brands(db: None) -> Brands:
    """Three scopes; the brand and one of its sub-brands have an identity."""
    cache.clear()
    root = Scope.objects.create(code="may", kind="brand", name="Mây")
    roast = Scope.objects.create(code="may-rang", kind="sub_brand", name="Mây Rang", parent=root)
    tea = Scope.objects.create(code="may-tra", kind="sub_brand", name="Mây Trà", parent=root)
    words = {"name": "Mây", "slogan_vi": "Vị của mây", "slogan_en": "Taste of mist"}
    return Brands(
        root,
        roast,
        tea,
        publish_identity(actor=None, scope=root, values=words),
        publish_identity(actor=None, scope=roast, values={"color_accent": "#6b412b", "mark": "bean"}),
    )


@pytest.fixture
def fonts() -> None:
    """The letters of pictures; without the front end's build there are none."""
    if not drawing.fonts_are_there():
        pytest.skip("needs the front end's build: node static/build.mjs")


@pytest.fixture
def desk(manager: object, signed_in: Callable[..., Client]) -> Client:
    """The brand manager's browser, second factor shown."""
    return signed_in(manager)
