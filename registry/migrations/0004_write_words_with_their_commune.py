from django.db import migrations

from registry.values import search_words

BATCH = 2_000


def write_words(apps, schema_editor):
    Resident = apps.get_model("registry", "Resident")
    batch = []
    columns = ("full_name", "other_name", "given_name", "birth_year", "commune_id")
    for person in Resident.objects.only("pk", *columns).iterator(chunk_size=BATCH):
        person.search_text = search_words.stored(
            full_name=person.full_name, other_name=person.other_name, given_name=person.given_name,
            birth_year=person.birth_year, commune=person.commune_id,
        )
        batch.append(person)
        if len(batch) == BATCH:
            Resident.objects.bulk_update(batch, ["search_text"])
            batch.clear()
    Resident.objects.bulk_update(batch, ["search_text"])


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_the_residents_whole_record")]
    operations = [migrations.RunPython(write_words, migrations.RunPython.noop)]
