"""A clean-up rule that fired on a person: opened once, closed by itself when the data are put right."""

import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet
from registry.models.own_commune import commune_follows


class RuleGroup(models.TextChoices):
    RIGHT = "D", "Đúng"
    COMPLETE = "E", "Đủ"
    CLEAN = "S", "Sạch"
    LIVE = "L", "Sống"


class Severity(models.TextChoices):
    BLOCK = "block", "CHẶN"
    ERROR = "error", "LỖI"
    WARNING = "warning", "CẢNH BÁO"
    REMIND = "remind", "NHẮC"
    SELF_MENDING = "self", "TỰ SỬA"


class FindingState(models.TextChoices):
    OPEN = "open", "Đang mở"
    SET_ASIDE = "set_aside", "Để sau"
    VERIFIED = "verified", "Đã xác minh, đúng"
    CLOSED = "closed", "Đã sửa"


LEFT = (FindingState.OPEN, FindingState.SET_ASIDE)


def waits() -> models.Q:
    """The condition behind FindingQuerySet.open()."""
    return models.Q(state=FindingState.OPEN) | models.Q(
        state=FindingState.SET_ASIDE, set_aside_until__lte=timezone.localdate()
    )


class FindingQuerySet(ScopedQuerySet["Finding"]):
    def open(self) -> "FindingQuerySet":
        """What waits for an officer: open, or set aside until a day that has come."""
        return self.filter(waits())

    def left(self) -> "FindingQuerySet":
        """What was not put right: set aside for later too. Of what is unclean one counts these."""
        return self.filter(state__in=LEFT)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Finding(models.Model):
    """One rule on one person. `evidence` holds the values seen; a verified exception lapses when they change.

    `handed_to` is the colleague it was handed over to; `is_for_chief` waits for the chief's word. Both keep it open.
    """

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey("registry.Resident", on_delete=models.CASCADE, related_name="findings")
    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    rule = models.CharField("quy tắc", max_length=4)
    group = models.CharField("nhóm", max_length=1, choices=RuleGroup)
    severity = models.CharField("mức", max_length=10, choices=Severity)
    state = models.CharField("tình trạng", max_length=10, choices=FindingState, default=FindingState.OPEN)
    evidence = models.JSONField(default=dict)
    opened_at = models.DateTimeField("mở lúc", default=timezone.now)
    closed_at = models.DateTimeField("đóng lúc", null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField("căn cứ", max_length=300, blank=True)
    set_aside_until = models.DateField("để đến ngày", null=True, blank=True)
    handed_to = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_for_chief = models.BooleanField("xin ý kiến trưởng", default=False)
    handed_at = models.DateTimeField(null=True, blank=True)
    handed_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    message = models.CharField("lời nhắn", max_length=300, blank=True)
    claimed_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    claimed_until = models.DateTimeField(null=True, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = "việc làm sạch"
        verbose_name_plural = "việc làm sạch"
        ordering = ["opened_at", "pk"]
        indexes = [
            models.Index(
                fields=["commune", "group", "severity", "opened_at"],
                name="finding_queue",
                condition=~models.Q(state=FindingState.CLOSED),
            ),
            models.Index(
                fields=["commune", "closed_at"],
                name="finding_closed",
                condition=models.Q(state=FindingState.CLOSED),
            ),
            models.Index(
                fields=["commune", "decided_at"],
                name="finding_decided",
                condition=models.Q(decided_at__isnull=False),
            ),
            # Who is clean: figures read nothing else.
            models.Index(
                fields=["commune", "resident"],
                include=["rule", "group", "state", "opened_at", "closed_at", "decided_at"],
                name="finding_serious",
                condition=models.Q(severity__in=[Severity.BLOCK, Severity.ERROR]),
            ),
        ]
        triggers = [commune_follows()]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "rule"],
                condition=~models.Q(state=FindingState.CLOSED),
                name="finding_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at=None, decided_by=None)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="finding_decided_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(handed_at=None, handed_by=None)
                | models.Q(handed_at__isnull=False, handed_by__isnull=False),
                name="finding_handed_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.resident}"
