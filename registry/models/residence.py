"""Where somebody is registered or stays, from when to when."""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from accounts.scope import ScopedQuerySet
from registry.values.address import fold_address


class ResidenceKind(models.TextChoices):
    PERMANENT = "permanent", "Thường trú"
    TEMPORARY = "temporary", "Tạm trú"
    PRESENT = "present", "Nơi ở hiện tại"
    STAY = "stay", "Lưu trú"
    ABSENCE = "absence", "Tạm vắng"


class DateRange(models.Func):
    function = "DATERANGE"
    output_field = DateRangeField()


class PersonRange(models.Func):
    """The person as a range of one, so that an exclusion constraint needs no btree_gist."""

    function = "INT8RANGE"
    template = "%(function)s(%(expressions)s, '[]')"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Residence(models.Model):
    """One address of one kind between two dates; without `to_on` it still holds. Both ends are included.

    Two permanent residences of one person never overlap (Luật Cư trú Đ2: one permanent place); the database holds it.
    """

    commune_path = "resident__commune"

    resident = models.ForeignKey("registry.Resident", on_delete=models.CASCADE, related_name="residences")
    kind = models.CharField("loại", max_length=10, choices=ResidenceKind)
    unit = models.ForeignKey("accounts.Unit", verbose_name="xã", on_delete=models.PROTECT, related_name="+")
    hamlet = models.CharField("thôn, tổ dân phố", max_length=100, blank=True)
    street = models.CharField("số nhà, đường", max_length=150, blank=True)
    raw_text = models.CharField("nguyên văn", max_length=300, blank=True)
    address_folded = models.CharField(max_length=300, editable=False, default="")
    from_on = models.DateField("từ ngày", null=True, blank=True)
    to_on = models.DateField("đến hết ngày", null=True, blank=True)
    closed_at = models.DateTimeField("xóa lúc", null=True, blank=True)
    closed_reason = models.CharField("lý do xóa", max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "nơi cư trú"
        verbose_name_plural = "nơi cư trú"
        ordering = ["kind", "-from_on", "-pk"]
        indexes = [models.Index(fields=["kind", "to_on"], name="residence_ending")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(from_on=None) | models.Q(to_on=None) | models.Q(to_on__gte=models.F("from_on")),
                name="residence_dates_in_order",
            ),
            ExclusionConstraint(
                name="one_permanent_residence_at_a_time",
                expressions=[
                    (PersonRange("resident", "resident"), RangeOperators.OVERLAPS),
                    (DateRange("from_on", "to_on", models.Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=models.Q(kind=ResidenceKind.PERMANENT, closed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.address}"

    @property
    def address(self) -> str:
        return ", ".join(filter(None, [self.street, self.hamlet, self.unit.name]))

    def derive(self) -> "Residence":
        self.address_folded = fold_address(f"{self.street} {self.hamlet}")[:300]
        return self

    def save(self, *args, **kwargs) -> None:
        self.derive()
        super().save(*args, **kwargs)
