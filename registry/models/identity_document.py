"""Cards and papers a person was issued: number, dates, issuer and what became of them (Luật Căn cước Đ9 k14)."""

import pghistory
from django.db import models

from accounts.scope import ScopedQuerySet
from registry import codes


class DocumentState(models.TextChoices):
    IN_USE = "in_use", "Đang dùng"
    REPLACED = "replaced", "Đã đổi"
    RETURNED = "returned", "Đã thu"
    LOST = "lost", "Đã mất"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class IdentityDocument(models.Model):
    """One card or paper. `expires_on` empty means no expiry (issued after 60) or not known (rule E25 tells which)."""

    commune_path = "resident__commune"

    resident = models.ForeignKey("registry.Resident", on_delete=models.CASCADE, related_name="documents")
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

    def __str__(self) -> str:
        return f"{self.kind_name} {self.number}"

    @property
    def kind_name(self) -> str:
        return codes.DOCUMENT_KINDS.name(self.kind)
