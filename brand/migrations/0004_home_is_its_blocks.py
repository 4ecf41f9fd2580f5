from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("brand", "0003_words_into_blocks")]

    operations = [
        migrations.RemoveField("homepage", "hero_title"),
        migrations.RemoveField("homepage", "hero_lead"),
        migrations.RemoveField("homepage", "thanks_title"),
        migrations.RemoveField("homepage", "thanks_text"),
    ]
