"""The groups in which people work here and what each may do in the workshop (`/admin/`).

Wagtail's own two groups make way: its "Moderators" publish pages, ours keep the talk kind; "Editors" is nobody's role.
Its step of approval lets an author approve herself; ours does not. What an administrator changes later stays changed.
"""

from django.db import migrations

BRAND, APPROVERS, MODERATORS = "Brand managers", "Programme approvers", "Moderators"
STORE, CARE, ANALYSTS = "Store staff", "Care", "Analysts"
GROUPS = [BRAND, APPROVERS, MODERATORS, STORE, CARE, ANALYSTS]

# Who may open the workshop at all. The counter and the care desk stand outside it.
IN_THE_WORKSHOP = [BRAND, APPROVERS, MODERATORS, ANALYSTS]
PAGES = ["add", "change", "publish", "lock", "unlock"]
FILES = [
    ("wagtailimages", "image", ["add", "change", "choose"]),
    ("wagtaildocs", "document", ["add", "change", "choose"]),
]
MORE = {
    BRAND: [
        *(("brand", "identity", f"{act}_identity") for act in ("add", "change", "publish", "lock", "unlock")),
        ("wagtail_localize", "translation", "submit_translation"),
    ],
}
APPROVAL = "Read by another person"
INNER_COLLECTION = "Within the house"


def permission(apps, app_label, model, codename):
    """The permission, made now where Django would make it only after the last migration."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    # `submit_translation` hangs on a type of its own choosing: what is there already counts.
    rows = apps.get_model("auth", "Permission").objects
    found = rows.filter(content_type__app_label=app_label, codename=codename).first()
    return found or rows.create(content_type=content_type, codename=codename, name=f"Can {codename}"[:255])


def clear_wagtails_own(apps, groups):
    """Takes page, file and workshop rights of the two groups that Wagtail brings, and its way of approving."""
    old = apps.get_model("auth", "Group").objects.filter(name__in=["Moderators", "Editors"])
    apps.get_model("wagtailcore", "GroupPagePermission").objects.filter(group__in=old).delete()
    apps.get_model("wagtailcore", "GroupCollectionPermission").objects.filter(group__in=old).delete()
    for group in old:
        group.permissions.clear()
    for editors in old.filter(name="Editors"):
        for member in editors.user_set.all():
            member.groups.add(groups[BRAND])
        editors.delete()
    apps.get_model("wagtailcore", "WorkflowPage").objects.all().delete()
    apps.get_model("wagtailcore", "Workflow").objects.filter(name="Moderators approval").update(active=False)
    apps.get_model("wagtailcore", "Task").objects.filter(name="Moderators approval").update(active=False)


def give_rights(apps, groups):
    """Workshop, settings, translations, pictures and documents; pages of each language's home."""
    access = permission(apps, "wagtailadmin", "admin", "access_admin")
    for name in IN_THE_WORKSHOP:
        groups[name].permissions.add(access)
    for name, rights in MORE.items():
        groups[name].permissions.add(*(permission(apps, *right) for right in rights))
    on_pages = apps.get_model("wagtailcore", "GroupPagePermission").objects
    for home in apps.get_model("wagtailcore", "Page").objects.filter(depth=2):
        for act in PAGES:
            right = permission(apps, "wagtailcore", "page", f"{act}_page")
            on_pages.get_or_create(group=groups[BRAND], page=home, permission=right)
    root = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    on_files = apps.get_model("wagtailcore", "GroupCollectionPermission").objects
    for app_label, model, acts in FILES:
        for act in acts:
            right = permission(apps, app_label, model, f"{act}_{model}")
            on_files.get_or_create(group=groups[BRAND], collection=root, permission=right)


def set_up_approval(apps, groups):
    """One step for every page of the house: somebody else reads it."""
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="brand", model="foureyestask"
    )
    task = apps.get_model("brand", "FourEyesTask").objects.create(name=APPROVAL, active=True, content_type=kind)
    task.groups.set([groups[BRAND], groups[APPROVERS]])
    workflow = apps.get_model("wagtailcore", "Workflow").objects.create(name=APPROVAL, active=True)
    apps.get_model("wagtailcore", "WorkflowTask").objects.create(
        workflow=workflow, task_id=task.task_ptr_id, sort_order=0
    )
    root = apps.get_model("wagtailcore", "Page").objects.get(depth=1)
    apps.get_model("wagtailcore", "WorkflowPage").objects.create(workflow=workflow, page=root)


def set_up_inner_collection(apps, groups):
    """A place for files that only people who work here may open."""
    collections = apps.get_model("wagtailcore", "Collection").objects
    root = collections.get(depth=1)
    last = collections.filter(depth=2).order_by("path").last()
    step = int(last.path[4:], 36) + 1 if last else 1
    made = collections.create(name=INNER_COLLECTION, path=root.path + base36(step).zfill(4), depth=2, numchild=0)
    collections.filter(pk=root.pk).update(numchild=root.numchild + 1)
    restriction = apps.get_model("wagtailcore", "CollectionViewRestriction").objects.create(
        collection=made, restriction_type="groups"
    )
    restriction.groups.set(groups.values())


def base36(number):
    """A treebeard path's step."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return digits[number] if number < 36 else base36(number // 36) + digits[number % 36]


def forwards(apps, schema_editor):
    groups = {name: apps.get_model("auth", "Group").objects.get_or_create(name=name)[0] for name in GROUPS}
    clear_wagtails_own(apps, groups)
    give_rights(apps, groups)
    set_up_approval(apps, groups)
    set_up_inner_collection(apps, groups)


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0007_names_by_their_looks"),
        ("brand", "0009_approval_by_another"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtail_localize", "0016_rename_page_revision_translationlog_revision"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
