"""A tier may be added on top and taken away again: a rank may have had several tiers, one after the other."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("badges", "0013_streak_zones_and_settled_waits")]

    operations = [
        migrations.AlterModelOptions(name="tier", options={"ordering": ["rank", "id"]}),
        migrations.AlterField(model_name="tier", name="rank", field=models.PositiveSmallIntegerField()),
        migrations.AlterField(
            model_name="tier",
            name="mark",
            field=models.CharField(help_text="the drawn mark, by its name in badges.tiers.marks", max_length=20),
        ),
    ]
