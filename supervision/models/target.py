"""What a supervisor asks a figure to reach (chỉ tiêu)."""

import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from supervision.models.about_units import AboutUnits, PeriodKind


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Target(models.Model):
    """`value` of one figure from a day on, for a commune, for every commune of a province, or (without a unit) for
    every commune of the country; the nearest holds. Hundredths: 9550 is 95,50 % or 95,5 pieces. For a figure of what
    happens, `period` says within what; otherwise it is empty. A target is ended, never deleted.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("accounts.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField("chỉ số", max_length=60)
    period = models.CharField("trong", max_length=8, choices=PeriodKind, blank=True)
    value = models.BigIntegerField("chỉ tiêu (phần trăm của đơn vị)")
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    note = models.CharField("căn cứ, ghi chú", max_length=300, blank=True)
    set_at = models.DateTimeField("đặt lúc", default=timezone.now)
    set_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField("thôi áp dụng lúc", null=True, blank=True)
    ended_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = AboutUnits.as_manager()

    class Meta:
        verbose_name = "chỉ tiêu"
        verbose_name_plural = "chỉ tiêu"
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "code", "period", "valid_from"],
                condition=models.Q(ended_at=None),
                nulls_distinct=False,
                name="target_once_a_day",
            ),
            models.CheckConstraint(condition=models.Q(value__gte=0), name="target_not_negative"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="target_dates_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by=None)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="target_ended_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.value / 100:g}"

    def audit_label(self) -> str:
        return f"Chỉ tiêu {self.code} của {self.unit or 'mọi xã'}"
