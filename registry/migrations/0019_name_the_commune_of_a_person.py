import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
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
        ('registry', '0018_indexes_for_figures'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='resident',
            constraint=models.UniqueConstraint(fields=('id', 'commune'), name='resident_in_commune'),
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='identitydocument',
            name='update_update',
        ),
        migrations.RemoveIndex(
            model_name='identitydocument',
            name='document_card_in_use',
        ),
        migrations.AddField(
            model_name='duplicatepair',
            name='left_commune',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit'),
        ),
        migrations.AddField(
            model_name='duplicatepair',
            name='right_commune',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit'),
        ),
        migrations.AddField(
            model_name='identitydocument',
            name='commune',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit'),
        ),
        fill("registry_duplicatepair", "left_id", "left_commune_id"),
        migrations.AlterField(
            model_name='duplicatepair',
            name='left_commune',
            field=models.ForeignKey(blank=True, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit'),
        ),
        equal("registry_duplicatepair", "left_id", "left_commune_id", "pair_left_in_commune"),
        fill("registry_duplicatepair", "right_id", "right_commune_id"),
        migrations.AlterField(
            model_name='duplicatepair',
            name='right_commune',
            field=models.ForeignKey(blank=True, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit'),
        ),
        equal("registry_duplicatepair", "right_id", "right_commune_id", "pair_right_in_commune"),
        fill("registry_identitydocument", "resident_id", "commune_id"),
        migrations.AlterField(
            model_name='identitydocument',
            name='commune',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit'),
        ),
        equal("registry_identitydocument", "resident_id", "commune_id", "document_in_commune"),
        fill("registry_finding", "resident_id", "commune_id"),
        equal("registry_finding", "resident_id", "commune_id", "finding_in_commune"),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('severity__in', ['block', 'error'])), fields=['commune', 'resident'], include=('rule', 'group', 'state', 'opened_at', 'closed_at', 'decided_at'), name='finding_serious'),
        ),
        migrations.AddIndex(
            model_name='household',
            index=models.Index(fields=['commune', 'hamlet'], include=('id', 'closed_on'), name='household_figures'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(condition=models.Q(('to_on', None)), fields=['household'], include=('id', 'resident'), name='membership_home'),
        ),
        migrations.AddIndex(
            model_name='identitydocument',
            index=models.Index(condition=models.Q(('kind__in', ('CAN_CUOC', 'CCCD_CHIP', 'CCCD_MAVACH')), ('state', 'in_use')), fields=['commune'], include=('resident', 'expires_on'), name='document_card_in_use'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='duplicatepair',
            trigger=pgtrigger.compiler.Trigger(name='left_commune_follows_left', sql=pgtrigger.compiler.UpsertTriggerSql(func='SELECT commune_id INTO NEW.left_commune_id FROM registry_resident WHERE id = NEW.left_id FOR KEY SHARE; RETURN NEW;', hash='7f412096ca052d2e0269bf668e57b1b5e9d10f66', operation='INSERT OR UPDATE OF "left_id"', pgid='pgtrigger_left_commune_follows_left_49cf7', table='registry_duplicatepair', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='duplicatepair',
            trigger=pgtrigger.compiler.Trigger(name='right_commune_follows_right', sql=pgtrigger.compiler.UpsertTriggerSql(func='SELECT commune_id INTO NEW.right_commune_id FROM registry_resident WHERE id = NEW.right_id FOR KEY SHARE; RETURN NEW;', hash='1a8427677d3fdfcf88a7da961fe41e270f65c23e', operation='INSERT OR UPDATE OF "right_id"', pgid='pgtrigger_right_commune_follows_right_7801f', table='registry_duplicatepair', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='finding',
            trigger=pgtrigger.compiler.Trigger(name='commune_follows_resident', sql=pgtrigger.compiler.UpsertTriggerSql(func='SELECT commune_id INTO NEW.commune_id FROM registry_resident WHERE id = NEW.resident_id FOR KEY SHARE; RETURN NEW;', hash='8190b864a0d2607f26cfed005dbc843e87193f6f', operation='INSERT OR UPDATE OF "resident_id"', pgid='pgtrigger_commune_follows_resident_4fd8f', table='registry_finding', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identitydocument',
            trigger=pgtrigger.compiler.Trigger(name='commune_follows_resident', sql=pgtrigger.compiler.UpsertTriggerSql(func='SELECT commune_id INTO NEW.commune_id FROM registry_resident WHERE id = NEW.resident_id FOR KEY SHARE; RETURN NEW;', hash='e77c64fad2748c10de4208b0c376b88759623664', operation='INSERT OR UPDATE OF "resident_id"', pgid='pgtrigger_commune_follows_resident_9a1ae', table='registry_identitydocument', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='identitydocument',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."expires_on" IS DISTINCT FROM (NEW."expires_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."issued_by" IS DISTINCT FROM (NEW."issued_by") OR OLD."issued_on" IS DISTINCT FROM (NEW."issued_on") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."no_expiry" IS DISTINCT FROM (NEW."no_expiry") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."resident_id" IS DISTINCT FROM (NEW."resident_id") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."source_on" IS DISTINCT FROM (NEW."source_on") OR OLD."state" IS DISTINCT FROM (NEW."state"))', func='INSERT INTO "registry_identitydocumentevent" ("expires_on", "id", "issued_by", "issued_on", "kind", "no_expiry", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "resident_id", "source", "source_on", "state") VALUES (NEW."expires_on", NEW."id", NEW."issued_by", NEW."issued_on", NEW."kind", NEW."no_expiry", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."resident_id", NEW."source", NEW."source_on", NEW."state"); RETURN NULL;', hash='8e73948b2f429680926e2f6cdd378c265db81109', operation='UPDATE', pgid='pgtrigger_update_update_432e9', table='registry_identitydocument', when='AFTER')),
        ),
    ]
