"""The desk finds what is at customs, what was let go and what was declared when, by index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customs", "0003_drafting")]

    operations = [
        migrations.AddIndex(
            model_name="consignment",
            index=models.Index(fields=["created_at"], name="customs_consignment_created"),
        ),
        migrations.AddIndex(
            model_name="consignment",
            index=models.Index(
                condition=models.Q(("overridden_at__isnull", False)),
                fields=["overridden_at"],
                name="customs_consignment_let_go",
            ),
        ),
        migrations.AddIndex(
            model_name="declaration",
            index=models.Index(
                condition=models.Q(("state__in", ["submitted", "processing"])),
                fields=["state_at", "id"],
                name="customs_declaration_inside",
            ),
        ),
    ]
