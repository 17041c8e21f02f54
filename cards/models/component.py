"""What a file consists of: each part ticked by an officer, and the scans of papers that belong to it."""

import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet
from cards.models.application import Application


class ScanKind(models.TextChoices):
    """What was uploaded, by its first bytes; what is kept was made anew."""

    PDF = "pdf", "PDF"
    JPEG = "jpeg", "JPEG"
    PNG = "png", "PNG"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Component(models.Model):
    """One part of one file: seen by an officer, or not needed for a reason. Which parts a file needs is a table in
    cards/components."""

    commune_path = "application__commune"

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="components")
    code = models.CharField("thành phần", max_length=30)
    is_there = models.BooleanField("đã có", default=False)
    note = models.CharField("ghi chú", max_length=300, blank=True)
    checked_at = models.DateTimeField("kiểm lúc", default=timezone.now)
    checked_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "thành phần hồ sơ"
        verbose_name_plural = "thành phần hồ sơ"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["application", "code"], name="one_component_a_code")]

    def __str__(self) -> str:
        return f"{self.application}: {self.code}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["content"])
class Scan(models.Model):
    """One scanned paper, drawn anew by us. Removed, the bytes go and the row stays and says who and why."""

    commune_path = "application__commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="scans")
    component = models.CharField("thành phần", max_length=30)
    name = models.CharField("tên tệp", max_length=100)
    kind = models.CharField("loại", max_length=4, choices=ScanKind)
    content = models.BinaryField(null=True, editable=False)
    size_bytes = models.IntegerField("dung lượng", default=0)
    pages = models.SmallIntegerField("số trang", default=1)
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField("thêm lúc", default=timezone.now)
    added_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField("xóa lúc", null=True, blank=True)
    removed_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    removed_reason = models.CharField("lý do xóa", max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "bản quét"
        verbose_name_plural = "bản quét"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "component", "sha256"], condition=models.Q(removed_at=None), name="one_scan_once"
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at=None, removed_by=None, content__isnull=False)
                | models.Q(removed_at__isnull=False, removed_by__isnull=False, content=None),
                name="scan_removed_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.name}"
