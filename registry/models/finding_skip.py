"""An officer passed a case of clean-up by for the day: it waits at the end of his queue, and goes on being open."""

from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet


class FindingSkip(models.Model):
    """Written once per skip; only those of today count."""

    commune_path = "finding__commune"

    finding = models.ForeignKey("registry.Finding", on_delete=models.CASCADE, related_name="skips")
    by = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "lượt bỏ qua việc làm sạch"
        verbose_name_plural = "lượt bỏ qua việc làm sạch"
        indexes = [models.Index(fields=["finding", "by", "at"], name="finding_skip_of_officer")]

    def __str__(self) -> str:
        return f"{self.by}: {self.at:%H:%M %d/%m/%Y}"
