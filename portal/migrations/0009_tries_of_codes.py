from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0008_groups_of_the_desk"),
    ]

    operations = [
        migrations.CreateModel(
            name="CodeTries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("used", models.PositiveSmallIntegerField(default=0)),
                ("good_until", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
