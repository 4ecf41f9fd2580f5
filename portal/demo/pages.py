"""The brand's pages of the demo world: identity, front room, houses, shelf and stories, in both languages."""

from datetime import datetime
from typing import Any

from django.core.files.images import ImageFile
from django.utils.html import escape
from wagtail.images import get_image_model
from wagtail.models import Locale, Page, Site

from brand.pages import models as kinds
from brand.stories.actions import announce_story
from brand.stories.models import StoryIndexPage, StoryPage
from portal.accounts.models import Member
from portal.demo import files, help, identities
from portal.scopes.actions import mirror
from portal.scopes.models import Scope

# Every page but the stories: its key, its kind, and the page it stands below.
TREE: list[tuple[str, type[Page], str]] = [
    ("home", kinds.HomePage, ""),
    ("shelf", StoryIndexPage, "home"),
    ("identity", kinds.IdentityPage, "home"),
    ("promise", kinds.PromisePage, "home"),
    ("values", kinds.ValuesPage, "home"),
    ("voice", kinds.VoicePage, "home"),
    ("houses", kinds.ArchitecturePage, "home"),
    ("may-rang", kinds.SubBrandPage, "houses"),
    ("rang-shelf", StoryIndexPage, "may-rang"),
    ("may-tra", kinds.SubBrandPage, "houses"),
    ("may-quan", kinds.SubBrandPage, "houses"),
]
PICTURES = {"picture", "portrait", "first", "second"}
# In which space the talk about a story of each house opens.
TALKS = {"rang": "goc-phin", "tra": "ban-tra-som", "quan": "nguoi-o-lai"}


def build(at: datetime, members: dict[str, Member]) -> None:
    """Makes scopes, identity and pages. Runs once, on a site that has only Wagtail's own welcome page."""
    brand = mirror(code="may", kind=Scope.Kind.BRAND, name="Mây")
    for code, name in (("may-rang", "Mây Rang"), ("may-tra", "Mây Trà"), ("may-quan", "Mây Quán")):
        mirror(code=code, kind=Scope.Kind.SUB_BRAND, name=name, parent=brand)  # their looks are published before them
    root = Page.get_first_root_node()
    assert root is not None  # Wagtail's own migration makes it
    for welcome in root.get_children():
        welcome.specific.delete()
    root.refresh_from_db()
    pages = {"vi": _tree(root, "vi")}
    pages["en"] = _tree(root, "en", same=pages["vi"])
    home = pages["vi"]["home"]
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": home, "site_name": "Mây"}
    )
    identities.publish()
    for code, mine in pages.items():
        for key, page in mine.items():
            _fill(page, files.page(key)[code].get("body"), code, mine)
    for story in files.stories():
        first = _story(pages["vi"]["shelf"], "vi", story, members)
        _story(pages["en"]["shelf"], "en", story, members, translation_key=first.translation_key)
    help.build({code: mine["home"] for code, mine in pages.items()})


def open_talk(story: dict[str, Any], teller: Member) -> None:
    """Opens the discussion of a story on the day it was told, and leaves its pages asking for one."""
    told = StoryPage.objects.filter(slug=story["slug"]).order_by("locale_id")
    for page in told:
        page.opens_talk, page.talk_space = True, TALKS[story["brand"]]
        page.save(update_fields=["opens_talk", "talk_space"])
        page.latest_revision.content = page.serializable_data()
        page.latest_revision.save(update_fields=["content"])
    announce_story(actor=teller, story=told[0], at=story["at"])


def quote(key: str, code: str, post: Any) -> None:
    """Lets a member speak on a sub-brand's page, below its things: her post exists only once the talk is told."""
    page = kinds.SubBrandPage.objects.get(code=key, locale__language_code=code)
    stored = list(page.body.raw_data)
    place = 1 + next(i for i, block in enumerate(stored) if block["type"] == "things")
    stored.insert(place, {"type": "member_quote", "value": {"address": post.get_absolute_url(), "agreed": True}})
    page.body = stored
    page.save_revision().publish()


