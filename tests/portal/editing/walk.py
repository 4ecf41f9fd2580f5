"""Every address of the workshop, taken from the resolver, with things of a section that is not the editor's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.urls import URLResolver, get_resolver
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Locale, Site, Task, Workflow
from wagtail_localize.models import StringSegment, Translation
from wagtail_localize.operations import translate_object

from badges.backtest.actions import run as run_backtest
from badges.backtest.models import Backtest
from badges.programme import selectors as programme
from badges.programme.actions import adjust_points, ask_for_backtest, hand_in_draft, override_tier, write_draft
from badges.programme.models import Adjustment, Draft
from badges.segments.actions import write_segment
from badges.segments.models import Segment
from badges.tiers.models import TierOverride
from brand.identity.models import Identity
from community.api import open_space
from portal.accounts.models import Member
from portal.api.actions import make_key
from portal.api.models import ApiKey
from portal.core.clock import now, programme_day
from portal.scopes.models import Scope
from tests.brand.conftest import Shelf
from tests.factories.portal import JOINED

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


def routes() -> Iterator[tuple[str, str]]:
    """Name and pattern of every route below /admin/."""
    for name, pattern in _walk(get_resolver(), "", []):
        if pattern.startswith("admin/"):
            yield name, pattern


def _walk(resolver: Any, prefix: str, names: list[str]) -> Iterator[tuple[str, str]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _walk(one, prefix + str(one.pattern), [*names, one.namespace] if one.namespace else names)
        else:
            yield ":".join([*names, one.name or "?"]), prefix + str(one.pattern)


def picture() -> Any:
    """An image of the library."""
    return get_image_model().objects.create(title="Núi", file=get_test_image_file())


def waiting_draft(author: Member) -> Draft:
    """A change of a rule that somebody handed in."""
    content, texts = programme.as_it_is("rule", "reply", at=now())
    draft = write_draft(actor=author, kind="rule", subject="reply", content=content, texts=texts, at=now())
    return hand_in_draft(actor=author, draft_id=draft.pk, version=draft.version, at=now())


def rehearsed(draft: Draft, by: Member) -> Backtest:
    """A finished backtest of that change, over the day on which all of them joined."""
    day = programme_day(JOINED)
    row, _fresh = ask_for_backtest(
        actor=by, draft_id=draft.pk, version=draft.version, first=day, last=day, together=False, at=now()
    )
    assert run_backtest(row.pk)
    return row


def waiting_correction(author: Member, member: Member) -> Adjustment:
    """A correction that is too large for one person."""
    return adjust_points(
        actor=author, member_id=member.pk, point_type="spend", amount=5000, reason="goodwill", note="Lời cảm ơn lớn",
        key="walk", at=now(),
    )  # fmt: skip


def waiting_tier(author: Member, member: Member) -> TierOverride:
    """A tier by hand that waits for a second person."""
    at = now()
    return override_tier(
        actor=author, member_id=member.pk, tier="gold", until=programme_day(at), reason="Một năm đồng hành", key="walk",
        at=at,
    )  # fmt: skip


def a_segment(author: Member) -> str:
    """The code of a circle of members."""
    definition = {"mode": "all", "parts": [{"what": "language", "value": "vi"}]}
    row = Segment.objects.filter(code="walk").first() or write_segment(
        actor=author, code="walk", name="Walk", definition=definition, at=now()
    )
    return row.code


def api_key(maker: Member) -> ApiKey:
    """A key of an outside system."""
    return make_key(actor=maker, name="Kho", scopes=["tiers:read"], mode="test", at=now(), key="walk")[0]


class House:
    """Things that addresses name, all outside the section that the section's editor keeps."""

    def __init__(self, shelf: Shelf, people: dict[str, Member]) -> None:
        self.story = shelf.tell("xuan-lam-sao")
        image = picture()
        scope, _made = Scope.objects.get_or_create(code="may", defaults={"kind": "brand", "name": "Mây"})
        look, _made = Identity.objects.get_or_create(scope=scope, defaults={"name": "Mây"})
        look.save_revision().publish()
        document = get_document_model().objects.create(title="Sổ", file=ContentFile(b"so", name="so.txt"))
        english = Locale.objects.get(language_code="en")
        translate_object(self.story, [english])
        translation = Translation.objects.select_related("source").get()
        source = translation.source
        segment = StringSegment.objects.filter(source=source)[0].pk
        workflow_state = Workflow.objects.get(active=True).start(self.story, people["brand"])
        revision = self.story.get_latest_revision().pk
        site = Site.objects.get(is_default_site=True)
        redirect = Redirect.objects.create(old_path="/cu", site=site, redirect_page=self.story)
        session = EditingSession.objects.create(
            user=people["admin"], content_type=self.story.cached_content_type, object_id=str(self.story.pk),
            last_seen_at=self.story.latest_revision_created_at,
        )  # fmt: skip
        parent = shelf.shelves["vi"].pk
        space = open_space(code="goc", scope=scope, position=1, texts={"vi": ("Góc", ""), "en": ("Corner", "")})
        draft, correction = waiting_draft(people["brand"]), waiting_correction(people["brand"], people["member"])
        self.arguments: dict[str, Any] = {
            "code": space.code, "scope_id": scope.pk,
            "page_id": self.story.pk, "parent_page_id": parent, "page_to_move_id": self.story.pk,
            "destination_id": parent, "page_pk": self.story.pk, "revision_id": revision, "revision_id_a": "earliest",
            "revision_id_b": "latest", "task_state_id": workflow_state.current_task_state.pk,
            "task_id": workflow_state.current_task_state.task_id, "workflow_state_id": workflow_state.pk,
            "workflow_pk": workflow_state.workflow_id, "action_name": "approve", "action": "delete",
            "content_type_app_name": "brand", "content_type_model_name": "storypage", "app_label": "brand",
            "model_name": "storypage", "app_name": "brand", "image_id": image.pk, "document_id": document.pk,
            "doc_id": document.pk, "collection_id": Collection.objects.get(depth=1).pk, "redirect_id": redirect.pk,
            "translation_id": translation.pk, "translation_source_id": source.pk, "string_segment_id": segment,
            "overridable_segment_id": 1, "mode": "visitor", "filter_spec": "width-40", "uploaded_file_id": 1,
            "draft_id": draft.pk, "backtest_id": rehearsed(draft, people["brand"]).pk,
            "public_id": correction.public_id, "place": "rules",
            "override_id": waiting_tier(people["brand"], people["member"]).public_id,
            "key_id": api_key(people["brand"]).public_id,
            "session_id": session.pk, "object_id": self.story.pk, "uidb64": "x", "token": "y",
        }  # fmt: skip
        users = people["member"].pk
        self.keys: dict[str, Any] = {
            "wagtailadmin_api:images": image.pk, "wagtailadmin_api:documents": document.pk,
            "wagtailadmin_collections": Collection.objects.get(name="Within the house").pk,
            "wagtailadmin_workflows:edit_task": Task.objects.get(active=True).pk,
            "wagtailadmin_workflows:disable_task": Task.objects.get(active=True).pk,
            "wagtailadmin_workflows:enable_task": Task.objects.get(active=True).pk,
            "wagtailadmin_workflows": workflow_state.workflow_id, "wagtaillocales": english.pk,
            "wagtailsites": site.pk, "wagtailusers_users": users,
            "wagtailusers_groups": Group.objects.get(name="Analysts").pk,
            "wagtailsnippets_brand_identity": look.pk, "wagtailsnippetchoosers_brand_identity": look.pk,
            "wagtaildocs_chooser": document.pk, "wagtailimages_chooser": image.pk,
        }  # fmt: skip
        self.queries = {"wagtail_bulk_action": f"?id={self.story.pk}"}
        self.special = {
            **{name: {"place": "rules", "code": "reply"} for name in ("programme_subject", "programme_begin")},
            **{name: {"code": a_segment(people["brand"])} for name in ("programme_segment", "programme_segment_write")},
            "wagtailadmin_workflows:add_task": {"app_label": "brand", "model_name": "foureyestask"},
            "wagtail_bulk_action": {"app_label": "wagtailcore", "model_name": "page", "action": "delete"},
            "wagtailadmin_tag_model_autocomplete": {"app_name": "taggit", "model_name": "tag"},
        }
        for name in ("revisions_revert", "revisions_view", "revisions_unschedule"):
            self.special[f"wagtailsnippets_brand_identity:{name}"] = {"revision_id": look.latest_revision_id}

    def address(self, name: str, pattern: str) -> str:
        """The address of a route, its arguments filled in."""

        def value(found: re.Match[str]) -> str:
            argument = found[1] or found[2]
            special = self.special.get(name, {})
            if argument in special:
                return str(special[argument])
            if argument in self.arguments:
                return str(self.arguments[argument])
            key = next((pk for start, pk in self.keys.items() if name.startswith(start)), self.story.pk)
            return str(key)

        path = ARGUMENT.sub(value, pattern).replace("\\.", ".").replace("\\d+", "")
        path = "/" + path.replace("^.*/$", "nowhere/").replace("^", "").rstrip("$")
        return path + self.queries.get(name, "")
