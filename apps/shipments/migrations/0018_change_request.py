"""A change says which callback or request made it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shipments", "0017_uid_whole")]

    operations = [
        migrations.AddField(
            model_name="shipmentchange",
            name="request_id",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=64, verbose_name="request"
            ),
        ),
    ]
