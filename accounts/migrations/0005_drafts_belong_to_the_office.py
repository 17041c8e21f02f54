"""This migration gives drafts to the office: a unit, an address of their own, a lease, and who took them over.

It also adds the list of forms already written, by which a second click is known.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models

LIVE = ["held", "beside"]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_officers_change_a_given_password")]

    operations = [
        migrations.CreateModel(
            name="WrittenForm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("written_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={"verbose_name": "biểu mẫu đã ghi", "verbose_name_plural": "biểu mẫu đã ghi"},
        ),
        # The database's own default gives every row that is there an address of its own; new rows get theirs from Django.
        migrations.AddField(
            "draft", "public_id", models.UUIDField(db_default=RandomUUID(), editable=False, unique=True)
        ),
        migrations.AlterField(
            "draft", "public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
        ),
        migrations.AddField(
            "draft",
            "unit",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="drafts", to="accounts.unit"
            ),
        ),
        migrations.AlterField(
            "draft",
            "officer",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="drafts", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField("draft", "about", models.CharField(blank=True, max_length=200)),
        migrations.AddField(
            "draft",
            "state",
            models.CharField(
                choices=[
                    ("held", "đang nhập"),
                    ("beside", "gõ tiếp sau khi phiếu đã chuyển"),
                    ("aside", "cất riêng"),
                ],
                default="held",
                max_length=10,
            ),
        ),
        migrations.AddField("draft", "begun_at", models.DateTimeField(default=django.utils.timezone.now)),
        migrations.AlterField("draft", "saved_at", models.DateTimeField(default=django.utils.timezone.now)),
        migrations.AddField(
            "draft",
            "taken_from",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField("draft", "taken_at", models.DateTimeField(null=True)),
        migrations.RemoveConstraint("draft", "draft_once_per_address"),
        migrations.AddConstraint(
            "draft",
            models.UniqueConstraint(
                fields=("officer", "path"), name="draft_once_per_address", condition=models.Q(state__in=LIVE)
            ),
        ),
        migrations.AddConstraint(
            "draft",
            models.CheckConstraint(
                condition=models.Q(("taken_at", None), ("taken_from", None))
                | models.Q(("taken_at__isnull", False), ("taken_from__isnull", False)),
                name="draft_taken_from_and_at",
            ),
        ),
        migrations.AddIndex("draft", models.Index(fields=["unit", "path"], name="draft_of_an_office")),
    ]
