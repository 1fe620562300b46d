from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Find the calls of a few minutes by interface, carrier, merchant, and the failed ones."""

    atomic = False

    dependencies = [
        ('baidiyun', '0011_call_dimensions'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='apicall',
            index=models.Index(fields=['product', 'at'], name='baidiyun_call_product_at'),
        ),
        AddIndexConcurrently(
            model_name='apicall',
            index=models.Index(fields=['carrier', 'at'], name='baidiyun_call_carrier_at'),
        ),
        AddIndexConcurrently(
            model_name='apicall',
            index=models.Index(fields=['merchant', 'at'], name='baidiyun_call_merchant_at'),
        ),
        AddIndexConcurrently(
            model_name='apicall',
            index=models.Index(condition=models.Q(('ok', False)), fields=['at'], name='baidiyun_call_failed_at'),
        ),
    ]
