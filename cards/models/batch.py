"""Handing up: the files that go to the level above together, and the result files that come back."""

import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet
from cards.models.application import Application


class BatchState(models.TextChoices):
    OPEN = "open", "Đang gom"
    SENT = "sent", "Đã chuyển"
    CANCELLED = "cancelled", "Đã hủy"


class Result(models.TextChoices):
    """What the level above answered last about a file."""

    PENDING = "", "Chưa có kết quả"
    ACCEPTED = "accepted", "Đã tiếp nhận"
    RETURNED = "returned", "Trả lại"
    PRINTED = "printed", "Đã in thẻ"
    ARRIVED = "arrived", "Thẻ về xã"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Batch(models.Model):
    """One list of files handed up. `content` and `signature` are frozen when it is sent: what the level above was
    given, and the Ed25519 signature of it (hex) by `key_id`."""

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField("năm")
    serial = models.IntegerField("số thứ tự")
    day = models.DateField("ngày")
    state = models.CharField("tình trạng", max_length=10, choices=BatchState, default=BatchState.OPEN)
    content = models.JSONField("nội dung", default=dict)
    signature = models.CharField("chữ ký", max_length=128, blank=True)
    key_id = models.CharField("khóa ký", max_length=16, blank=True)
    created_at = models.DateTimeField("lập lúc", default=timezone.now)
    created_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("chuyển lúc", null=True, blank=True)
    sent_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "đợt chuyển hồ sơ"
        verbose_name_plural = "đợt chuyển hồ sơ"
        ordering = ["-year", "-serial"]
        constraints = [
            models.UniqueConstraint(fields=["commune", "year", "serial"], name="batch_number"),
            models.UniqueConstraint(fields=["commune"], condition=models.Q(state="open"), name="one_open_batch"),
            models.CheckConstraint(
                condition=models.Q(sent_at=None, sent_by=None) | models.Q(sent_at__isnull=False, sent_by__isnull=False),
                name="batch_sent_at_and_by",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False), name="sent_batch_has_its_day"
            ),
        ]

    def __str__(self) -> str:
        return f"Đợt {self.number}"

    def audit_label(self) -> str:
        return f"Đợt chuyển hồ sơ {self.number}"

    @property
    def number(self) -> str:
        """ "26-0012": year and serial of batches within the commune. An open batch has none yet (both are 0)."""
        if not self.serial:
            return "đang gom"
        return f"{self.year % 100:02d}-{self.serial:04d}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class BatchLine(models.Model):
    """One file in one batch, and what came back about it. A file given back goes up again in a later batch."""

    commune_path = "batch__commune"

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="lines")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="batch_lines")
    position = models.IntegerField("thứ tự")
    result = models.CharField("kết quả", max_length=10, choices=Result, blank=True)
    result_on = models.DateField("ngày có kết quả", null=True, blank=True)
    result_note = models.CharField("lý do, ghi chú", max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "hồ sơ trong đợt"
        verbose_name_plural = "hồ sơ trong đợt"
        ordering = ["batch", "position"]
        constraints = [models.UniqueConstraint(fields=["batch", "application"], name="once_in_a_batch")]

    def __str__(self) -> str:
        return f"{self.batch}: {self.application}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ResultFile(models.Model):
    """One file of results that was read in; the same bytes are read once. `summary`: what each line did, frozen."""

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("tên tệp", max_length=100)
    sha256 = models.CharField(max_length=64)
    summary = models.JSONField("kết quả đọc", default=dict)
    read_at = models.DateTimeField("đọc lúc", default=timezone.now)
    read_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp kết quả"
        verbose_name_plural = "tệp kết quả"
        ordering = ["-read_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["commune", "sha256"], name="result_file_once")]

    def __str__(self) -> str:
        return self.name

    def audit_label(self) -> str:
        return f"Tệp kết quả {self.name}"
