"""Writes on each name chip's row which badges its member holds."""

from django.db import migrations


def write(apps, schema_editor):
    held = {}
    awards = apps.get_model("badges", "Award").objects.filter(revoked_at=None)
    for member_id, code in awards.values_list("member_id", "badge__code").distinct().order_by("member_id"):
        held.setdefault(member_id, set()).add(code)
    standings = apps.get_model("portal", "Standing").objects
    for member_id, codes in held.items():
        standings.filter(member_id=member_id).update(held=sorted(codes))


class Migration(migrations.Migration):
    dependencies = [("badges", "0010_accepted_answers"), ("portal", "0014_held_badges")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
