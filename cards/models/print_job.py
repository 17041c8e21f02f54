"""Any paper of the card desk besides the slip: lists, notices, letters, a day's slips in one. Rendered by a worker."""

import datetime as dt
import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet
from cards.models.receipt import RenderState

SLOW = dt.timedelta(seconds=20)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(),
                 exclude=["claimed_until", "pdf"])  # fmt: skip
class PrintJob(models.Model):
    """One paper ordered: `content` is what is printed, frozen; `kind` names the template (cards/papers).

    A row in state WAITING is the work order: workers claim it, the sweep finds it again. The same `token` is the same
    order. Opened again, the stored bytes are served.
    """

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("loại giấy", max_length=30)
    title = models.CharField("tên", max_length=200)
    content = models.JSONField("nội dung", default=dict)
    asked_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("yêu cầu lúc", default=timezone.now)
    state = models.CharField("bản in", max_length=10, choices=RenderState, default=RenderState.WAITING)
    rendered_at = models.DateTimeField(null=True, blank=True)
    attempts = models.SmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    pages = models.IntegerField("số trang", default=0)
    pdf = models.BinaryField(null=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True)
    renderer = models.CharField("bộ dựng", max_length=60, blank=True)
    print_count = models.IntegerField("số lần mở, in", default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "giấy in"
        verbose_name_plural = "giấy in"
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["id"], name="print_job_waiting", condition=models.Q(state="waiting"))]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="ready") | (models.Q(pdf__isnull=False) & ~models.Q(sha256="")),
                name="print_job_ready_with_bytes",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def audit_label(self) -> str:
        return self.title

    @property
    def is_slow(self) -> bool:
        return self.state == RenderState.WAITING and timezone.now() - self.asked_at > SLOW
