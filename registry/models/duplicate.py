"""Two records that may be one person."""

import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.roles import Role
from accounts.scope import ScopedQuerySet, communes_of


class PairState(models.TextChoices):
    SUSPECTED = "suspected", "Nghi trùng"
    ASKED = "asked", "Hỏi đồng chí khác"
    SAME = "same", "Một người"
    DIFFERENT = "different", "Hai người khác nhau"
    GONE = "gone", "Không còn giống"


class DuplicateQuerySet(ScopedQuerySet["DuplicatePair"]):
    def in_scope(self, officer: Officer) -> "DuplicateQuerySet":
        """A pair belongs to both communes: whoever answers for one side must be able to see it."""
        if officer.role == Role.MINISTRY_SUPERVISOR:
            return self
        return self.filter(communes_of(officer, "left__commune") | communes_of(officer, "right__commune"))

    def waiting(self) -> "DuplicateQuerySet":
        """What an officer has yet to decide; a pair a colleague was asked about waits too."""
        return self.filter(state__in=[PairState.SUSPECTED, PairState.ASKED])


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class DuplicatePair(models.Model):
    """A suspected pair, lower id on the left, with the reasons it was found for and the sentence an officer reads.

    In state ASKED, `decided_by` and `decided_at` say who asked and when. `decided_on_reasons` is what "different" was
    decided on; the pair returns when a reason comes that is not among them.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    left = models.ForeignKey("registry.Resident", on_delete=models.CASCADE, related_name="pairs_left")
    right = models.ForeignKey("registry.Resident", on_delete=models.CASCADE, related_name="pairs_right")
    state = models.CharField("tình trạng", max_length=10, choices=PairState, default=PairState.SUSPECTED)
    reasons = models.JSONField(default=list)
    sentence = models.CharField("vì sao", max_length=300, blank=True)
    strength = models.SmallIntegerField("mức", default=0)
    found_at = models.DateTimeField("tìm thấy lúc", default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField("ghi chú", max_length=300, blank=True)
    decided_on_reasons = models.JSONField(default=list, blank=True)

    objects = DuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = "cặp nghi trùng"
        verbose_name_plural = "cặp nghi trùng"
        ordering = ["-strength", "found_at", "pk"]
        indexes = [models.Index(fields=["state", "-strength", "found_at"], name="pair_queue")]
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="pair_once"),
            models.CheckConstraint(condition=models.Q(left__lt=models.F("right")), name="pair_lower_id_left"),
            models.CheckConstraint(
                condition=models.Q(decided_at=None, decided_by=None)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="pair_decided_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.left} · {self.right}"

    def audit_label(self) -> str:
        return f"Cặp nghi trùng: {self.left.audit_label()} – {self.right.audit_label()}"
