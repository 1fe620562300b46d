from typing import Any

from django.db import migrations

POSTS = ("emsguoji", "emsen", "emsinten", "youzhengguoji")
PARTNERS = {
    "US": "usps",
    "DE": "dhlde",
    "JP": "japanpost",
    "AU": "auspost",
    "SG": "singpost",
    "BR": "brazilposten",
}
NOTE = "UPU S10: a postal item keeps its number"


def plant(apps: Any, schema_editor: Any) -> None:
    model = apps.get_model("shipments", "CarrierHandover")
    model.objects.bulk_create(
        model(
            carrier=carrier,
            country=country,
            number_pattern="@@#########CN",
            partner=partner,
            kind="last_mile",
            trigger="handed",
            keeps_number=True,
            note=NOTE,
        )
        for carrier in POSTS
        for country, partner in PARTNERS.items()
    )


def pull(apps: Any, schema_editor: Any) -> None:
    apps.get_model("shipments", "CarrierHandover").objects.filter(note=NOTE).delete()


class Migration(migrations.Migration):
    """Chinese posts hand their parcels to the post of the country, under the same number."""

    dependencies = [
        ("shipments", "0021_codes_of_sources"),
    ]

    operations = [
        migrations.RunPython(plant, pull),
    ]
