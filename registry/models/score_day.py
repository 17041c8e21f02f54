"""How clean a hamlet was at the end of a day: kept, so that one sees which way it goes."""

from django.db import models

from accounts.scope import ScopedQuerySet
from registry.models.finding import RuleGroup


class ScoreDay(models.Model):
    """People and cases of one hamlet and one group on one day; without a hamlet those outside the list, without a group
    all together. Made from the findings at any time again (registry/scores/history.py)."""

    commune_path = "commune"

    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    hamlet = models.ForeignKey("registry.Hamlet", null=True, on_delete=models.CASCADE, related_name="+")
    group = models.CharField("nhóm", max_length=1, blank=True, choices=RuleGroup)
    day = models.DateField("ngày")
    people = models.IntegerField("nhân khẩu")
    must = models.IntegerField("phải làm sạch")
    done = models.IntegerField("đã làm sạch")
    block = models.IntegerField("việc CHẶN", default=0)
    error = models.IntegerField("việc LỖI", default=0)
    warning = models.IntegerField("việc CẢNH BÁO", default=0)
    remind = models.IntegerField("việc NHẮC", default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "điểm sạch trong ngày"
        verbose_name_plural = "điểm sạch trong ngày"
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "day", "group", "hamlet"], nulls_distinct=False, name="score_once_a_day"
            )
        ]
        indexes = [models.Index(fields=["day", "group"], name="score_day")]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.group}"
