from django.db import migrations

SETTLE = (
    "UPDATE notifications_notice SET routed_at = queued_at"
    " WHERE state = 'rehearsal' AND routed_at IS NULL"
)


class Migration(migrations.Migration):
    """Rehearsals written before there were channels go nowhere any more."""

    dependencies = [("notifications", "0002_channels")]

    operations = [migrations.RunSQL(SETTLE, migrations.RunSQL.noop)]
