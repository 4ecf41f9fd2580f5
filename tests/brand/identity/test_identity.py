"""Looks that are inherited down the tree, and the style sheets that carry them."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.urls import reverse

from brand.identity import selectors
from brand.identity.actions import publish_identity
from brand.identity.models import Identity
from brand.identity.selectors import identity_for_scope
from community import api as community
from portal.accounts.models import Member
from portal.core.errors import Forbidden, Invalid
from portal.scopes.models import Scope
from tests.brand.identity.conftest import Brands
from tests.helpers.queries import assert_num_queries_constant, count_queries

pytestmark = pytest.mark.django_db
FOR_EVER = "public, max-age=31536000, immutable"


# ── What is inherited ───────────────────────────────────────────────────────────────────────────────────────────
def test_a_sub_brand_wears_what_it_sets_and_inherits_the_rest(brands: Brands) -> None:
    root, roast = identity_for_scope(brands.root), identity_for_scope(brands.roast)
    assert roast.colours == {**root.colours, "accent": "#6b412b"}
    assert (roast.name, roast.mark, roast.slogan_vi) == ("Mây Rang", "bean", "Vị của mây")
    assert (root.mark, root.colours["accent"]) == ("mist", "#2b5a4c")


def test_a_scope_without_an_identity_wears_that_of_the_brand_above(brands: Brands) -> None:
    tea, root = identity_for_scope(brands.tea), identity_for_scope(brands.root)
    assert (tea.name, tea.code) == ("Mây Trà", "may-tra")
    assert (tea.colours, tea.mark, tea.paper, tea.type_pair) == (root.colours, root.mark, root.paper, root.type_pair)


def test_a_store_below_a_sub_brand_wears_the_sub_brands_colours(brands: Brands) -> None:
    store = Scope.objects.create(code="may-rang-hue", kind="store", name="Mây Rang Huế", parent=brands.roast)
    assert identity_for_scope(store).colours["accent"] == "#6b412b"


def test_a_change_of_the_brand_reaches_who_inherits_and_spares_who_overrides(brands: Brands) -> None:
    publish_identity(actor=None, scope=brands.root, values={"color_accent": "#28505f", "color_deep": "#1f4250"})
    assert identity_for_scope(brands.tea).colours["accent"] == "#28505f"
    assert identity_for_scope(brands.roast).colours["accent"] == "#6b412b"
    assert identity_for_scope(brands.roast).colours["deep"] == "#1f4250"


def test_a_wordmark_is_a_written_name_and_never_inherited(brands: Brands) -> None:
    publish_identity(actor=None, scope=brands.root, values={"wordmark_file": "identity/logos/may.png"})
    assert identity_for_scope(brands.root).wordmark_file
    assert identity_for_scope(brands.tea).wordmark_file == ""


def test_slogans_go_together_and_english_falls_back_to_vietnamese(brands: Brands) -> None:
    publish_identity(actor=None, scope=brands.roast, values={"slogan_vi": "Rang chậm"})
    roast = identity_for_scope(brands.roast)
    assert (roast.slogan("vi"), roast.slogan("en")) == ("Rang chậm", "Rang chậm")
    assert identity_for_scope(brands.tea).slogan("en") == "Taste of mist"


def test_a_house_without_any_scope_still_has_a_look(db: None) -> None:
    cache.clear()
    look = selectors.house()
    assert (look.code, look.name) == ("_", "Tri Ân")
    assert Client().get("/theme/_.css").status_code == 200


def test_reading_looks_costs_the_same_for_one_scope_and_many(brands: Brands) -> None:
    def read() -> None:
        cache.clear()
        for scope in (brands.root, brands.roast, None):
            identity_for_scope(scope)

    def grow() -> None:
        for number in range(5):
            scope = Scope.objects.create(code=f"s{number}", kind="sub_brand", name=f"S{number}", parent=brands.root)
            publish_identity(actor=None, scope=scope, values={"mark": "leaf"})

    assert assert_num_queries_constant(read, grow) == 2
    selectors.house()
    assert count_queries(lambda: identity_for_scope(brands.roast))[0] == 0


# ── Who may, and what is refused ────────────────────────────────────────────────────────────────────────────────
def test_a_member_without_the_right_changes_nothing(brands: Brands, alice: Member) -> None:
    with pytest.raises(Forbidden):
        publish_identity(actor=alice, scope=brands.root, values={"name": "Khác"})
    assert Identity.objects.get(scope=brands.root).name == "Mây"


def test_a_brand_manager_may(brands: Brands, manager: Member) -> None:
    publish_identity(actor=manager, scope=brands.root, values={"name": "Sương"})
    assert identity_for_scope(brands.root).name == "Sương"


@pytest.mark.parametrize(
    ("field", "weak"),
    [("color_act", "#e08a7d"), ("color_accent", "#8fc1a9"), ("color_reward", "#d9a521"), ("color_deep", "#7fa899")],
)
def test_a_colour_that_could_not_be_read_is_not_published(brands: Brands, field: str, weak: str) -> None:
    with pytest.raises(Invalid) as refused:
        publish_identity(actor=None, scope=brands.root, values={field: weak})
    assert refused.value.details["field"] == field
    publish_identity(actor=None, scope=brands.root, values={field: refused.value.details["offer"]})


@pytest.mark.parametrize("bad", ["red", "#fff", "#12345g", "#a2392a;", "a2392a", "#a2392a\n"])
def test_what_is_no_colour_is_refused(brands: Brands, bad: str) -> None:
    with pytest.raises(ValidationError) as refused:
        publish_identity(actor=None, scope=brands.root, values={"color_act": bad})
    assert list(refused.value.message_dict) == ["color_act"]


# ── Style sheets ────────────────────────────────────────────────────────────────────────────────────────────────
def sheet_link(html: str) -> str:
    """The address of the brand's sheet that a page names."""
    found = re.search(r'href="(/theme/[^"]+)"', html)
    assert found
    return found[1]


