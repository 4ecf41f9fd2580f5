from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("brand", "0006_carry_identity_over")]

    operations = [migrations.DeleteModel(name="BrandIdentity")]
