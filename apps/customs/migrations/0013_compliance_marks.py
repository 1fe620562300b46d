"""Consignments know by what they were last checked; what an override says stays as it is."""

from django.db import migrations, models

LEFT = """
UPDATE customs_consignment c SET has_left = true FROM shipments_shipment s
    WHERE s.id = c.shipment_id AND s.status NOT IN ('created', 'awaiting_pickup', 'exception');
"""
OVERRIDES = """
CREATE FUNCTION customs_keep_override() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ended customs_findingoverride;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        ended := OLD;
        IF OLD.withdrawn_at IS NULL THEN
            ended.withdrawn_at := NEW.withdrawn_at;
        END IF;
        IF OLD.reviewed_at IS NULL THEN
            ended.reviewed_at := NEW.reviewed_at;
            ended.reviewed_by := NEW.reviewed_by;
            ended.review_note := NEW.review_note;
        END IF;
        IF NEW IS NOT DISTINCT FROM ended THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'customs_findingoverride is append-only'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER customs_findingoverride_kept BEFORE UPDATE OR DELETE ON customs_findingoverride
    FOR EACH ROW EXECUTE FUNCTION customs_keep_override();
CREATE TRIGGER customs_findingoverride_no_truncate BEFORE TRUNCATE ON customs_findingoverride
    FOR EACH STATEMENT WHEN (current_setting('lastmile.allow_truncate', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION customs_refuse_change();
"""
NO_OVERRIDES = """
DROP TRIGGER customs_findingoverride_no_truncate ON customs_findingoverride;
DROP TRIGGER customs_findingoverride_kept ON customs_findingoverride;
DROP FUNCTION customs_keep_override();
"""


class Migration(migrations.Migration):
    """Adds the marks, who may override, and the trigger that keeps overrides."""

    dependencies = [("customs", "0012_compliance_append_only")]
    operations = [
        migrations.AddField(
            model_name="consignment",
            name="has_left",
            field=models.BooleanField(default=False, verbose_name="has left"),
        ),
        migrations.AddField(
            model_name="consignment",
            name="checked_key",
            field=models.CharField(
                blank=True, default="", max_length=40, verbose_name="checked by"
            ),
        ),
        migrations.AddField(
            model_name="consignment",
            name="held_by_rules",
            field=models.BooleanField(default=False, verbose_name="held by rules"),
        ),
        migrations.AddField(
            model_name="consignment",
            name="held_told",
            field=models.BooleanField(default=False, verbose_name="told that it is held"),
        ),
        migrations.RunSQL(LEFT, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="consignment",
            index=models.Index(
                condition=models.Q(("has_left", False)),
                fields=["checked_key", "id"],
                name="customs_consignment_check_due",
            ),
        ),
        migrations.AlterModelOptions(
            name="findingoverride",
            options={
                "ordering": ["-id"],
                "permissions": [
                    ("override_finding", "Can let a consignment go in spite of a rule"),
                    ("review_override", "Can review overrides"),
                ],
                "verbose_name": "override",
                "verbose_name_plural": "overrides",
            },
        ),
        migrations.RunSQL(OVERRIDES, NO_OVERRIDES),
    ]
