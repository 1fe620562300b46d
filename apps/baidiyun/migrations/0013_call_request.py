"""A call says which request it was made for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("baidiyun", "0012_calls_by_time")]

    operations = [
        migrations.AddField(
            model_name="apicall",
            name="request_id",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=64, verbose_name="request"
            ),
        ),
    ]
