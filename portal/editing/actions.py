"""Writes about who keeps which pages."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from portal.accounts.models import Member
from portal.accounts.roles import BRAND_MANAGERS
from portal.editing.permissions import TRANSLATE, WORKSHOP

OF_THE_WHOLE_HOUSE = ("add", "change", "publish", "lock", "unlock")
# A section's editors hand in: somebody else reads before the public does.
OF_A_SECTION = ("add", "change", "lock", "unlock")
# Begins the name of every section's group.
SECTION = "Section: "
OWN_FILES, OTHERS_FILES = ("add", "change", "choose"), ("choose",)


@transaction.atomic
def give_keepers(*, page: Page) -> None:
    """Gives a new page the keepers of its translations, and a new home of a language the brand managers. Idempotent.

    Rights reach down the tree, so only homes and the tops of sections carry rows of their own.
    """
    others = Page.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk)
    rights = set(GroupPagePermission.objects.filter(page__in=others).values_list("group_id", "permission_id"))
    if page.depth == 2:
        group, _made = Group.objects.get_or_create(name=BRAND_MANAGERS)
        rights |= {(group.pk, right.pk) for right in _page_rights(OF_THE_WHOLE_HOUSE)}
    for group_id, permission_id in sorted(rights):
        GroupPagePermission.objects.get_or_create(page_id=page.pk, group_id=group_id, permission_id=permission_id)


@transaction.atomic
def open_section(*, page: Page, name: str) -> Group:
    """The group that edits one section: the pages below `page` in every language, and a collection of its own.

    Its editors write, have translated and hand in; they do not publish. Idempotent: called again it fills what lacks.
    """
    group, _made = Group.objects.get_or_create(name=f"{SECTION}{name}")
    group.permissions.add(_permission(WORKSHOP), _permission(TRANSLATE))
    for one in Page.objects.filter(translation_key=page.translation_key):
        for right in _page_rights(OF_A_SECTION):
            GroupPagePermission.objects.get_or_create(page=one, group=group, permission=right)
    root = Collection.get_first_root_node()
    own = Collection.objects.filter(name=name, depth=2).first() or root.add_child(name=name)
    for collection, acts in ((own, OWN_FILES), (root, OTHERS_FILES)):
        for right in _file_rights(acts):
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=right)
    return group


@transaction.atomic
def give_role(*, member: Member, group: Group) -> None:
    """Puts a person into a group; Wagtail's rights on pages and files follow it. Idempotent."""
    member.groups.add(group)


def _permission(name: str) -> Permission:
    app_label, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)


def _page_rights(acts: tuple[str, ...]) -> list[Permission]:
    codenames = [f"{act}_page" for act in acts]
    return list(Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=codenames))


def _file_rights(acts: tuple[str, ...]) -> list[Permission]:
    found = []
    for model in (get_image_model(), get_document_model()):
        codenames = [f"{act}_{model._meta.model_name}" for act in acts]
        found += Permission.objects.filter(content_type__app_label=model._meta.app_label, codename__in=codenames)
    return found
