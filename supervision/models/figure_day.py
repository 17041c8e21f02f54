"""Every figure of a unit as it stood at the end of one day."""

from django.db import models
from django.utils import timezone

from supervision.models.about_units import AboutUnits


class FigureDay(models.Model):
    """One unit, one day; without a unit the whole country. Of today there is a row too, written anew as the day goes.

    `values`: code -> number, zeros left out. A figure that stands (people, open files) is as at the end of the day; a
    figure of what happens (files received) is everything up to the end of the day, so that any period is the
    difference of two rows. `spreads`: code -> {"days": how many}, everything up to the end of the day: medians of any
    period and any group of units follow from them. `missing`: codes that nobody can know any more (of a day that was
    made up later, `is_rebuilt`).
    """

    unit = models.ForeignKey("accounts.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField("ngày")
    values = models.JSONField("số liệu", default=dict)
    spreads = models.JSONField("phân bố", default=dict)
    missing = models.JSONField("không còn biết", default=list)
    taken_at = models.DateTimeField("ghi lúc", default=timezone.now)
    is_rebuilt = models.BooleanField("dựng lại", default=False)
    is_due = models.BooleanField("cần ghi lại", default=False)
    claimed_until = models.DateTimeField(null=True, blank=True)

    objects = AboutUnits.as_manager()

    class Meta:
        verbose_name = "số liệu trong ngày"
        verbose_name_plural = "số liệu trong ngày"
        constraints = [models.UniqueConstraint(fields=["unit", "day"], nulls_distinct=False, name="figures_once_a_day")]
        indexes = [
            models.Index(fields=["day"], name="figures_of_day"),
            models.Index(fields=["day", "unit"], name="figures_due", condition=models.Q(is_due=True)),
        ]

    def __str__(self) -> str:
        return f"{self.unit or 'Toàn quốc'} {self.day:%d/%m/%Y}"
