"""One piece of work on the register with a paper behind it: an event, a household's split, a residence, a number.

Received, looked at as a preview, then applied in one step; what it changed stays with it, before and after.
"""

import uuid
from collections.abc import Sequence

import pghistory
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet


class ChangeState(models.TextChoices):
    WAITING = "waiting", "Đang giải quyết"
    APPLIED = "applied", "Đã ghi vào hồ sơ"
    REFUSED = "refused", "Từ chối"
    WITHDRAWN = "withdrawn", "Công dân rút"


class ChangeQuerySet(ScopedQuerySet["Change"]):
    def waiting(self) -> "ChangeQuerySet":
        return self.filter(state=ChangeState.WAITING)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Change(models.Model):
    """`kind` names an entry of registry/changes/kinds.py. `fields` is what was typed, `lines` what was written; while
    it waits, what it would have written when it was received.

    `due_on` is the law's last day, in working days from `received_on` (facts.md 3.1). `people` are all whom it
    touched; `resident` and `household` are whom it was begun for.
    """

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submit_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("việc", max_length=30)
    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey(
        "registry.Resident", null=True, blank=True, on_delete=models.PROTECT, related_name="changes_begun"
    )
    household = models.ForeignKey(
        "registry.Household", null=True, blank=True, on_delete=models.PROTECT, related_name="changes"
    )
    people = models.ManyToManyField("registry.Resident", through="ChangedPerson", related_name="changes")
    state = models.CharField("tình trạng", max_length=10, choices=ChangeState, default=ChangeState.WAITING)
    received_on = models.DateField("nhận ngày", default=timezone.localdate)
    due_on = models.DateField("hạn giải quyết", null=True, blank=True)
    effective_on = models.DateField("có hiệu lực từ", null=True, blank=True)
    paper_kind = models.CharField("giấy tờ", max_length=100, blank=True)
    paper_number = models.CharField("số", max_length=50, blank=True)
    paper_on = models.DateField("ngày cấp", null=True, blank=True)
    paper_by = models.CharField("nơi cấp", max_length=150, blank=True)
    basis = models.CharField("căn cứ", max_length=300, blank=True)
    fields = models.JSONField("đã nhập", default=dict)
    lines = models.JSONField("trước và sau", default=list)
    created_at = models.DateTimeField("lập lúc", default=timezone.now)
    created_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("quyết định lúc", null=True, blank=True)
    decided_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decision_note = models.CharField("ghi chú khi quyết định", max_length=300, blank=True)

    objects = ChangeQuerySet.as_manager()

    next_steps: Sequence[str] = ()  # said once to who applies it, kept nowhere

    class Meta:
        verbose_name = "việc về cư trú, hộ tịch"
        verbose_name_plural = "việc về cư trú, hộ tịch"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["commune", "due_on", "id"], name="change_waiting", condition=models.Q(state="waiting"))
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_at=None, decided_by=None, state="waiting")
                | (models.Q(decided_at__isnull=False, decided_by__isnull=False) & ~models.Q(state="waiting")),
                name="change_decided_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_state_display().lower()})"

    def get_absolute_url(self) -> str:
        return reverse("registry:change", args=[self.public_id])

    def audit_label(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        from registry.changes.kinds import title_of

        return title_of(self.kind)

    @property
    def is_waiting(self) -> bool:
        return self.state == ChangeState.WAITING

    @property
    def paper(self) -> str:
        """ "Trích lục khai tử số 12/TLKT, ngày 03/11/2026, UBND xã Mẫu Sơn"."""
        number = f"số {self.paper_number}" if self.paper_number else ""
        day = f"ngày {self.paper_on:%d/%m/%Y}" if self.paper_on else ""
        return ", ".join(filter(None, [" ".join(filter(None, [self.paper_kind, number])), day, self.paper_by]))


class ChangedPerson(models.Model):
    """Whom a change touched: so that a record finds everything that was ever done to it."""

    commune_path = "change__commune"

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="touched")
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="touched_by")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "người trong việc"
        verbose_name_plural = "người trong việc"
        constraints = [models.UniqueConstraint(fields=["change", "resident"], name="changed_person_once")]

    def __str__(self) -> str:
        return f"{self.change_id}: {self.resident_id}"
