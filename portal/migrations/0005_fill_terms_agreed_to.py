"""Notes on each member the terms that she agreed to last, as her consent rows say."""

from django.db import migrations
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce


def note(apps, schema_editor):
    member, consent = apps.get_model("portal", "Member"), apps.get_model("portal", "Consent")
    agreed = consent.objects.filter(member=OuterRef("pk"), purpose="terms", given=True).order_by("-at", "-pk")
    member.objects.update(terms_version=Coalesce(Subquery(agreed.values("text_version")[:1]), Value("")))


class Migration(migrations.Migration):
    dependencies = [("portal", "0004_terms_agreed_to")]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
