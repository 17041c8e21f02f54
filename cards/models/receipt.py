"""The slip in the citizen's hand: its frozen text, and the PDF that a worker made of it."""

import datetime as dt
import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.scope import ScopedQuerySet
from cards.models.application import Application

SLOW = dt.timedelta(seconds=10)


class RenderState(models.TextChoices):
    WAITING = "waiting", "Đang chờ in"
    READY = "ready", "Đã có bản in"
    FAILED = "failed", "Chưa in được"


class Paper(models.TextChoices):
    A5 = "A5", "A5"
    A4 = "A4", "A4"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(),
                 exclude=["claimed_until"])  # fmt: skip
class Receipt(models.Model):
    """One slip per application. `content` is what is printed, frozen when the number was taken.

    A row in state WAITING is the work order: workers claim it, the sweep finds it again.
    """

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="receipt")
    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    content = models.JSONField("nội dung")
    state = models.CharField("bản in", max_length=10, choices=RenderState, default=RenderState.WAITING)
    issued_at = models.DateTimeField("lập lúc", default=timezone.now)
    rendered_at = models.DateTimeField(null=True, blank=True)
    attempts = models.SmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    print_count = models.IntegerField("số lần in, tải", default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "phiếu hẹn"
        verbose_name_plural = "phiếu hẹn"
        ordering = ["-issued_at", "-pk"]
        indexes = [
            models.Index(fields=["id"], name="receipt_waiting", condition=models.Q(state=RenderState.WAITING)),
        ]

    def __str__(self) -> str:
        return f"Phiếu hẹn {self.application.file_number}"

    @property
    def is_slow(self) -> bool:
        """The counter has waited longer than a citizen should: the page says how to go on by hand."""
        return self.state == RenderState.WAITING and timezone.now() - self.issued_at > SLOW


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["pdf"])
class ReceiptFile(models.Model):
    """The stored bytes of one paper size and their SHA-256: reprinting serves these, never a new rendering."""

    commune_path = "receipt__commune"

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="files")
    paper = models.CharField("khổ giấy", max_length=2, choices=Paper)
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    renderer = models.CharField("bộ dựng", max_length=60)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "bản in phiếu hẹn"
        verbose_name_plural = "bản in phiếu hẹn"
        constraints = [models.UniqueConstraint(fields=["receipt", "paper"], name="one_file_a_paper")]

    def __str__(self) -> str:
        return f"{self.receipt} {self.paper}"
