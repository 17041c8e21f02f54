"""The numbers a person is or was known by. A number has a life; only the active ones are unique."""

import pghistory
from django.db import models

from accounts.scope import ScopedQuerySet
from registry.models.sourced import Sourced


class NumberKind(models.TextChoices):
    PERSONAL = "SDDCN", "Số định danh cá nhân"
    CMND9 = "CMND9", "CMND 9 số"
    CMND12 = "CMND12", "CMND 12 số"
    CANCELLED = "SDDCN_DA_HUY", "Số định danh đã hủy"
    CERTIFICATE = "GCN_CAN_CUOC", "Giấy chứng nhận căn cước"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class IdentityNumber(Sourced):
    """One number of one person. A retired one stays and still finds its person (facts.md 1.3).

    Nine-digit CMND numbers were issued twice in places and may repeat; every other kind is unique while active. A
    cancelled personal number is never given again (NĐ 70/2024 Đ11 k11).
    """

    commune_path = "resident__commune"

    resident = models.ForeignKey("registry.Resident", on_delete=models.CASCADE, related_name="numbers")
    kind = models.CharField("loại", max_length=12, choices=NumberKind)
    number = models.CharField("số", max_length=20, db_index=True)
    is_active = models.BooleanField("đang dùng", default=True)
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến ngày", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "số giấy tờ"
        verbose_name_plural = "số giấy tờ"
        ordering = ["kind", "-is_active", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=models.Q(kind=NumberKind.PERSONAL, is_active=True),
                name="one_active_personal_number",
            ),
            models.UniqueConstraint(
                fields=["resident"],
                condition=models.Q(kind=NumberKind.PERSONAL, is_active=True),
                name="one_personal_number_per_person",
            ),
            models.UniqueConstraint(
                fields=["kind", "number"],
                condition=models.Q(kind__in=[NumberKind.CMND12, NumberKind.CERTIFICATE], is_active=True),
                name="one_active_twelve_digit_number",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=NumberKind.CANCELLED, is_active=True), name="a_cancelled_number_is_not_active"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_to=None)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="number_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.number
