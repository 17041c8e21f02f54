"""This migration enters the official relations to the head of household (TT 116/2026/TT-BCA Điều 6 khoản 1), valid from 01/07/2026.

The administrator edits the rows from then on; the CSV file is only where they come from.
"""

import csv
import datetime as dt
from pathlib import Path

from django.db import migrations

LIST = Path(__file__).resolve().parent.parent / "codes" / "quan_he_chu_ho.csv"
VALID_FROM = dt.date(2026, 7, 1)


def enter(apps, schema_editor):
    HouseholdRole = apps.get_model("registry", "HouseholdRole")
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    HouseholdRole.objects.bulk_create(
        [
            HouseholdRole(
                code=row["ma"],
                name=row["ten"],
                required_sex=int(row["gioi_tinh_bat_buoc"]) if row["gioi_tinh_bat_buoc"] else None,
                generation=int(row["the_he"]) if row["the_he"] else None,
                position=position,
                valid_from=VALID_FROM,
            )
            for position, row in enumerate(rows)
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
