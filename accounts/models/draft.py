"""What was typed and not yet sent. Kept on the server for the office: a lost line or a sick officer loses nothing."""

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models.officer import Officer


class DraftState(models.TextChoices):
    HELD = "held", "đang nhập"
    BESIDE = "beside", "gõ tiếp sau khi phiếu đã chuyển"
    ASIDE = "aside", "cất riêng"


LEASE = "draft_lease_minutes"
LIVE = (DraftState.HELD, DraftState.BESIDE)  # where the officer's saves land; what is set aside is only read


class DraftQuerySet(models.QuerySet["Draft"]):
    def in_scope(self, officer: "Officer") -> Self:
        """The drafts of the officer's own office: unverified data of people, so nobody above or beside sees them."""
        from accounts.roles import Right

        own_office = self.filter(unit=officer.unit_id)
        if officer.unit_id and officer.can(Right.RESIDENT_WRITE):
            return own_office
        return own_office.filter(officer=officer)

    def with_lease(self) -> Self:
        """`lease_minutes`: how long after the last save a form stays with who types it. No query of its own."""
        from accounts.models.setting import Setting
        from accounts.thresholds import THRESHOLDS

        entered = Setting.objects.filter(code=LEASE, valid_from__lte=timezone.localdate()).order_by("-valid_from")
        default = models.Value(THRESHOLDS[LEASE].default)
        return self.annotate(lease_minutes=Coalesce(models.Subquery(entered.values("value")[:1]), default))


class Draft(models.Model):
    """The fields of one form at one address. It belongs to the unit where it was begun and stays there.

    `officer` is who goes on with it now; a colleague takes it over (accounts/sign_in/drafts.py). A successful save of
    the form removes it.
    """

    lease_minutes: int  # by with_lease()

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("accounts.Unit", null=True, on_delete=models.PROTECT, related_name="drafts")
    officer = models.ForeignKey("accounts.Officer", on_delete=models.PROTECT, related_name="drafts")
    path = models.CharField(max_length=300)
    about = models.CharField(max_length=200, blank=True)  # the name that was being typed
    fields = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=DraftState, default=DraftState.HELD)
    begun_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    taken_from = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = "bản nháp"
        verbose_name_plural = "bản nháp"
        indexes = [models.Index(fields=["unit", "path"], name="draft_of_an_office")]
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "path"], name="draft_once_per_address", condition=models.Q(state__in=LIVE)
            ),
            models.CheckConstraint(
                condition=models.Q(taken_from=None, taken_at=None)
                | models.Q(taken_from__isnull=False, taken_at__isnull=False),
                name="draft_taken_from_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.path} ({timezone.localtime(self.saved_at):%H:%M %d/%m})"

    def save(self, *args, **kwargs) -> None:
        """The office is the one where the officer works on the day it is begun."""
        if self._state.adding and self.unit_id is None:
            self.unit_id = self.officer.unit_id
        super().save(*args, **kwargs)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE
