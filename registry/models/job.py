"""A piece of long background work, such as the nightly scan of one commune: who can be asked how far it is."""

import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet


class JobState(models.TextChoices):
    WAITING = "waiting", "Đang chờ"
    RUNNING = "running", "Đang chạy"
    DONE = "done", "Xong"
    FAILED = "failed", "Không xong"
    PARKED = "parked", "Tự dừng"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(),
                 exclude=["heartbeat_at", "done_count", "found_count", "total_count"])  # fmt: skip
class Job(models.Model):
    """`last_id` is how far it came: a worker that dies leaves the rest to the next, which begins there.

    It parks itself when it finds far more than can be true (registry/jobs/work.py); `may_exceed` lets it go on all the
    same. `asked_by` is who wanted it; the night plans its own.
    """

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("việc", max_length=30)
    commune = models.ForeignKey("accounts.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    for_day = models.DateField("của ngày", default=timezone.localdate)
    state = models.CharField("tình trạng", max_length=10, choices=JobState, default=JobState.WAITING)
    last_id = models.BigIntegerField(default=0)
    done_count = models.IntegerField(default=0)
    total_count = models.IntegerField(default=0)
    found_count = models.IntegerField(default=0)
    may_exceed = models.BooleanField("chạy tiếp dù tìm thấy nhiều", default=False)
    asked_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
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

    def audit_label(self) -> str:
        return str(self)

    @property
    def is_waiting(self) -> bool:
        """Whether a worker will take it up by itself."""
        return self.state in (JobState.WAITING, JobState.RUNNING)

    @property
    def percent(self) -> int:
        if self.state == JobState.DONE:
            return 100
        return min(99, self.done_count * 100 // self.total_count) if self.total_count else 0