def quest(slug: str, code: str) -> None:
    """Puts a challenge into a story, before its resolution, in both languages, once the desk has made it."""
    for page in StoryPage.objects.filter(slug=slug).order_by("locale_id"):
        stored = list(page.body.raw_data)
        beats = [place for place, block in enumerate(stored) if block["type"] == "beat"]
        stored.insert(beats[-1], {"type": "quest", "value": {"heading": "", "challenge": code}})
        page.body = stored
        page.save_revision().publish()


def _tree(root: Page, code: str, same: dict[str, Any] | None = None) -> dict[str, Any]:
    """Every page of one language in its place, without its body: bodies link to pages that must exist first."""
    locale, _made = Locale.objects.get_or_create(language_code=code)
    made: dict[str, Any] = {}
    for key, kind, above in TREE:
        words = {name: value for name, value in files.page(key)[code].items() if name not in ("body", "picture")}
        if scene := files.page(key)[code].get("picture"):
            words |= {"cover": picture(scene), "cover_alt": files.alt_texts()[scene][code]}
        if kind is kinds.SubBrandPage:
            words["code"] = key
        if same is not None:
            words["translation_key"] = same[key].translation_key
        parent = made[above] if above else root
        parent.refresh_from_db()
        made[key] = parent.add_child(instance=kind(locale=locale, live=False, **words))
    return made


def _fill(page: Page, body: list[dict[str, Any]] | None, code: str, pages: dict[str, Any]) -> None:
    page.refresh_from_db()
    if body is not None:
        page.body = [_block(dict(one), code, pages) for one in body]
    page.save_revision().publish()


def _block(one: dict[str, Any], code: str, pages: dict[str, Any]) -> dict[str, Any]:
    """A block as it is stored, from a block as it is written: pictures by their name, pages by their key."""
    kind = one.pop("type")
    return {"type": kind, "value": one["html"] if kind == "text" else _stored(one, code, pages)}


def _stored(value: Any, code: str, pages: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_stored(one, code, pages) for one in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for name, inner in value.items():
        if name in PICTURES:
            found[name] = _shown(inner, code)
        elif name == "page":
            found[name] = pages[inner].pk
        else:
            found[name] = _stored(inner, code, pages)
    return found


def _shown(name: str, code: str) -> dict[str, Any]:
    words = files.alt_texts().get(name, {}).get(code, "")
    return {"image": picture(name).pk, "alt_text": words, "decorative": not words}


def picture(name: str) -> Any:
    """A scene or a face (`faces/mai`) as an image of the CMS; made once."""
    model = get_image_model()
    found = model.objects.filter(title=name).first()
    if found is None:
        source = files.face(name.removeprefix("faces/")) if name.startswith("faces/") else files.scene(name)
        with source.open("rb") as handle:
            found = model(
                title=name, description=files.alt_texts().get(name, {}).get("vi", ""),
                file=ImageFile(handle, name=f"{source.stem}.webp"),
            )  # fmt: skip
            found.save()
    return found


def _story(shelf: Page, code: str, story: dict[str, Any], members: dict[str, Member], **more: Any) -> StoryPage:
    texts, teller = story[code], members[story["author"]]
    body = [
        {
            "type": "beat",
            "value": {
                "kind": beat["kind"],
                "heading": beat["heading"],
                "text": "".join(f"<p>{escape(p)}</p>" for p in beat["paragraphs"]),
                **({"picture": _shown(beat["picture"], code)} if "picture" in beat else {}),
                "caption": beat.get("caption", ""),
            },
        }
        for beat in texts["beats"]
    ]
    body.append({"type": "message", "value": {"text": texts["message"]}})
    shelf.refresh_from_db()
    page = StoryPage(
        locale=shelf.locale, slug=story["slug"], title=texts["title"], teaser=texts["teaser"],
        minutes=story["minutes"], told_by=teller.name, told_on=story["at"].date(), cover=picture(story["picture"]),
        cover_alt=files.alt_texts()[story["picture"]][code], scope=Scope.objects.get(code=f"may-{story['brand']}"),
        owner=teller, body=body, **more,
    )  # fmt: skip
    shelf.add_child(instance=page)
    page.save_revision(user=teller).publish()
    return page
