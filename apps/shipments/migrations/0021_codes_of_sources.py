from django.db import migrations, models


class Migration(migrations.Migration):
    """Codes of every source and their customs phase, those without a meaning in a queue."""

    dependencies = [
        ('shipments', '0020_links_and_findings'),
    ]

    operations = [
        migrations.CreateModel(
            name='UnmappedCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40, verbose_name='source')),
                ('code', models.CharField(max_length=64, verbose_name='code')),
                ('carrier', models.CharField(blank=True, default='', max_length=40, verbose_name='carrier')),
                ('count', models.BigIntegerField(default=0, verbose_name='count')),
                ('sample', models.CharField(blank=True, default='', max_length=300, verbose_name='sample')),
                ('sample_shipment', models.BigIntegerField(blank=True, null=True, verbose_name='shipment of the sample')),
                ('first_seen_at', models.DateTimeField(verbose_name='first seen')),
                ('last_seen_at', models.DateTimeField(verbose_name='last seen')),
                ('resolved_at', models.DateTimeField(blank=True, null=True, verbose_name='explained')),
            ],
            options={
                'verbose_name': 'code without a meaning',
                'verbose_name_plural': 'codes without a meaning',
                'ordering': ['-count', 'id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='event',
            name='shipments_event_sources',
        ),
        migrations.AddField(
            model_name='codemapping',
            name='phase',
            field=models.CharField(blank=True, choices=[('', '—'), ('pending', 'Awaiting clearance'), ('processing', 'Being cleared'), ('info_required', 'Customs asks for information'), ('held', 'Held by customs'), ('released', 'Released by customs'), ('refused', 'Refused by customs'), ('returned', 'Sent back by customs'), ('destroyed', 'Destroyed by customs')], db_default='', default='', max_length=16, verbose_name='customs phase'),
        ),
        migrations.AddField(
            model_name='mappingreplay',
            name='phase',
            field=models.CharField(blank=True, choices=[('', '—'), ('pending', 'Awaiting clearance'), ('processing', 'Being cleared'), ('info_required', 'Customs asks for information'), ('held', 'Held by customs'), ('released', 'Released by customs'), ('refused', 'Refused by customs'), ('returned', 'Sent back by customs'), ('destroyed', 'Destroyed by customs')], db_default='', default='', max_length=16, verbose_name='customs phase'),
        ),
        migrations.AlterField(
            model_name='codemapping',
            name='code',
            field=models.CharField(max_length=64, verbose_name='code'),
        ),
        migrations.AlterField(
            model_name='event',
            name='code',
            field=models.CharField(blank=True, default='', max_length=64, verbose_name='code'),
        ),
        migrations.AlterField(
            model_name='mappingreplay',
            name='code',
            field=models.CharField(max_length=64, verbose_name='code'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('sources__gte', 1), ('sources__lte', 15)), name='shipments_event_sources'),
        ),
        migrations.AddIndex(
            model_name='unmappedcode',
            index=models.Index(condition=models.Q(('resolved_at__isnull', True)), fields=['-count', 'id'], name='shipments_unmapped_open'),
        ),
        migrations.AddConstraint(
            model_name='unmappedcode',
            constraint=models.UniqueConstraint(fields=('source', 'code', 'carrier'), name='shipments_unmapped_once'),
        ),
    ]
