"""ANALYZE is its owner's: the portal's role, which owns no table, is only warned. Whoever migrates lends it here."""

from django.db import migrations

MAKE = """
CREATE FUNCTION registry_look_anew(VARIADIC tables regclass[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE one regclass;
BEGIN
    FOREACH one IN ARRAY tables LOOP
        EXECUTE format('ANALYZE %s', one);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0021_look_before_a_list_is_taken_back")]
    operations = [migrations.RunSQL(MAKE, "DROP FUNCTION registry_look_anew(regclass[])")]
