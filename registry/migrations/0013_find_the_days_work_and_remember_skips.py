"""What was closed and decided on a day is counted from the rows themselves, and a skipped case waits at the end."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0012_field_sheets_and_how_a_record_was_confirmed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FindingSkip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="skips", to="registry.finding"
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt bỏ qua việc làm sạch",
                "verbose_name_plural": "lượt bỏ qua việc làm sạch",
                "indexes": [models.Index(fields=["finding", "by", "at"], name="finding_skip_of_officer")],
            },
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=["commune", "closed_at"], name="finding_closed", condition=models.Q(("state", "closed"))
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                fields=["commune", "decided_at"],
                name="finding_decided",
                condition=models.Q(("decided_at__isnull", False)),
            ),
        ),
    ]
