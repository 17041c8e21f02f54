"""Administrative units: provinces, (former) districts and communes, each with the dates between which it existed."""

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone

from accounts.text import clean, fold, plain_sort_key

if TYPE_CHECKING:
    from accounts.models.officer import Officer


class Level(models.TextChoices):
    PROVINCE = "province", "cấp tỉnh"
    DISTRICT = "district", "cấp huyện (đã bỏ)"
    COMMUNE = "commune", "cấp xã"


class UnitQuerySet(models.QuerySet["Unit"]):
    def communes(self) -> Self:
        return self.filter(level=Level.COMMUNE)

    def provinces(self) -> Self:
        return self.filter(level=Level.PROVINCE)

    def current(self, on: dt.date | None = None) -> Self:
        """Units that exist on a day (today when none is given)."""
        on = on or timezone.localdate()
        return self.filter(valid_from__lte=on).filter(models.Q(valid_to=None) | models.Q(valid_to__gte=on))

    def in_scope(self, officer: "Officer") -> Self:
        """The units an officer answers for; see accounts/scope.py."""
        from accounts.scope import communes_of

        return self.filter(communes_of(officer, "pk", parent="parent"))


class Unit(models.Model):
    """One unit as it was between two dates. A renamed or merged unit is a new row; `UnitSuccessor` joins the two.

    `code` keeps its leading zeros: 2 digits for a province, 3 for a former district, 5 for a commune.
    Source: QĐ 19/2025/QĐ-TTg and later resolutions (facts.md section 6).
    """

    code = models.CharField("mã", max_length=5)
    name = models.CharField("tên đầy đủ", max_length=100, help_text="Ví dụ: Phường Ba Đình")
    level = models.CharField("cấp", max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", verbose_name="thuộc", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    basis = models.CharField("căn cứ", max_length=200, blank=True)
    latitude = models.FloatField("vĩ độ", null=True, blank=True)
    longitude = models.FloatField("kinh độ", null=True, blank=True)
    area_km2 = models.FloatField("diện tích (km²)", null=True, blank=True)
    name_folded = models.CharField(max_length=300, editable=False, db_index=True)
    sort_key = models.CharField(max_length=300, editable=False, db_collation="C")

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "đơn vị hành chính"
        verbose_name_plural = "đơn vị hành chính"
        ordering = ["sort_key"]
        constraints = [
            models.UniqueConstraint(fields=["level", "code", "valid_from"], name="unit_once_per_date"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="unit_dates_in_order",
                violation_error_message="Ngày kết thúc phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """The name with what it belonged to: "Xã Kim Chung, Huyện Đông Anh, Thành phố Hà Nội"."""
        names: list[str] = []
        unit: Unit | None = self
        while unit is not None:
            names.append(unit.name)
            unit = unit.parent
        return ", ".join(names)

    @property
    def is_current(self) -> bool:
        return self.valid_to is None or self.valid_to >= timezone.localdate()

    def derive(self) -> Self:
        """Set the columns that follow from the name. `save` calls it; bulk writers must call it themselves."""
        self.name = clean(self.name)
        self.name_folded = fold(self.path)
        self.sort_key = plain_sort_key(self.name)
        return self

    def save(self, *args, **kwargs) -> None:
        self.derive()
        super().save(*args, **kwargs)


class UnitSuccessor(models.Model):
    """Which unit took over from which. A divided unit has several successors, and an officer must choose by hamlet."""

    class Kind(models.TextChoices):
        WHOLE = "whole", "nhập toàn bộ"
        DIVIDED = "divided", "chia nhiều nơi"

    old = models.ForeignKey(Unit, verbose_name="đơn vị cũ", on_delete=models.CASCADE, related_name="successors")
    new = models.ForeignKey(Unit, verbose_name="đơn vị mới", on_delete=models.CASCADE, related_name="predecessors")
    kind = models.CharField("hình thức", max_length=10, choices=Kind)

    class Meta:
        verbose_name = "đơn vị kế tiếp"
        verbose_name_plural = "đơn vị kế tiếp"
        constraints = [models.UniqueConstraint(fields=["old", "new"], name="successor_once")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"
