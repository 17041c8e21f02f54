"""One record folded into another: what was chosen, who agreed, every row that moved, and the way back."""

import uuid

import pghistory
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.models import Officer
from accounts.roles import Right, Role
from accounts.scope import ScopedQuerySet, communes_of


class MergeState(models.TextChoices):
    WAITING = "waiting", "Chờ cán bộ thứ hai"
    PLANNED = "planned", "Chờ đến giờ gộp"
    DONE = "done", "Đã gộp"
    UNDONE = "undone", "Đã hoàn tác"
    WITHDRAWN = "withdrawn", "Đã rút"
    REFUSED = "refused", "Không đồng ý"
    RETURNED = "returned", "Trả lại cán bộ"


OPEN_MERGES = (MergeState.WAITING, MergeState.PLANNED)


class MergeQuerySet(ScopedQuerySet["Merge"]):
    def in_scope(self, officer: Officer) -> "MergeQuerySet":
        """As its pair: whoever answers for both, or for one of them with the right to look across communes."""
        if officer.role == Role.MINISTRY_SUPERVISOR:
            return self
        kept, folded = communes_of(officer, "survivor__commune"), communes_of(officer, "folded__commune")
        return self.filter(kept | folded if officer.can(Right.DUPLICATES_ACROSS) else kept & folded)

    def open(self) -> "MergeQuerySet":
        """Asked for and not yet done: nothing of it is written in the two records."""
        return self.filter(state__in=OPEN_MERGES)

    def done(self) -> "MergeQuerySet":
        return self.filter(state=MergeState.DONE)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Merge(models.Model):
    """`folded` goes into `survivor`; both rows stay, `folded` in state MERGED while this is DONE.

    `chosen`: name of a choice (registry/duplicates/choosing.py) -> "survivor" or "folded". `seal` is of the preview
    that was agreed to. `second_reasons` are the sentences for which a second officer must agree. The three images hold
    every column of the two rows that officers write: before, and of the survivor after. `standing` is how things were
    right after, so that what was written later is known (registry/duplicates/later_edits.py).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submit_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pair = models.ForeignKey(
        "registry.DuplicatePair", null=True, blank=True, on_delete=models.SET_NULL, related_name="merges"
    )
    survivor = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="merges_kept")
    folded = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="merges_folded")
    state = models.CharField("tình trạng", max_length=10, choices=MergeState)
    chosen = models.JSONField("giá trị chọn", default=dict)
    seal = models.CharField(max_length=64)
    reason = models.CharField("lý do", max_length=300)
    basis = models.CharField("căn cứ", max_length=300, blank=True)
    second_reasons = models.JSONField("vì sao cần cán bộ thứ hai", default=list, blank=True)
    not_before = models.DateTimeField("gộp sau", null=True, blank=True)
    created_at = models.DateTimeField("đề nghị lúc", default=timezone.now)
    created_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("quyết định lúc", null=True, blank=True)
    decided_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decision_note = models.CharField("ghi chú khi quyết định", max_length=300, blank=True)
    done_at = models.DateTimeField("gộp lúc", null=True, blank=True)
    undone_at = models.DateTimeField("hoàn tác lúc", null=True, blank=True)
    undone_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_reason = models.CharField("lý do hoàn tác", max_length=300, blank=True)
    kept_edits = models.JSONField("giữ lại khi hoàn tác", default=list, blank=True)
    survivor_before = models.JSONField(default=dict, blank=True)
    folded_before = models.JSONField(default=dict, blank=True)
    survivor_after = models.JSONField(default=dict, blank=True)
    standing = models.JSONField(default=dict, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = "việc gộp hồ sơ"
        verbose_name_plural = "việc gộp hồ sơ"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["not_before", "id"], name="merge_planned", condition=models.Q(state="planned")),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(survivor=models.F("folded")), name="nobody_merges_with_himself"),
            models.UniqueConstraint(
                fields=["folded"], condition=models.Q(state=MergeState.DONE), name="folded_into_one_record"
            ),
            models.UniqueConstraint(
                fields=["folded"], condition=models.Q(state__in=OPEN_MERGES), name="one_open_merge_a_folded_record"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at=None, decided_by=None)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="merge_decided_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(undone_at=None, undone_by=None) & ~models.Q(state=MergeState.UNDONE)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False, state=MergeState.UNDONE),
                name="merge_undone_at_and_by",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[MergeState.DONE, MergeState.UNDONE]) | models.Q(done_at__isnull=False),
                name="merge_done_at",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=MergeState.PLANNED) | models.Q(not_before__isnull=False),
                name="planned_merge_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Gộp {self.folded} vào {self.survivor}"

    def get_absolute_url(self) -> str:
        return reverse("registry:merge_page", args=[self.public_id])

    def audit_label(self) -> str:
        return f"Gộp hồ sơ: {self.folded.audit_label()} vào {self.survivor.audit_label()}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_MERGES

    @property
    def is_done(self) -> bool:
        return self.state == MergeState.DONE


class MoveKind(models.TextChoices):
    CHOSEN = "chosen", "Đổi giá trị"
    MOVED = "moved", "Chuyển"
    ENDED = "ended", "Kết thúc"
    CHANGED = "changed", "Sửa theo"
    DROPPED = "dropped", "Bỏ vì trùng"


class MergeMove(models.Model):
    """One row that a merge wrote, in the order in which it was written; going back reads it from the end.

    `before` and `after`: column -> value, of the columns that were written. `row` is the whole row of one that was
    dropped, so that it comes back under its own id. `title` and `words` are what the officer reads.
    """

    commune_path = "merge__survivor__commune"

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="moves")
    table = models.CharField(max_length=60)
    row_pk = models.BigIntegerField()
    column = models.CharField(max_length=40)
    kind = models.CharField("việc", max_length=10, choices=MoveKind)
    title = models.CharField("loại", max_length=60)
    words = models.CharField("dòng", max_length=300)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    row = models.JSONField(default=dict, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "dòng của việc gộp"
        verbose_name_plural = "dòng của việc gộp"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"
