"""A background task that ended with an error: what it was, why, and whether somebody sent it again."""

import uuid

from django.db import models
from django.utils import timezone

from accounts.models import Officer


class FailedTask(models.Model):
    """`args` are ids and settings as the task was sent; never texts of people. `reason` names the error without its
    values. The same task that fails again within the hour adds to `times`. Read by the administrator alone."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.CharField("việc", max_length=120)
    task_id = models.CharField(max_length=60, blank=True)
    queue = models.CharField("hàng đợi", max_length=40, blank=True)
    args = models.JSONField(default=list, blank=True)
    kwargs = models.JSONField(default=dict, blank=True)
    reason = models.CharField("lý do", max_length=300)
    times = models.IntegerField("số lần", default=1)
    first_at = models.DateTimeField("lần đầu", default=timezone.now)
    last_at = models.DateTimeField("lần cuối", default=timezone.now)
    sent_again_at = models.DateTimeField("chạy lại lúc", null=True, blank=True)
    sent_again_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField("đóng lúc", null=True, blank=True)

    class Meta:
        verbose_name = "việc nền lỗi"
        verbose_name_plural = "việc nền lỗi"
        ordering = ["-last_at", "-pk"]
        indexes = [models.Index(fields=["-last_at"], name="failed_task_open", condition=models.Q(closed_at=None))]

    def __str__(self) -> str:
        return f"{self.task}: {self.reason[:80]}"
