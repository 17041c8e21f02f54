"""A report as it was: its tables frozen, and the files that were made of them."""

import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from supervision.models.about_units import AboutUnits, PeriodKind


class ReportKind(models.TextChoices):
    PROJECT_06 = "project_06", "Báo cáo Đề án 06"
    CLEANING = "cleaning", "Báo cáo làm sạch dữ liệu"


class ReportState(models.TextChoices):
    WAITING = "waiting", "Đang lập"
    READY = "ready", "Đã lập"
    FAILED = "failed", "Không lập được"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(),
                 exclude=["pdf", "xlsx", "claimed_until", "attempts"])  # fmt: skip
class Report(models.Model):
    """One kind, unit (none: the country) and period. `contents` is everything on the paper, frozen when it was made;
    page, Excel and PDF are drawn from it alone. Made again after a correction it is the next `version`; the earlier
    stays. `asked_by` is empty for those that the timetable made. Claimed by workers as accounts.claims says."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submit_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("báo cáo", max_length=12, choices=ReportKind)
    unit = models.ForeignKey("accounts.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    period = models.CharField("kỳ", max_length=8, choices=PeriodKind)
    first = models.DateField("từ ngày")
    last = models.DateField("đến hết ngày")
    version = models.SmallIntegerField("lần lập", default=1)
    is_preliminary = models.BooleanField("kỳ chưa chốt", default=False)
    reason = models.CharField("vì sao lập lại", max_length=300, blank=True)
    contents = models.JSONField("nội dung", default=dict)
    state = models.CharField("tình trạng", max_length=8, choices=ReportState, default=ReportState.WAITING)
    attempts = models.SmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    pdf = models.BinaryField(null=True, editable=False)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    xlsx = models.BinaryField(null=True, editable=False)
    xlsx_sha256 = models.CharField(max_length=64, blank=True)
    pages = models.IntegerField("số trang", default=0)
    asked_at = models.DateTimeField("lập lúc", default=timezone.now)
    asked_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ready_at = models.DateTimeField("xong lúc", null=True, blank=True)

    objects = AboutUnits.as_manager()

    class Meta:
        verbose_name = "báo cáo"
        verbose_name_plural = "báo cáo"
        ordering = ["-first", "-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "unit", "period", "first", "version"], nulls_distinct=False, name="report_version_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ready")
                | (models.Q(pdf__isnull=False, xlsx__isnull=False) & ~models.Q(pdf_sha256="")),
                name="report_ready_with_bytes",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="report_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["unit", "-first"], name="report_list"),
        ]

    def __str__(self) -> str:
        return (
            f"{self.get_kind_display()} {self.get_period_display().lower()} {self.first:%d/%m/%Y}–{self.last:%d/%m/%Y}"
        )

    def audit_label(self) -> str:
        return f"{self}, {self.unit or 'toàn quốc'}, lần {self.version}"
