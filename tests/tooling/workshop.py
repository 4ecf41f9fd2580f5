"""Every room of the editor that somebody of the brand walks through, with things to show in each.

`addresses()` needs a loaded world and makes what the world lacks (a picture, a document, a redirect, a translation, a
page in a workflow), hence it belongs into a copy of a house.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Locale, Site, Task, Workflow
from wagtail.snippets.models import get_snippet_models

from portal.accounts.models import Member

# Rooms that need nothing to be named are found by themselves, but for these.
NOT_READ = {
    "admin_door": "leads to the one door",
    "wagtailadmin_error_test": "an error on purpose",
    "wagtailadmin_logout": "takes a form",
    "wagtailadmin_sprite": "pictures",
    "wagtailadmin_login": "leads to the one door",
    "wagtailadmin_password_reset": "switched off",
    "wagtailadmin_password_reset_done": "switched off",
    "wagtailadmin_password_reset_complete": "switched off",
    "wagtailadmin_dismissibles": "takes data",
    "wagtailadmin_block_preview": "a story's own words",
    "wagtailredirects:process_import": "takes a file",
}


def rooms() -> dict[str, str]:
    """Name and address of every room that needs nothing to be named."""
    found = {}

    def walk(resolver: Any, prefix: str, names: list[str]) -> None:
        for one in resolver.url_patterns:
            if isinstance(one, URLResolver):
                walk(one, prefix + str(one.pattern), [*names, one.namespace] if one.namespace else names)
            elif one.name and prefix.startswith("admin/") and not one.pattern.converters:
                name = ":".join([*names, one.name])
                if name not in NOT_READ and not set("<(^") & set(prefix + str(one.pattern)):
                    found[name] = f"/{prefix}{one.pattern}"

    walk(get_resolver(), "", [])
    return found


def things(editor: Member) -> dict[str, Any]:
    """What the addresses below name; made where the world has none."""
    from wagtail_localize.models import Translation, TranslationSource

    from brand.stories.models import StoryPage

    english = Locale.objects.get(language_code="en")
    stories = StoryPage.objects.filter(locale__language_code="vi", depth=4).order_by("pk")
    story, plain = stories[0], stories[1]
    image = get_image_model().objects.first() or get_image_model().objects.create(
        title="Núi", file=get_test_image_file()
    )
    document = get_document_model().objects.create(title="Sổ tay", file=ContentFile(b"so", name="so-tay.txt"))
    from wagtail.contrib.redirects.models import Redirect

    redirect = Redirect.objects.create(old_path="/cu", site=Site.objects.get(is_default_site=True), redirect_page=story)
    source, _made = TranslationSource.get_or_create_from_instance(story)
    source.update_from_db()
    translation, _made = Translation.objects.get_or_create(source=source, target_locale=english)
    workflow = Workflow.objects.filter(active=True)[0]
    revision = plain.save_revision(user=editor)
    state = workflow.start(plain, editor)
    first = story.save_revision(user=editor)
    story.title += " (sửa)"
    story.save_revision(user=editor)
    scheduled = plain.save_revision(user=editor, approved_go_live_at=timezone.now() + timezone.timedelta(days=2))
    return {
        "story": story, "plain": plain, "image": image, "document": document, "redirect": redirect,
        "source": source, "translation": translation, "workflow": workflow, "state": state, "first": first,
        "revision": revision, "scheduled": scheduled, "english": english,
        "collection": Collection.get_first_root_node().add_child(name="Ảnh vườn"),
        "task": Task.objects.filter(active=True)[0], "group": Group.objects.order_by("pk")[0],
        "site": Site.objects.get(is_default_site=True), "editor": editor, "home": story.get_parent().get_parent(),
    }  # fmt: skip


def addresses(editor: Member) -> dict[str, str]:
    """Every room with its address: those that need nothing, and those that name a thing."""
    have = things(editor)
    story, plain, home = have["story"].pk, have["plain"].pk, have["home"].pk
    stories = have["story"].get_parent().pk
    state = have["state"].current_task_state.pk
    pages = f"?id={story}&id={plain}"
    named: list[tuple[str, list[Any], str]] = [
        ("wagtailadmin_explore", [stories], ""),
        ("wagtailadmin_explore", [home], "?ordering=ord"),
        ("wagtailadmin_explore", [home], "?q=zzzz"),
        ("wagtailadmin_pages:add_subpage", [stories], ""),
        ("wagtailadmin_pages:add_subpage", [home], ""),
        ("wagtailadmin_pages:add", ["brand", "storypage", stories], ""),
        ("wagtailadmin_pages:edit", [story], ""),
        ("wagtailadmin_pages:edit", [plain], ""),
        ("wagtailadmin_pages:edit", [home], ""),
        ("wagtailadmin_pages:edit", [stories], ""),
        ("wagtailadmin_pages:type_use", ["brand", "storypage"], ""),
        ("wagtailadmin_pages:usage", [story], ""),
        ("wagtailadmin_pages:delete", [story], ""),
        ("wagtailadmin_pages:delete", [home], ""),
        ("wagtailadmin_pages:unpublish", [story], ""),
        ("wagtailadmin_pages:unpublish", [home], ""),
        ("wagtailadmin_pages:move", [story], ""),
        ("wagtailadmin_pages:move_confirm", [story, stories], ""),
        ("wagtailadmin_pages:copy", [story], ""),
        ("wagtailadmin_pages:copy", [stories], ""),
        ("wagtailadmin_pages:workflow_action", [plain, "approve", state], ""),
        ("wagtailadmin_pages:workflow_action", [plain, "reject", state], ""),
        ("wagtailadmin_pages:confirm_workflow_cancellation", [plain], ""),
        ("wagtailadmin_pages:set_privacy", [story], ""),
        ("wagtailadmin_pages:revisions_revert", [story, have["first"].pk], ""),
        ("wagtailadmin_pages:revisions_unschedule", [plain, have["scheduled"].pk], ""),
        ("wagtailadmin_pages:revisions_compare", [story, "earliest", "latest"], ""),
        ("wagtailadmin_pages:workflow_history", [plain], ""),
        ("wagtailadmin_pages:workflow_history_detail", [plain, have["state"].pk], ""),
        ("wagtailadmin_pages:history", [story], ""),
        ("wagtailadmin_choose_page_child", [stories], ""),
        ("wagtailadmin_collections:edit", [have["collection"].pk], ""),
        ("wagtailadmin_collections:delete", [have["collection"].pk], ""),
        ("wagtailadmin_collections:set_privacy", [have["collection"].pk], ""),
        ("wagtailadmin_workflows:edit", [have["workflow"].pk], ""),
        ("wagtailadmin_workflows:usage", [have["workflow"].pk], ""),
        ("wagtailadmin_workflows:disable", [have["workflow"].pk], ""),
        ("wagtailadmin_workflows:add_task", ["wagtailcore", "groupapprovaltask"], ""),
        ("wagtailadmin_workflows:edit_task", [have["task"].pk], ""),
        ("wagtailadmin_workflows:disable_task", [have["task"].pk], ""),
        ("wagtail_localize:submit_page_translation", [plain], ""),
        ("wagtail_localize:update_translations", [have["source"].pk], ""),
        ("wagtail_localize:convert_to_alias", [have["translation"].get_target_instance().pk], "")
        if have["translation"].get_status_display() else ("wagtailadmin_home", [], ""),
        ("wagtailadmin_pages:edit", [_translated(have)], ""),
        ("wagtailredirects:edit", [have["redirect"].pk], ""),
        ("wagtailredirects:delete", [have["redirect"].pk], ""),
        ("wagtaildocs:edit", [have["document"].pk], ""),
        ("wagtaildocs:delete", [have["document"].pk], ""),
        ("wagtaildocs:document_usage", [have["document"].pk], ""),
        ("wagtailimages:edit", [have["image"].pk], ""),
        ("wagtailimages:delete", [have["image"].pk], ""),
        ("wagtailimages:image_usage", [have["image"].pk], ""),
        ("wagtailimages:url_generator", [have["image"].pk], ""),
        ("wagtailimages_chooser:select_format", [have["image"].pk], ""),
        ("wagtaillocales:edit", [have["english"].pk], ""),
        ("wagtaillocales:delete", [have["english"].pk], ""),
        ("wagtailsites:edit", [have["site"].pk], ""),
        ("wagtailsites:delete", [have["site"].pk], ""),
        ("wagtailusers_users:edit", [have["editor"].pk], ""),
        ("wagtailusers_users:history", [have["editor"].pk], ""),
        ("wagtailusers_groups:edit", [have["group"].pk], ""),
        ("wagtailusers_groups:delete", [have["group"].pk], ""),
        *[("wagtail_bulk_action", ["wagtailcore", "page", act], pages)
          for act in ("delete", "move", "publish", "unpublish")],
        *[("wagtail_bulk_action", ["wagtailimages", "image", act], f"?id={have['image'].pk}")
          for act in ("delete", "add_tags", "add_to_collection")],
        *[("wagtail_bulk_action", ["wagtaildocs", "document", act], f"?id={have['document'].pk}")
          for act in ("delete", "add_tags", "add_to_collection")],
    ]  # fmt: skip
    found = rooms()
    for name, arguments, query in named:
        found[f"{name} {' '.join(map(str, arguments))}{query}".strip()] = reverse(name, args=arguments) + query
    return found | snippets() | house_settings()


def _translated(have: dict[str, Any]) -> int:
    return have["translation"].get_target_instance().pk


def snippets() -> dict[str, str]:
    """Lists and forms of what the brand keeps outside pages."""
    found = {}
    for model in get_snippet_models():
        urls = model.snippet_viewset
        found[f"{model.__name__} list"] = reverse(urls.get_url_name("list"))
        found[f"{model.__name__} add"] = reverse(urls.get_url_name("add"))
        one = model._default_manager.first()
        if one is not None:
            for act in ("edit", "history", "usage", "delete"):
                found[f"{model.__name__} {act}"] = reverse(urls.get_url_name(act), args=[one.pk])
    return found


def house_settings() -> dict[str, str]:
    """Forms of what holds for the whole site."""
    from wagtail.contrib.settings.registry import registry

    return {
        f"setting {model.__name__}": reverse(
            "wagtailsettings:edit", args=[model._meta.app_label, model._meta.model_name]
        )
        for model in registry
    }
