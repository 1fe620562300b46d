"""The colloquial words the portal starts with; the file they come from is never changed."""

from pathlib import Path

from django.db import migrations

SEED = Path(__file__).parent.parent / "hs" / "data" / "alias_seed.psv"
PLANTED = "portal"


def read_seed():
    for line in SEED.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            word, codes, english = line.split("|")
            yield from ((word, code, english) for code in codes.split(";"))


def plant(apps, schema_editor):
    alias = apps.get_model("customs", "HsAlias")
    rows = [
        alias(word=word, code=code, note=english, added_by=PLANTED)
        for word, code, english in read_seed()
    ]
    alias.objects.bulk_create(rows, ignore_conflicts=True)


def clear(apps, schema_editor):
    apps.get_model("customs", "HsAlias").objects.filter(added_by=PLANTED).delete()


class Migration(migrations.Migration):
    dependencies = [("customs", "0006_hs_suggestion_indexes")]

    operations = [migrations.RunPython(plant, clear)]
