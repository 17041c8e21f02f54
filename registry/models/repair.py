"""The same fix over many findings: who chose which, what was to be changed, what was written, and the way back."""

import uuid

import pghistory
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet


class RunState(models.TextChoices):
    CHOOSING = "choosing", "Đang chọn"
    PREVIEWED = "previewed", "Đã xem trước, chưa chạy"
    RUNNING = "running", "Đang chạy"
    DONE = "done", "Đã chạy"
    UNDOING = "undoing", "Đang hoàn tác"
    UNDONE = "undone", "Đã hoàn tác"
    DROPPED = "dropped", "Đã bỏ"


NOT_BEGUN = (RunState.CHOOSING, RunState.PREVIEWED)
AT_WORK = (RunState.RUNNING, RunState.UNDOING)


class LineState(models.TextChoices):
    CHOSEN = "chosen", "Đã chọn"
    READY = "ready", "Sửa được"
    REFUSED = "refused", "Không sửa được"
    DONE = "done", "Đã sửa"
    UNDONE = "undone", "Đã trả lại"
    KEPT = "kept", "Giữ lại"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RepairRun(models.Model):
    """One choice of findings and what became of it. `kind` names an entry of registry/repairs/kinds.py.

    Until it has begun it is the choice of `created_by`, one a kind; `seal` is of the preview that was looked at.
    `ground` and `basis` hold for every line.
    """

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("cách sửa", max_length=30)
    state = models.CharField("tình trạng", max_length=10, choices=RunState, default=RunState.CHOOSING)
    seal = models.CharField(max_length=64, blank=True)
    ground = models.CharField("lý do", max_length=20, blank=True)
    basis = models.CharField("căn cứ", max_length=300, blank=True)
    created_at = models.DateTimeField("chọn lúc", default=timezone.now)
    created_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField("chạy lúc", null=True, blank=True)
    finished_at = models.DateTimeField("xong lúc", null=True, blank=True)
    undone_at = models.DateTimeField("hoàn tác lúc", null=True, blank=True)
    undone_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_reason = models.CharField("lý do hoàn tác", max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "đợt sửa hàng loạt"
        verbose_name_plural = "đợt sửa hàng loạt"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["id"], name="repair_run_at_work", condition=models.Q(state__in=AT_WORK)),
            models.Index(fields=["commune", "-created_at", "-id"], name="repair_run_list"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["created_by", "kind"], condition=models.Q(state__in=NOT_BEGUN), name="one_open_choice_a_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(undone_at=None, undone_by=None)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="repair_run_undone_at_and_by",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[RunState.DONE, RunState.UNDOING, RunState.UNDONE])
                | models.Q(finished_at__isnull=False),
                name="repair_run_finished_at",
            ),
        ]

    def __str__(self) -> str:
        return self.audit_label()

    def get_absolute_url(self) -> str:
        return reverse("registry:repair", args=[self.public_id])

    def audit_label(self) -> str:
        from registry.repairs.kinds import title_of

        return f"Sửa hàng loạt “{title_of(self.kind)}” {timezone.localtime(self.created_at):%d/%m/%Y}"

    @property
    def has_begun(self) -> bool:
        return self.state not in NOT_BEGUN

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RepairLine(models.Model):
    """One finding of a run. `changes` is what the preview said: [{"what", "before", "after"}]; nothing else is written.

    `steps` is whom it concerns and, once done, what was written, row by row, with its way back (registry/repairs/
    steps.py). `said` is the sentence on
    why not, or what is left to do; `kept` names what was not taken back, because somebody edited it since.

    The person is the finding's: when that record is folded into another, its closed findings stay with it.
    """

    commune_path = "run__commune"

    run = models.ForeignKey(RepairRun, on_delete=models.CASCADE, related_name="lines")
    finding = models.ForeignKey("registry.Finding", on_delete=models.PROTECT, related_name="repair_lines")
    state = models.CharField("tình trạng", max_length=10, choices=LineState, default=LineState.CHOSEN)
    changes = models.JSONField("trước và sau", default=list)
    said = models.CharField("ghi chú", max_length=500, blank=True)
    steps = models.JSONField("đã ghi", default=dict)
    kept = models.JSONField("giữ lại khi hoàn tác", default=list)
    done_at = models.DateTimeField("sửa lúc", null=True, blank=True)
    undone_at = models.DateTimeField("trả lại lúc", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "dòng sửa hàng loạt"
        verbose_name_plural = "dòng sửa hàng loạt"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run", "finding"], name="repair_line_once_a_finding")]

    def __str__(self) -> str:
        return f"{self.finding} ({self.get_state_display().lower()})"
