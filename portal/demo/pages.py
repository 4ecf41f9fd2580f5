"""The brand's pages of the demo world: identity, home, shelf and stories, in both languages, with their pictures."""

from datetime import datetime
from typing import Any

from django.core.files.images import ImageFile
from django.utils.html import escape
from wagtail.images import get_image_model
from wagtail.models import Locale, Page, Site

from brand.identity.models import BrandIdentity
from brand.stories.models import HomePage, StoryIndexPage, StoryPage
from portal.demo import files
from portal.scopes.models import Scope


def build(at: datetime) -> None:
    """Makes scopes, identity and pages. Runs once, on a site that has only Wagtail's own welcome page."""
    _scopes()
    vi, en = Locale.objects.get_or_create(language_code="vi")[0], Locale.objects.get_or_create(language_code="en")[0]
    root = Page.get_first_root_node()
    assert root is not None  # Wagtail's own migration makes it
    for welcome in root.get_children():
        welcome.specific.delete()
    root.refresh_from_db()
    words = files.page_words()
    home_vi = _publish(root, HomePage(locale=vi, slug="home", **words["vi"]["home"]))
    same = {"translation_key": home_vi.translation_key}
    home_en = _publish(root, HomePage(locale=en, slug="home-en", **same, **words["en"]["home"]))
    site, _made = Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": home_vi, "site_name": "Mây"}
    )
    BrandIdentity.objects.get_or_create(site=site, defaults=words["identity"])
    shelf_vi = _publish(home_vi, StoryIndexPage(locale=vi, slug="stories", **words["vi"]["shelf"]))
    same = {"translation_key": shelf_vi.translation_key}
    shelf_en = _publish(home_en, StoryIndexPage(locale=en, slug="stories", **same, **words["en"]["shelf"]))
    authors = {p["key"]: p["name"] for p in files.people()}
    for story in files.stories():
        cover = picture(story["picture"])
        first = _story(shelf_vi, vi, story, cover, authors)
        _story(shelf_en, en, story, cover, authors, translation_key=first.translation_key)


def _scopes() -> None:
    brand, _made = Scope.objects.get_or_create(code="may", defaults={"kind": "brand", "name": "Mây"})
    for code, name in (("may-rang", "Mây Rang"), ("may-tra", "Mây Trà"), ("may-quan", "Mây Quán")):
        Scope.objects.get_or_create(code=code, defaults={"kind": "sub_brand", "name": name, "parent": brand})


def _publish(parent: Page, page: Page) -> Any:
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def picture(name: str) -> Any:
    """A scene as an image of the CMS; made once."""
    model = get_image_model()
    found = model.objects.filter(title=name).first()
    if found is None:
        with files.scene(name).open("rb") as handle:
            found = model(title=name, description=files.alt_texts()[name]["vi"])
            found.file.save(f"{name}.webp", ImageFile(handle, name=f"{name}.webp"), save=False)
            found.save()
    return found


def _story(
    shelf: Page, locale: Locale, story: dict[str, Any], cover: Any, authors: dict[str, str], **more: Any
) -> StoryPage:
    texts = story[locale.language_code]
    body: list[tuple[str, Any]] = [
        (
            "beat",
            {
                "kind": b["kind"],
                "heading": b["heading"],
                "text": "".join(f"<p>{escape(p)}</p>" for p in b["paragraphs"]),
            },
        )
        for b in texts["beats"]
    ]
    body.append(("message", {"text": texts["message"]}))
    page = StoryPage(
        locale=locale, slug=story["slug"], title=texts["title"], teaser=texts["teaser"], minutes=story["minutes"],
        told_by=authors[story["author"]], told_on=story["at"].date(), cover=cover,
        cover_alt=files.alt_texts()[story["picture"]][locale.language_code], **more,
    )  # fmt: skip
    page.body = page._meta.get_field("body").stream_block.to_python([])
    for kind, value in body:
        page.body.append((kind, page.body.stream_block.child_blocks[kind].normalize(value)))
    return _publish(shelf, page)
