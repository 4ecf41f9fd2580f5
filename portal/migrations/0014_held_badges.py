from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0013_name_the_reading_in_vietnamese"),
    ]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="held",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
