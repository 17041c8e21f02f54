"""What a card said when it was scanned: the parsed fields, for rules D32 and D33. The raw text is only in the trail."""

import uuid

from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet


class ScanKind(models.TextChoices):
    QR_2021 = "qr_2021", "QR thẻ CCCD gắn chip"
    QR_2024 = "qr_2024", "QR thẻ căn cước"
    MRZ = "mrz", "Dòng MRZ"


class CardScan(models.Model):
    """One reading of one card of one person. `fields`: name of the form's field -> text, only what could be trusted."""

    commune_path = "resident__commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey("registry.Resident", on_delete=models.CASCADE, related_name="card_scans")
    kind = models.CharField("loại", max_length=10, choices=ScanKind)
    fields = models.JSONField(default=dict)
    faults = models.JSONField(default=list, help_text="mã các số kiểm tra MRZ sai")
    at = models.DateTimeField("quét lúc", default=timezone.now)
    by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "lần quét thẻ"
        verbose_name_plural = "lần quét thẻ"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%d/%m/%Y}"
