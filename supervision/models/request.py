"""What a supervisor asks a commune to do about a figure (công việc), with a date; and what the commune answers."""

import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from supervision.models.about_units import AboutUnits


class RequestState(models.TextChoices):
    OPEN = "open", "Chờ xã trả lời"
    ANSWERED = "answered", "Xã đã trả lời"
    DONE = "done", "Đã xong"
    WITHDRAWN = "withdrawn", "Đã rút"


OPEN_REQUESTS = (RequestState.OPEN, RequestState.ANSWERED)


class RequestQuerySet(AboutUnits["Request"]):
    def open(self) -> "RequestQuerySet":
        return self.filter(state__in=OPEN_REQUESTS)

    def overdue(self) -> "RequestQuerySet":
        return self.open().filter(due_on__lt=timezone.localdate())


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Request(models.Model):
    """About figure `code` of a commune. `value_then` is what it was when asked and `goal` what it should become, both
    in hundredths. The supervisor says when it is done, or takes it back."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submit_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    code = models.CharField("chỉ số", max_length=60)
    text = models.CharField("yêu cầu", max_length=1000)
    due_on = models.DateField("hạn")
    value_then = models.BigIntegerField("khi giao", null=True, blank=True)
    goal = models.BigIntegerField("cần đạt", null=True, blank=True)
    state = models.CharField("tình trạng", max_length=10, choices=RequestState, default=RequestState.OPEN)
    asked_at = models.DateTimeField("giao lúc", default=timezone.now)
    asked_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField("kết thúc lúc", null=True, blank=True)
    ended_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_note = models.CharField("kết luận", max_length=500, blank=True)
    value_at_end = models.BigIntegerField("khi kết thúc", null=True, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = "việc giao"
        verbose_name_plural = "việc giao"
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["unit", "state", "due_on"], name="request_list")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by=None, state__in=OPEN_REQUESTS)
                | (models.Q(ended_at__isnull=False, ended_by__isnull=False) & ~models.Q(state__in=OPEN_REQUESTS)),
                name="request_ended_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"Việc giao hạn {self.due_on:%d/%m/%Y}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_REQUESTS

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()

    def audit_label(self) -> str:
        return f"{self}, {self.unit}: {self.text[:100]}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RequestAnswer(models.Model):
    """One word in the talk about a request, by the commune's chief or the supervisor; `value_then` is the figure that
    day, in hundredths. `new_due_on`: the chief asks for, or the supervisor grants, another date."""

    unit_path = "request__unit"

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="answers")
    submit_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    text = models.CharField("trả lời", max_length=1000)
    new_due_on = models.DateField("hạn mới", null=True, blank=True)
    value_then = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField("lúc", default=timezone.now)
    by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")

    objects = AboutUnits.as_manager()

    class Meta:
        verbose_name = "trả lời việc giao"
        verbose_name_plural = "trả lời việc giao"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.by}: {self.text[:60]}"
