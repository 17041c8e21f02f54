"""An officer put a case of duplicates aside for the day: it waits at the end of his queue, and goes on being open."""

from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet
from registry.models.duplicate import DuplicateCase


class CaseSkipQuerySet(ScopedQuerySet["CaseSkip"]):
    def in_scope(self, officer: Officer) -> "CaseSkipQuerySet":
        return self.filter(case__in=DuplicateCase.objects.in_scope(officer))


class CaseSkip(models.Model):
    """Written once per skip; only those of today count."""

    case = models.ForeignKey("registry.DuplicateCase", on_delete=models.CASCADE, related_name="skips")
    by = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = CaseSkipQuerySet.as_manager()

    class Meta:
        verbose_name = "lượt bỏ qua vụ nghi trùng"
        verbose_name_plural = "lượt bỏ qua vụ nghi trùng"
        indexes = [models.Index(fields=["case", "by", "at"], name="case_skip_of_officer")]

    def __str__(self) -> str:
        return f"{self.by}: {self.at:%H:%M %d/%m/%Y}"
