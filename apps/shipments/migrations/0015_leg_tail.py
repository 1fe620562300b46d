from django.contrib.postgres.indexes import OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Reverse


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('shipments', '0014_code_mappings'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='leg',
            index=models.Index(OpClass(Reverse('number'), 'text_pattern_ops'), name='shipments_leg_tail'),
        ),
    ]
