"""Cards and papers a person was issued: number, dates, issuer and what became of them (Luật Căn cước Đ9 k14)."""

import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet
from registry import codes
from registry.models.own_commune import commune_follows
from registry.models.sourced import Sourced

CARD_KINDS = ("CAN_CUOC", "CCCD_CHIP", "CCCD_MAVACH")
"""Identity cards, the newest kind first."""


class DocumentState(models.TextChoices):
    IN_USE = "in_use", "Đang dùng"
    REPLACED = "replaced", "Đã đổi"
    RETURNED = "returned", "Đã thu"
    LOST = "lost", "Đã mất"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["commune"])
class IdentityDocument(Sourced):
    """One card or paper. `expires_on` empty means no expiry (issued after 60) or not known (rule E25 tells which)."""

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey("registry.Resident", on_delete=models.CASCADE, related_name="documents")
    commune = models.ForeignKey(
        "accounts.Unit", on_delete=models.PROTECT, related_name="+", blank=True, editable=False, db_index=False
    )
    kind = models.CharField("loại", max_length=16)
    number = models.CharField("số", max_length=20, db_index=True)
    issued_on = models.DateField("ngày cấp", null=True, blank=True)
    issued_by = models.CharField("nơi cấp", max_length=120, blank=True)
    expires_on = models.DateField("có giá trị đến", null=True, blank=True)
    no_expiry = models.BooleanField("không thời hạn", default=False)
    state = models.CharField("tình trạng", max_length=10, choices=DocumentState, default=DocumentState.IN_USE)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "thẻ, giấy tờ"
        verbose_name_plural = "thẻ, giấy tờ"
        ordering = ["-issued_on", "-pk"]
        indexes = [
            # Who holds a card: figures.
            models.Index(
                fields=["commune"],
                include=["resident", "expires_on"],
                name="document_card_in_use",
                condition=models.Q(kind__in=CARD_KINDS, state=DocumentState.IN_USE),
            ),
        ]
        triggers = [commune_follows()]

    def __str__(self) -> str:
        return f"{self.kind_name} {self.number}"

    @property
    def kind_name(self) -> str:
        return codes.DOCUMENT_KINDS.name(self.kind)


class DocumentImage(models.Model):
    """A picture of one side of a card: sensitive (NĐ 356/2025 Đ4), read by right and written down, in no list.

    `jpeg` is always our own re-encoding: nothing an uploader hid in a file gets in here.
    """

    commune_path = "document__resident__commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(IdentityDocument, on_delete=models.CASCADE, related_name="images")
    jpeg = models.BinaryField("ảnh")
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField("thêm lúc", default=timezone.now)
    added_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "ảnh giấy tờ"
        verbose_name_plural = "ảnh giấy tờ"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["document", "sha256"], name="document_image_once")]

    def __str__(self) -> str:
        return f"Ảnh {self.document}"
