from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("orders", "0012_customs_classes"),
    ]

    operations = [
        ValidateConstraint(model_name="orderline", name="orders_line_class_known"),
    ]