def test_a_sheet_is_for_everybody_alike_and_for_ever_under_its_version(brands: Brands, desk: Client) -> None:
    version = selectors.dressed("may").css_version
    for browser in (Client(), desk):  # a member's cookie must change nothing
        named, old, plain = (browser.get(f"/theme/may.css{q}") for q in (f"?v={version}", "?v=old", ""))
        assert named.content == old.content == plain.content
        assert named["Content-Type"] == "text/css; charset=utf-8"
        assert (named["Cache-Control"], old["Cache-Control"]) == (FOR_EVER, "public, no-cache")
        assert plain["Cache-Control"] == "public, no-cache"
        for response in (named, old, plain):
            assert response["ETag"] == f'"{version}"'
            assert not {"Vary", "Set-Cookie", "Content-Language"} & set(response.headers)
            assert not response.cookies


def test_a_browser_that_holds_the_sheet_is_told_so(brands: Brands) -> None:
    etag = Client().get("/theme/may.css")["ETag"]
    again = Client().get("/theme/may.css", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert "Vary" not in again.headers


def test_an_unknown_scope_has_no_sheet(brands: Brands) -> None:
    assert Client().get("/theme/nobody.css").status_code == 404


def test_each_scope_has_its_sheet_and_pieces_of_sub_brands_keep_their_colours_on_every_page(brands: Brands) -> None:
    root, roast = (Client().get(f"/theme/{code}.css").content.decode() for code in ("may", "may-rang"))
    assert "--color-accent:light-dark(#2b5a4c," in root.split("\n")[0]
    assert "--color-accent:light-dark(#6b412b," in roast.split("\n")[0]
    piece = '[data-brand="may-rang"]{'
    assert piece in root
    assert "--color-accent:light-dark(#6b412b," in root.split(piece)[1]
    assert "--color-page" not in root.split(piece)[1]


def test_a_published_change_is_worn_by_the_next_page_under_a_new_version(brands: Brands) -> None:
    client = Client()
    before = sheet_link(client.get("/vi/accounts/login/").content.decode())
    publish_identity(actor=None, scope=brands.root, values={"color_act": "#0b3d91", "name": "Sương"})
    page = client.get("/vi/accounts/login/").content.decode()
    after = sheet_link(page)
    assert before != after
    assert "Sương" in page
    sheet = client.get(after)
    assert sheet["Cache-Control"] == FOR_EVER
    assert "--color-act:light-dark(#0b3d91," in sheet.content.decode()
    assert client.get(before)["Cache-Control"] == "public, no-cache"  # a page of before must not pin the new sheet


def test_a_page_wears_the_look_of_its_scope(brands: Brands) -> None:
    request = RequestFactory().get("/vi/")
    assert selectors.look_for(request).look.code == "may"
    request.brand_scope = brands.roast  # type: ignore[attr-defined]
    assert selectors.look_for(request).look.code == "may-rang"
    request.brand_scope = None  # type: ignore[attr-defined]
    request.brand_scope_id = brands.tea.pk  # type: ignore[attr-defined]
    assert selectors.look_for(request).look.code == "may-tra"


def test_a_space_of_a_sub_brand_wears_its_colours(brands: Brands) -> None:
    community.open_space(code="rang", scope=brands.roast, position=1, texts={"vi": ("Lò rang", "")})
    page = Client().get(reverse("community:space", args=["rang"]))
    assert sheet_link(page.content.decode()).startswith("/theme/may-rang.css?v=")


def test_typefaces_are_chosen_from_what_the_front_end_ships(brands: Brands) -> None:
    house = Client().get("/theme/may.css").content.decode()
    publish_identity(actor=None, scope=brands.root, values={"type_pair": "book"})
    book = Client().get("/theme/may.css").content.decode()
    assert '--font-display:"Bricolage Grotesque"' in house
    assert '--font-display:"Literata Display"' in book
    with pytest.raises(ValidationError):
        publish_identity(actor=None, scope=brands.root, values={"type_pair": "Comic Sans"})
