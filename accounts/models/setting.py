"""Numbers that law or practice changes: thresholds and deadlines, each valid from a date."""

import datetime as dt

from django.db import models
from django.utils import timezone


class Setting(models.Model):
    """One value of one threshold from one day on. `code` is known to the code (accounts/thresholds.py)."""

    code = models.CharField("mã", max_length=60)
    value = models.IntegerField("giá trị")
    valid_from = models.DateField("áp dụng từ")
    basis = models.CharField("căn cứ", max_length=200, blank=True)

    class Meta:
        verbose_name = "ngưỡng, thời hạn"
        verbose_name_plural = "ngưỡng, thời hạn"
        ordering = ["code", "-valid_from"]
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="setting_once_per_date")]

    def __str__(self) -> str:
        return f"{self.code} = {self.value} từ {self.valid_from:%d/%m/%Y}"

    @classmethod
    def values_on(cls, on: dt.date | None = None) -> dict[str, int]:
        """Every threshold as it stands on a day, the built-in defaults under it. One query."""
        from accounts.thresholds import THRESHOLDS

        values = {code: threshold.default for code, threshold in THRESHOLDS.items()}
        rows = cls.objects.filter(valid_from__lte=on or timezone.localdate()).order_by("valid_from")
        values.update(rows.values_list("code", "value"))
        return values
