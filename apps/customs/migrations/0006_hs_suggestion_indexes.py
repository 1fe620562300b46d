"""What was learned since the last look is found by index: withdrawn codes, decided offers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customs", "0005_starting_figures")]

    operations = [
        migrations.AddIndex(
            model_name="hsconfirmation",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", False)),
                fields=["withdrawn_at"],
                name="customs_hs_withdrawn",
            ),
        ),
        migrations.AddIndex(
            model_name="hsoffer",
            index=models.Index(
                condition=models.Q(("decided_at__isnull", False)),
                fields=["decided_at"],
                name="customs_offer_decided",
            ),
        ),
    ]
