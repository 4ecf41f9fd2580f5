"""A look as templates need it: addresses that change with its version, marks, the two colours of a browser's frame."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from brand.identity import marks
from brand.identity.looks import Look, digest
from brand.identity.selectors import Dressed


def address(look: Look, name: str, *args: Any, version: str = "", **query: str) -> str:
    """The address of something drawn from a look, with the version that makes it good for ever."""
    told = "".join(f"&{key}={value}" for key, value in query.items())
    return f"{reverse(f'identity:{name}', args=[look.code, *args])}?v={version or look.version}{told}"


def logo_url(look: Look) -> str:
    """The brand's icon, large: what machines take for its logo."""
    return address(look, "icon", 512)


def manifest(look: Look) -> dict[str, Any]:
    """What a phone needs to put the house on its screen."""
    shades = look.tokens()
    icons = [(name, side, use) for name, use in (("icon", "any"), ("full_icon", "maskable")) for side in (192, 512)]
    return {
        "name": look.name,
        "short_name": look.name[:12],
        "description": look.slogan(settings.LANGUAGE_CODE),
        "lang": settings.LANGUAGE_CODE,
        "id": f"/?brand={look.code}",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "theme_color": shades["--color-deep"][0],
        "background_color": shades["--color-page"][0],
        "icons": [
            {"src": address(look, name, side), "sizes": f"{side}x{side}", "type": "image/png", "purpose": use}
            for name, side, use in icons
        ],
    }


class Dress:
    """What layouts ask of a look. Nothing here reads the database."""

    def __init__(self, dressed: Dressed, draft_token: str = "") -> None:
        self.look = dressed.look
        self._sheet = dressed.css_version
        self._draft = draft_token

    def _address(self, name: str, *args: Any, **query: str) -> str:
        return address(self.look, name, *args, **query)

    @property
    def theme_url(self) -> str:
        """The style sheet: that of a draft for the one who looks at it, else the published one."""
        plain = reverse("identity:theme", args=[self.look.code])
        return f"{plain}?draft={self._draft}" if self._draft else f"{plain}?v={self._sheet}"

    @property
    def icon_url(self) -> str:
        """For the tab."""
        return self._address("icon", 32)

    @property
    def touch_icon_url(self) -> str:
        """For a phone's screen."""
        return self._address("full_icon", 180)

    @property
    def manifest_url(self) -> str:
        """The web manifest."""
        return self._address("manifest")

    @property
    def share_card_url(self) -> str:
        """The picture of a shared link, in the language of the page."""
        return self._address("share_card", l=get_language() or "vi")

    def page_card_url(self, kind: str, ref: str, title: str) -> str:
        """The same with a public page's own title (`kind` and `ref` of its entry in `portal.cards`)."""
        version = digest(f"{self.look.version}:{title}")
        return address(self.look, "page_card", kind, ref, version=version, l=get_language() or "vi")

    @property
    def paper(self) -> tuple[str, str]:
        """The page's own colour, light and dark, for the frame of the browser."""
        return self.look.tokens()["--color-page"]

    @property
    def outline(self) -> str:
        """The drawn mark as an SVG path; empty for a letter or an uploaded mark."""
        return "" if self.look.mark_file else marks.OUTLINES.get(self.look.mark, "")

    @property
    def mark_url(self) -> str:
        """The uploaded mark."""
        return self._media(self.look.mark_file)

    @property
    def mono_url(self) -> str:
        """The uploaded mark in one colour, for the dark theme."""
        return self._media(self.look.mono_file)

    @property
    def wordmark_url(self) -> str:
        """The uploaded wordmark, which stands for mark and name together."""
        return self._media(self.look.wordmark_file)

    @staticmethod
    def _media(path: str) -> str:
        return settings.MEDIA_URL + path if path else ""
