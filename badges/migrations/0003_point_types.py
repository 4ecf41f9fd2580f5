"""The three kinds of points every programme begins with, and the programme's own accounts for each."""

from django.db import migrations

TYPES = [
    {"code": "spend", "spendable": True, "expires_after_months": 12, "debt_limit": 500, "unit_value": 50},
    {"code": "status"},
    {"code": "rep"},
]  # fmt: skip
ROLES = ["issued", "redeemed", "expired", "revoked", "adjusted"]


def add(apps, schema_editor):
    PointType = apps.get_model("badges", "PointType")
    Account = apps.get_model("badges", "Account")
    for fields in TYPES:
        kind, _ = PointType.objects.get_or_create(code=fields["code"], defaults=fields)
        for role in ROLES:
            Account.objects.get_or_create(member=None, point_type=kind, role=role, campaign="")


class Migration(migrations.Migration):
    dependencies = [("badges", "0002_seal")]

    # Points that were posted cannot be un-seeded, so going back leaves the rows.
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
