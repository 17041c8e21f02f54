"""Fees by dates, and who is exempt. A file keeps the text it was priced by."""

import pghistory
from django.db import models

from cards.models.application import Channel, Kind


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Fee(models.Model):
    """What one procedure costs between two dates. An empty reason or channel means "any"; the narrower row wins."""

    kind = models.CharField("thủ tục", max_length=10, choices=Kind)
    reason = models.CharField("lý do", max_length=20, blank=True, help_text="để trống: mọi lý do")
    channel = models.CharField("hình thức nộp", max_length=10, choices=Channel, blank=True)
    amount_vnd = models.PositiveIntegerField("mức thu (đồng)")
    legal_text = models.CharField("căn cứ", max_length=300)
    valid_from = models.DateField("áp dụng từ")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        verbose_name = "mức lệ phí"
        verbose_name_plural = "mức lệ phí"
        ordering = ["kind", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "reason", "channel", "valid_from"], name="fee_once_per_date")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount_vnd} đ từ {self.valid_from:%d/%m/%Y}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class FeeExemption(models.Model):
    """A group that pays nothing, between two dates."""

    code = models.CharField("mã", max_length=30)
    name = models.CharField("đối tượng", max_length=200)
    legal_text = models.CharField("căn cứ", max_length=300)
    valid_from = models.DateField("áp dụng từ")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        verbose_name = "đối tượng miễn lệ phí"
        verbose_name_plural = "đối tượng miễn lệ phí"
        ordering = ["code", "-valid_from"]
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="exemption_once_per_date")]

    def __str__(self) -> str:
        return self.name
