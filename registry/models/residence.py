"""Where somebody is registered or stays, from when to when."""

import datetime as dt
import uuid

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Upper

from accounts.scope import ScopedQuerySet
from registry.models.sourced import Sourced
from registry.values.address import fold_address


class ResidenceKind(models.TextChoices):
    PERMANENT = "permanent", "Thường trú"
    TEMPORARY = "temporary", "Tạm trú"
    PRESENT = "present", "Nơi ở hiện tại"
    STAY = "stay", "Lưu trú"
    ABSENCE = "absence", "Tạm vắng"


class Purpose(models.TextChoices):
    """Why somebody stays or is away. Those that keep the permanent residence are told apart (Luật Cư trú Đ24 k1 d)."""

    WORK = "work", "Làm việc"
    STUDY = "study", "Học tập"
    FAMILY = "family", "Thăm, ở với người thân"
    MILITARY = "military", "Nghĩa vụ quân sự, công an"
    TREATMENT = "treatment", "Chữa bệnh"
    DETAINED = "detained", "Tạm giam, chấp hành án, cơ sở bắt buộc"
    ABROAD = "abroad", "Ra nước ngoài có thời hạn"
    OTHER = "other", "Lý do khác"


class DateRange(models.Func):
    function = "DATERANGE"
    output_field = DateRangeField()


class PersonRange(models.Func):
    """The person as a range of one, so that an exclusion constraint needs no btree_gist."""

    function = "INT8RANGE"
    template = "%(function)s(%(expressions)s, '[]')"


def _never_two_at_a_time(kind: ResidenceKind) -> ExclusionConstraint:
    """Nobody is at two places, or away twice, on one day."""
    return ExclusionConstraint(
        name=f"one_{kind.value}_at_a_time",
        expressions=[
            (PersonRange("resident", "resident"), RangeOperators.OVERLAPS),
            (DateRange("from_on", "to_on", models.Value("[]")), RangeOperators.OVERLAPS),
        ],
        condition=models.Q(kind=kind, closed_at=None),
    )


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Residence(Sourced):
    """One address of one kind between two dates; without `to_on` it still holds. Both ends are included.

    Two permanent residences of one person never overlap (Luật Cư trú Đ2: one permanent place); the database holds it.
    """

    commune_path = "resident__commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey("registry.Resident", on_delete=models.CASCADE, related_name="residences")
    kind = models.CharField("loại", max_length=10, choices=ResidenceKind)
    unit = models.ForeignKey("accounts.Unit", verbose_name="xã", on_delete=models.PROTECT, related_name="+")
    hamlet = models.CharField("thôn, tổ dân phố", max_length=100, blank=True)
    street = models.CharField("số nhà, đường", max_length=150, blank=True)
    raw_text = models.CharField("nguyên văn", max_length=300, blank=True)
    address_folded = models.CharField(max_length=300, editable=False, default="")
    from_on = models.DateField("từ ngày", null=True, blank=True)
    to_on = models.DateField("đến hết ngày", null=True, blank=True)
    purpose = models.CharField("mục đích, lý do", max_length=10, choices=Purpose, blank=True)
    basis = models.CharField("căn cứ", max_length=300, blank=True)
    closed_at = models.DateTimeField("xóa lúc", null=True, blank=True)
    closed_reason = models.CharField("lý do xóa", max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "nơi cư trú"
        verbose_name_plural = "nơi cư trú"
        ordering = ["kind", "-from_on", "-pk"]
        indexes = [
            models.Index(fields=["kind", "to_on"], name="residence_ending"),
            # Who else is registered at one address (rules S28, S29).
            models.Index(
                fields=["unit", "address_folded"],
                name="residence_place",
                condition=models.Q(kind=ResidenceKind.PERMANENT, closed_at=None),
            ),
            # Who stays here for a time, and who is away: figures.
            models.Index(
                fields=["resident"],
                include=["kind", "from_on", "to_on"],
                name="residence_for_a_time",
                condition=models.Q(
                    closed_at=None,
                    kind__in=[ResidenceKind.TEMPORARY, ResidenceKind.STAY, ResidenceKind.ABSENCE],
                ),
            ),
            models.Index(
                "unit", Upper("hamlet"), "resident", name="residence_hamlet", condition=models.Q(closed_at=None)
            ),
        ]
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
            *(_never_two_at_a_time(kind) for kind in (ResidenceKind.PRESENT, ResidenceKind.ABSENCE)),
            ExclusionConstraint(
                name="one_temporary_residence_in_a_unit_at_a_time",
                expressions=[
                    (PersonRange("resident", "resident"), RangeOperators.OVERLAPS),
                    (PersonRange("unit", "unit"), RangeOperators.OVERLAPS),
                    (DateRange("from_on", "to_on", models.Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=models.Q(kind=ResidenceKind.TEMPORARY, closed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.address}"

    @property
    def address(self) -> str:
        if self.kind == ResidenceKind.ABSENCE and self.raw_text:
            return self.raw_text  # abroad, or nowhere that can be named: no unit of ours
        return ", ".join(filter(None, [self.street, self.hamlet, self.unit.name]))

    def carries_on(self, earlier: "Residence") -> bool:
        """Whether this term follows one of the same kind and commune without a gap, and outlasts it: its renewal."""
        if self.closed_at or (self.kind, self.unit_id) != (earlier.kind, earlier.unit_id):
            return False
        if earlier.to_on is None or self.from_on is None or self.from_on > earlier.to_on + dt.timedelta(days=1):
            return False
        return self.to_on is None or self.to_on > earlier.to_on

    def derive(self) -> "Residence":
        self.address_folded = fold_address(f"{self.street} {self.hamlet}")[:300]
        return self

    def save(self, *args, **kwargs) -> None:
        self.derive()
        super().save(*args, **kwargs)
