"""This migration gives every draft that was there to the unit where its officer works, with the name it is about."""

from django.db import migrations


def give(apps, schema_editor) -> None:
    drafts = apps.get_model("accounts", "Draft").objects.filter(unit=None, officer__unit__isnull=False)
    for draft in drafts.select_related("officer").iterator():
        draft.unit_id = draft.officer.unit_id
        draft.about = (draft.fields.get("full_name") or [""])[-1].strip()[:200]
        draft.begun_at = draft.saved_at
        draft.save(update_fields=["unit", "about", "begun_at"])


class Migration(migrations.Migration):
    """Not to be undone: nothing is lost by drafts that keep their unit."""

    dependencies = [("accounts", "0005_drafts_belong_to_the_office")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
