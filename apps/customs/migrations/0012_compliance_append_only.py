"""What was published or checked stays as it was, and everything judged by has one stamp.

Whoever changes what rules are judged by waits for the transactions that are judging (advisory
lock 7110010, which they hold shared) and gives the stamp a new value.
"""

from django.db import migrations

STAMP = """
INSERT INTO customs_compliancestamp (stamp) VALUES (gen_random_uuid());

CREATE FUNCTION customs_new_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7110010);
    UPDATE customs_compliancestamp SET stamp = gen_random_uuid();
    RETURN NULL;
END $$;
CREATE TRIGGER customs_rulesetversion_stamp AFTER INSERT OR UPDATE ON customs_rulesetversion
    FOR EACH STATEMENT EXECUTE FUNCTION customs_new_stamp();
CREATE TRIGGER customs_threshold_stamp AFTER INSERT OR UPDATE OR DELETE ON customs_threshold
    FOR EACH STATEMENT EXECUTE FUNCTION customs_new_stamp();
CREATE TRIGGER customs_currencyrate_stamp AFTER INSERT OR UPDATE OR DELETE ON customs_currencyrate
    FOR EACH STATEMENT EXECUTE FUNCTION customs_new_stamp();
CREATE TRIGGER customs_list_stamp AFTER INSERT OR UPDATE ON customs_keywordlistversion
    FOR EACH ROW WHEN (NEW.published_at IS NOT NULL) EXECUTE FUNCTION customs_new_stamp();
"""
NO_STAMP = """
DROP TRIGGER customs_list_stamp ON customs_keywordlistversion;
DROP TRIGGER customs_currencyrate_stamp ON customs_currencyrate;
DROP TRIGGER customs_threshold_stamp ON customs_threshold;
DROP TRIGGER customs_rulesetversion_stamp ON customs_rulesetversion;
DROP FUNCTION customs_new_stamp();
DELETE FROM customs_compliancestamp;
"""

VERSIONS = """
CREATE FUNCTION customs_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    taken_back customs_rulesetversion;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.approver = ANY (NEW.editors) AND NEW.restores_id IS NULL THEN
            RAISE EXCEPTION 'who wrote a rule set does not publish it'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'customs_two_pairs_of_eyes';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        taken_back := OLD;
        taken_back.state := 'retired';
        IF NEW IS NOT DISTINCT FROM taken_back THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'customs_rulesetversion is immutable' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER customs_rulesetversion_kept BEFORE INSERT OR UPDATE OR DELETE
    ON customs_rulesetversion FOR EACH ROW EXECUTE FUNCTION customs_keep_version();
"""
NO_VERSIONS = """
DROP TRIGGER customs_rulesetversion_kept ON customs_rulesetversion;
DROP FUNCTION customs_keep_version();
"""

LISTS = """
CREATE FUNCTION customs_keep_list() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    published customs_keywordlistversion;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.published_at IS NULL THEN
            RETURN OLD;
        END IF;
    ELSIF OLD.ready_at IS NULL THEN
        RETURN NEW;
    ELSIF OLD.published_at IS NULL THEN
        published := OLD;
        published.published_at := NEW.published_at;
        published.approver := NEW.approver;
        IF NEW IS NOT DISTINCT FROM published THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a whole version of a keyword list is immutable'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER customs_keywordlistversion_kept BEFORE UPDATE OR DELETE
    ON customs_keywordlistversion FOR EACH ROW EXECUTE FUNCTION customs_keep_list();

CREATE FUNCTION customs_keep_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM customs_keywordlistversion v
        WHERE v.id IN (SELECT version_id FROM touched) FOR SHARE;
    PERFORM FROM customs_keywordlistversion v
        WHERE v.id IN (SELECT version_id FROM touched)
          AND (v.published_at IS NOT NULL OR v.ready_at IS NOT NULL AND TG_OP <> 'DELETE');
    IF FOUND THEN
        RAISE EXCEPTION 'the terms of a whole version are immutable'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER customs_keywordterm_added AFTER INSERT ON customs_keywordterm
    REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION customs_keep_terms();
CREATE TRIGGER customs_keywordterm_removed AFTER DELETE ON customs_keywordterm
    REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION customs_keep_terms();
"""
NO_LISTS = """
DROP TRIGGER customs_keywordterm_removed ON customs_keywordterm;
DROP TRIGGER customs_keywordterm_added ON customs_keywordterm;
DROP FUNCTION customs_keep_terms();
DROP TRIGGER customs_keywordlistversion_kept ON customs_keywordlistversion;
DROP FUNCTION customs_keep_list();
"""

APPENDED = ("customs_compliancecheck", "customs_compliancefinding")
UNTRUNCATED = (
    *APPENDED,
    "customs_rulesetversion",
    "customs_keywordlistversion",
    "customs_keywordterm",
)
CHECKS = (
    """
CREATE FUNCTION customs_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
"""
    + "".join(
        f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION customs_refuse_change();
"""
        for table in APPENDED
    )
    + """
CREATE TRIGGER customs_keywordterm_unchanged BEFORE UPDATE ON customs_keywordterm
    FOR EACH ROW EXECUTE FUNCTION customs_refuse_change();
"""
    + "".join(
        f"""
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT WHEN (current_setting('lastmile.allow_truncate', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION customs_refuse_change();
"""
        for table in UNTRUNCATED
    )
)
NO_CHECKS = (
    "".join(f"DROP TRIGGER {table}_no_truncate ON {table};\n" for table in UNTRUNCATED)
    + "".join(f"DROP TRIGGER {table}_append_only ON {table};\n" for table in APPENDED)
    + "DROP TRIGGER customs_keywordterm_unchanged ON customs_keywordterm;\n"
    + "DROP FUNCTION customs_refuse_change();\n"
)


class Migration(migrations.Migration):
    """Adds the triggers that keep versions, whole lists and checks, and the stamp."""

    dependencies = [("customs", "0011_compliance_eyes")]
    operations = [
        migrations.RunSQL(STAMP, NO_STAMP),
        migrations.RunSQL(VERSIONS, NO_VERSIONS),
        migrations.RunSQL(LISTS, NO_LISTS),
        migrations.RunSQL(CHECKS, NO_CHECKS),
    ]
