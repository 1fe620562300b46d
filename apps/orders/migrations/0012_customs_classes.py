import django.contrib.postgres.fields
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('orders', '0011_paid_and_problem_at'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='carrierrule',
            name='orders_rule_classes_known',
        ),
        migrations.RemoveConstraint(
            model_name='orderline',
            name='orders_line_class_known',
        ),
        migrations.AlterField(
            model_name='carrierrule',
            name='goods_classes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('general', 'General goods'), ('battery', 'With battery'), ('liquid', 'Liquid'), ('powder', 'Powder'), ('food', 'Food'), ('supplement', 'Food supplement'), ('cosmetics', 'Cosmetics'), ('fragrance', 'Fragrance'), ('aerosol', 'Aerosol'), ('fragile', 'Fragile'), ('document', 'Document'), ('magnetic', 'Magnetic'), ('blade', 'Blade'), ('medicine', 'Medicine'), ('medical_device', 'Medical device'), ('plant', 'Plants and seeds'), ('valuable', 'Valuables')], max_length=16), blank=True, default=list, size=None, verbose_name='goods classes'),
        ),
        migrations.AlterField(
            model_name='orderline',
            name='goods_class',
            field=models.CharField(choices=[('general', 'General goods'), ('battery', 'With battery'), ('liquid', 'Liquid'), ('powder', 'Powder'), ('food', 'Food'), ('supplement', 'Food supplement'), ('cosmetics', 'Cosmetics'), ('fragrance', 'Fragrance'), ('aerosol', 'Aerosol'), ('fragile', 'Fragile'), ('document', 'Document'), ('magnetic', 'Magnetic'), ('blade', 'Blade'), ('medicine', 'Medicine'), ('medical_device', 'Medical device'), ('plant', 'Plants and seeds'), ('valuable', 'Valuables')], default='general', max_length=16, verbose_name='goods class'),
        ),
        migrations.AddConstraint(
            model_name='carrierrule',
            constraint=models.CheckConstraint(condition=models.Q(('goods_classes__contained_by', ['general', 'battery', 'liquid', 'powder', 'food', 'supplement', 'cosmetics', 'fragrance', 'aerosol', 'fragile', 'document', 'magnetic', 'blade', 'medicine', 'medical_device', 'plant', 'valuable'])), name='orders_rule_classes_known'),
        ),
        AddConstraintNotValid(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('goods_class__in', ['general', 'battery', 'liquid', 'powder', 'food', 'supplement', 'cosmetics', 'fragrance', 'aerosol', 'fragile', 'document', 'magnetic', 'blade', 'medicine', 'medical_device', 'plant', 'valuable'])), name='orders_line_class_known'),
        ),
    ]
