"""The figures of a period as they were when it was closed, and what turned out otherwise later."""

import uuid

import pgtrigger
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from supervision.models.about_units import AboutUnits, PeriodKind


class FrozenPeriod(models.Model):
    """One unit (none: the country) and one period, closed. Never changed afterwards: the database refuses it.

    `values`: code -> number: what stands, at the end of the last day; what happens, within the period. `totals`: what
    happens, up to the end of the last day (lũy kế). `spreads` as in FigureDay, within the period. `targets`: code ->
    what was asked for then. `missing`: codes without a number.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("accounts.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("kỳ", max_length=8, choices=PeriodKind)
    first = models.DateField("từ ngày")
    last = models.DateField("đến hết ngày")
    values = models.JSONField("số liệu", default=dict)
    totals = models.JSONField("lũy kế", default=dict)
    spreads = models.JSONField("phân bố", default=dict)
    targets = models.JSONField("chỉ tiêu", default=dict)
    missing = models.JSONField("không có số", default=list)
    closed_at = models.DateTimeField("chốt lúc", default=timezone.now)
    checked_at = models.DateTimeField("đối chiếu lần cuối", null=True, blank=True)

    objects = AboutUnits.as_manager()

    class Meta:
        verbose_name = "kỳ đã chốt"
        verbose_name_plural = "kỳ đã chốt"
        ordering = ["-first", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "first"], nulls_distinct=False, name="period_closed_once"),
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="period_days_in_order"),
        ]
        indexes = [models.Index(fields=["kind", "first"], name="frozen_of_period")]
        triggers = [
            pgtrigger.ReadOnly(name="closed_is_closed", exclude=["checked_at"]),
            pgtrigger.Protect(name="closed_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first:%d/%m/%Y}–{self.last:%d/%m/%Y}, {self.unit or 'toàn quốc'}"

    def audit_label(self) -> str:
        return f"Kỳ đã chốt: {self}"


class Correction(models.Model):
    """One figure of a closed period that is another today: what was told, what it is, why. A line is added each time
    the number moves again; the newest holds."""

    unit_path = "frozen__unit"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    frozen = models.ForeignKey(FrozenPeriod, on_delete=models.PROTECT, related_name="corrections")
    code = models.CharField("chỉ số", max_length=60)
    is_total = models.BooleanField("lũy kế", default=False)
    was = models.BigIntegerField("đã chốt")
    now = models.BigIntegerField("nay là")
    found_at = models.DateTimeField("thấy lúc", default=timezone.now)
    note = models.CharField("lý do đính chính", max_length=300, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)
    noted_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = AboutUnits.as_manager()

    class Meta:
        verbose_name = "đính chính số liệu"
        verbose_name_plural = "đính chính số liệu"
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(noted_at=None, noted_by=None)
                | models.Q(noted_at__isnull=False, noted_by__isnull=False),
                name="correction_noted_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.was} → {self.now}"
