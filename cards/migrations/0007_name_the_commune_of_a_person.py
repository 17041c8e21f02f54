import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

def fill(table: str, person: str, commune: str) -> migrations.RunSQL:
    """Of the rows that are there; then whatever waits to be checked is, so that the table can be changed."""
    return migrations.RunSQL(
        f"UPDATE {table} AS row SET {commune} = person.commune_id FROM registry_resident AS person"
        f" WHERE person.id = row.{person} AND row.{commune} IS DISTINCT FROM person.commune_id;"
        " SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED",
        migrations.RunSQL.noop,
    )


def equal(table: str, person: str, commune: str, name: str) -> migrations.RunSQL:
    """The row's commune is the person's, and goes with it."""
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({person}, {commune})"
        " REFERENCES registry_resident (id, commune_id) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_indexes_for_figures'),
        ('cards', '0006_indexes_for_figures'),
        ('registry', '0019_name_the_commune_of_a_person'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='eidaccount',
            name='update_update',
        ),
        migrations.RemoveIndex(
            model_name='eidaccount',
            name='eid_figures',
        ),
        migrations.AddField(
            model_name='eidaccount',
            name='commune',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit'),
        ),
        fill("cards_eidaccount", "resident_id", "commune_id"),
        migrations.AlterField(
            model_name='eidaccount',
            name='commune',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit'),
        ),
        equal("cards_eidaccount", "resident_id", "commune_id", "eid_in_commune"),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['commune', 'received_at'], name='application_received'),
        ),
        migrations.AddIndex(
            model_name='eidaccount',
            index=models.Index(fields=['commune'], include=('resident', 'level', 'collected_at', 'granted_at', 'activated_at'), name='eid_figures'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='eidaccount',
            trigger=pgtrigger.compiler.Trigger(name='commune_follows_resident', sql=pgtrigger.compiler.UpsertTriggerSql(func='SELECT commune_id INTO NEW.commune_id FROM registry_resident WHERE id = NEW.resident_id FOR KEY SHARE; RETURN NEW;', hash='b5774d1f85c183704ce339b5029a3d4004c731a0', operation='INSERT OR UPDATE OF "resident_id"', pgid='pgtrigger_commune_follows_resident_f07aa', table='cards_eidaccount', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='eidaccount',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."activated_at" IS DISTINCT FROM (NEW."activated_at") OR OLD."activated_by_id" IS DISTINCT FROM (NEW."activated_by_id") OR OLD."application_id" IS DISTINCT FROM (NEW."application_id") OR OLD."approved_at" IS DISTINCT FROM (NEW."approved_at") OR OLD."approved_by_id" IS DISTINCT FROM (NEW."approved_by_id") OR OLD."collected_at" IS DISTINCT FROM (NEW."collected_at") OR OLD."collected_by_id" IS DISTINCT FROM (NEW."collected_by_id") OR OLD."granted_at" IS DISTINCT FROM (NEW."granted_at") OR OLD."granted_by_id" IS DISTINCT FROM (NEW."granted_by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."level" IS DISTINCT FROM (NEW."level") OR OLD."locked_at" IS DISTINCT FROM (NEW."locked_at") OR OLD."locked_by_id" IS DISTINCT FROM (NEW."locked_by_id") OR OLD."locked_reason" IS DISTINCT FROM (NEW."locked_reason") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."promised_on" IS DISTINCT FROM (NEW."promised_on") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."resident_id" IS DISTINCT FROM (NEW."resident_id") OR OLD."state" IS DISTINCT FROM (NEW."state"))', func='INSERT INTO "cards_eidaccountevent" ("activated_at", "activated_by_id", "application_id", "approved_at", "approved_by_id", "collected_at", "collected_by_id", "granted_at", "granted_by_id", "id", "level", "locked_at", "locked_by_id", "locked_reason", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "promised_on", "public_id", "resident_id", "state") VALUES (NEW."activated_at", NEW."activated_by_id", NEW."application_id", NEW."approved_at", NEW."approved_by_id", NEW."collected_at", NEW."collected_by_id", NEW."granted_at", NEW."granted_by_id", NEW."id", NEW."level", NEW."locked_at", NEW."locked_by_id", NEW."locked_reason", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."promised_on", NEW."public_id", NEW."resident_id", NEW."state"); RETURN NULL;', hash='f2975d0aa5ecb863acb0f66c43091ecf90473056', operation='UPDATE', pgid='pgtrigger_update_update_0ea7f', table='cards_eidaccount', when='AFTER')),
        ),
    ]
