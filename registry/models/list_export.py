"""A list that leaves the portal as a file: who asked, why, what is in it, and the file until it is forgotten."""

import uuid

import pghistory
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet


class ExportFormat(models.TextChoices):
    XLSX = "xlsx", "Excel (.xlsx)"
    CSV = "csv", "CSV (UTF-8)"


class ExportState(models.TextChoices):
    WAITING = "waiting", "Đang lập"
    READY = "ready", "Đã lập"
    FAILED = "failed", "Không lập được"
    PURGED = "purged", "Đã xóa tệp"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(),
                 exclude=["content", "originals", "claimed_until", "attempts", "rows_done"])  # fmt: skip
class ListExport(models.Model):
    """`kind` names an entry of registry/rosters/out/kinds.py; `query` the filters of the address; `columns` the fields.

    `content` and `originals` (of a list that may come back: what each cell said) are sealed, accounts/vault.py.
    """

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submit_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commune = models.ForeignKey("accounts.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("danh sách", max_length=30)
    title = models.CharField("tên", max_length=200)
    query = models.CharField("lọc theo", max_length=500, blank=True)
    columns = models.JSONField("cột", default=list)
    format = models.CharField("dạng tệp", max_length=5, choices=ExportFormat, default=ExportFormat.XLSX)
    for_return = models.BooleanField("để sửa rồi nộp lại", default=False)
    reason = models.CharField("mục đích", max_length=300)
    state = models.CharField("tình trạng", max_length=8, choices=ExportState, default=ExportState.WAITING)
    attempts = models.SmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    rows_count = models.IntegerField("số dòng", default=0)
    rows_done = models.IntegerField(default=0)
    content = models.BinaryField(null=True, editable=False)
    originals = models.BinaryField(null=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField("yêu cầu lúc", default=timezone.now)
    asked_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    ready_at = models.DateTimeField("lập xong lúc", null=True, blank=True)
    opened_count = models.IntegerField("số lần tải", default=0)
    purge_on = models.DateField("xóa tệp sau ngày")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "danh sách xuất"
        verbose_name_plural = "danh sách xuất"
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["id"], name="list_export_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["asked_by", "-asked_at", "-id"], name="list_export_list"),
        ]

    def __str__(self) -> str:
        return self.audit_label()

    def get_absolute_url(self) -> str:
        return reverse("registry:export", args=[self.public_id])

    def audit_label(self) -> str:
        return f"Danh sách xuất “{self.title}” ngày {timezone.localtime(self.asked_at):%d/%m/%Y}"
