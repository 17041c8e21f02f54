"""This migration lets PostgreSQL refuse every change of the audit trail, and makes the table that the cache lives in."""

from django.core.management import call_command
from django.db import migrations

PROTECT = """
CREATE FUNCTION refuse_to_change_the_audit_trail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is written once: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_trail_never_changed BEFORE UPDATE OR DELETE ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION refuse_to_change_the_audit_trail();
CREATE TRIGGER audit_trail_never_emptied BEFORE TRUNCATE ON accounts_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_audit_trail();
"""
UNPROTECT = """
DROP TRIGGER audit_trail_never_emptied ON accounts_auditevent;
DROP TRIGGER audit_trail_never_changed ON accounts_auditevent;
DROP FUNCTION refuse_to_change_the_audit_trail();
"""


def make_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(PROTECT, UNPROTECT),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
