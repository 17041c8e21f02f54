"""This migration lets officers change a password that the administrator gave before they do anything else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_holidays_2025_to_2027")]

    operations = [
        migrations.AddField(
            model_name="officer",
            name="must_change_password",
            field=models.BooleanField(default=False, editable=False, verbose_name="phải đổi mật khẩu"),
        ),
    ]
