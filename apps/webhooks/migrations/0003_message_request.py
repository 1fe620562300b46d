"""A message says which callback or request it follows from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0002_uid_whole")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="request_id",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=64, verbose_name="request"
            ),
        ),
    ]
