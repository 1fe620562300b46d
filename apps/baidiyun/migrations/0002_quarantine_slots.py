"""Two rings of slot numbers: 200 for strangers, 800 for pushes with a token of ours."""

from django.db import migrations

CREATE = """
CREATE SEQUENCE baidiyun_quarantine_stranger MINVALUE 0 MAXVALUE 199 START 0 CYCLE;
CREATE SEQUENCE baidiyun_quarantine_known MINVALUE 200 MAXVALUE 999 START 200 CYCLE;
"""
DROP = """
DROP SEQUENCE IF EXISTS baidiyun_quarantine_stranger;
DROP SEQUENCE IF EXISTS baidiyun_quarantine_known;
"""


class Migration(migrations.Migration):
    dependencies = [("baidiyun", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
