"""A piece of long background work, such as the nightly scan of one commune: who can be asked how far it is."""

import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.scope import ScopedQuerySet


class JobState(models.TextChoices):
    WAITING = "waiting", "Đang chờ"
    RUNNING = "running", "Đang chạy"
    DONE = "done", "Xong"
    FAILED = "failed", "Không xong"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(),
                 exclude=["heartbeat_at", "done_count"])  # fmt: skip
class Job(models.Model):
    """`last_id` is how far it came: a worker that dies leaves the rest to the next, which begins there."""

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("việc", max_length=30)
    commune = models.ForeignKey("accounts.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    for_day = models.DateField("của ngày", default=timezone.localdate)
    state = models.CharField("tình trạng", max_length=10, choices=JobState, default=JobState.WAITING)
    last_id = models.BigIntegerField(default=0)
    done_count = models.IntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "việc nền"
        verbose_name_plural = "việc nền"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "commune", "for_day"], name="job_once_a_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.for_day:%d/%m/%Y}"
