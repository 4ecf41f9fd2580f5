"""The one identity of the site becomes the identity of the brand's own scope; brand managers may edit it."""

from django.db import migrations

GROUP = "Brand managers"
RIGHTS = {
    "add_identity": "Can add brand identity",
    "change_identity": "Can change brand identity",
    "view_identity": "Can view brand identity",
    "publish_identity": "Can publish brand identity",
    "lock_identity": "Can lock brand identity",
    "unlock_identity": "Can unlock brand identity",
}
KEPT = ("name", "slogan_vi", "slogan_en", "color_act", "color_accent", "color_reward", "color_deep")


def carry_over(apps, schema_editor):
    BrandIdentity = apps.get_model("brand", "BrandIdentity")
    Identity = apps.get_model("brand", "Identity")
    Scope = apps.get_model("portal", "Scope")
    old = BrandIdentity.objects.order_by("-site__is_default_site", "pk").first()
    if old is None:
        return
    root = Scope.objects.filter(kind="brand").order_by("pk").first()
    if root is None:
        root = Scope.objects.create(code="brand", kind="brand", name=old.name)
    Identity.objects.get_or_create(scope=root, defaults={name: getattr(old, name) for name in KEPT})


def carry_back(apps, schema_editor):
    BrandIdentity = apps.get_model("brand", "BrandIdentity")
    Identity = apps.get_model("brand", "Identity")
    Site = apps.get_model("wagtailcore", "Site")
    site = Site.objects.filter(is_default_site=True).first()
    new = Identity.objects.filter(scope__kind="brand").order_by("pk").first()
    if site is None or new is None:
        return
    values = {name: getattr(new, name) for name in KEPT if getattr(new, name)}
    BrandIdentity.objects.update_or_create(site=site, defaults=values)


def give_rights(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    kind, _made = ContentType.objects.get_or_create(app_label="brand", model="identity")
    group, _made = Group.objects.get_or_create(name=GROUP)
    for codename, name in RIGHTS.items():
        right, _made = Permission.objects.get_or_create(content_type=kind, codename=codename, defaults={"name": name})
        group.permissions.add(right)
    # The workshop's own door; the desk gives it too.
    group.permissions.add(*Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin"))


def take_rights(apps, schema_editor):
    Permission = apps.get_model("auth", "Permission")
    Permission.objects.filter(content_type__app_label="brand", codename__in=RIGHTS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("brand", "0005_identity_per_scope"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0006_formstate"),
    ]

    operations = [
        migrations.RunPython(carry_over, carry_back),
        migrations.RunPython(give_rights, take_rights),
    ]
