"""A commune that falls behind: found every night, ended by itself when it has caught up."""

import uuid

from django.db import models
from django.utils import timezone

from supervision.models.about_units import AboutUnits


class AlertKind(models.TextChoices):
    BELOW_TARGET = "below_target", "Chưa đạt chỉ tiêu"
    BEHIND_OTHERS = "behind_others", "Kém hẳn các xã khác"
    GETTING_WORSE = "getting_worse", "Đang kém đi"


class Alert(models.Model):
    """One figure of one commune, for one reason, since a day. `value` and `against` are in hundredths: what it is, and
    what it was held against (the target, the middle of the communes, the week before)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    code = models.CharField("chỉ số", max_length=60)
    kind = models.CharField("vì", max_length=15, choices=AlertKind)
    value = models.BigIntegerField("hiện nay")
    against = models.BigIntegerField("so với")
    since = models.DateField("từ ngày", default=timezone.localdate)
    seen_on = models.DateField("còn thấy ngày", default=timezone.localdate)
    ended_on = models.DateField("hết ngày", null=True, blank=True)

    objects = AboutUnits.as_manager()

    class Meta:
        verbose_name = "cảnh báo"
        verbose_name_plural = "cảnh báo"
        ordering = ["-since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "code", "kind"], condition=models.Q(ended_on=None), name="alert_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.code}, {self.get_kind_display().lower()}"
