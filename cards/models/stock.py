"""The card itself, from the day it came back: where it lies, who was called, who took it."""

import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet
from cards.models.application import Application


class StockState(models.TextChoices):
    HERE = "here", "Đang giữ tại trụ sở"
    POSTED = "posted", "Đã gửi bưu chính"
    HANDED_OVER = "handed_over", "Đã trả"
    SENT_BACK = "sent_back", "Đã chuyển trả cấp trên"


class Receiver(models.TextChoices):
    SELF = "self", "Công dân nhận"
    REPRESENTATIVE = "representative", "Người đại diện nhận"
    AUTHORISED = "authorised", "Người được ủy quyền nhận"
    POST = "post", "Qua bưu chính"


def _at_and_by(step: str) -> models.CheckConstraint:
    both = {f"{step}_at__isnull": False, f"{step}_by__isnull": False}
    neither = {f"{step}_at": None, f"{step}_by": None}
    return models.CheckConstraint(
        condition=models.Q(**neither) | models.Q(**both), name=f"stock_{step}_at_and_by"
    )  # fmt: skip


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class StockCard(models.Model):
    """One printed card of one file. Written with the move that says the card arrived."""

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="stock")
    state = models.CharField("tình trạng", max_length=12, choices=StockState, default=StockState.HERE)
    box = models.CharField("hộp, ngăn", max_length=20, blank=True)
    arrived_at = models.DateTimeField("về lúc", default=timezone.now)
    arrived_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    posted_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    posted_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    post_code = models.CharField("mã bưu gửi", max_length=30, blank=True)
    handed_at = models.DateTimeField("trả lúc", null=True, blank=True)
    handed_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    receiver = models.CharField("ai nhận", max_length=15, choices=Receiver, blank=True)
    receiver_name = models.CharField("họ tên người nhận", max_length=100, blank=True)
    receiver_number = models.CharField("số định danh người nhận", max_length=12, blank=True)
    sent_back_at = models.DateTimeField("chuyển trả lúc", null=True, blank=True)
    sent_back_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sent_back_reason = models.CharField("lý do chuyển trả", max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "thẻ đang giữ"
        verbose_name_plural = "thẻ đang giữ"
        ordering = ["arrived_at", "pk"]
        indexes = [models.Index(fields=["commune", "state", "arrived_at"], name="stock_waiting")]
        constraints = [
            *map(_at_and_by, ("posted", "handed", "sent_back")),
            models.CheckConstraint(
                condition=~models.Q(state="handed_over") | models.Q(handed_at__isnull=False), name="handed_card_has_day"
            ),
        ]

    def __str__(self) -> str:
        return f"Thẻ của hồ sơ {self.application.file_number}"

    def audit_label(self) -> str:
        return f"Thẻ của hồ sơ {self.application.file_number}, {self.application.resident}"
