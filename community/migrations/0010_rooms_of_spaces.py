import unicodedata

from django.db import migrations


def fold(value):
    plain = unicodedata.normalize("NFD", value.translate(str.maketrans("đĐ", "dD")))
    return unicodedata.normalize("NFC", "".join(c for c in plain if unicodedata.category(c) != "Mn")).lower()


def forwards(apps, schema_editor):
    """Each space gets its room; what was said before can be found."""
    Space = apps.get_model("community", "Space")
    Room = apps.get_model("community", "Room")
    Message = apps.get_model("community", "Message")
    taken = set(Room.objects.values_list("code", flat=True))
    for space in Space.objects.filter(room=None):
        code = space.code if space.code not in taken else f"{space.code[:50]}-{space.pk}"
        Room.objects.create(
            code=code, kind="space", space=space, scope_id=space.scope_id, position=space.position, icon=space.icon
        )
    for message in Message.objects.exclude(source="").iterator(chunk_size=500):
        Message.objects.filter(pk=message.pk).update(folded=fold(message.source))


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0009_threads_conversations_and_reactions"),
    ]

    operations = [
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
