from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("community", "0007_fill_tags_and_levels")]

    operations = [
        migrations.RemoveField(model_name="topic", name="old_tags"),
        migrations.RemoveField(model_name="watch", name="old_level"),
    ]
