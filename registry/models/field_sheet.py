"""A field sheet (phiếu phúc tra): households to be visited, what was printed of them, and what came back."""

import datetime as dt
import uuid
from typing import Any

import pghistory
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet

SLOW = dt.timedelta(seconds=20)


class SheetState(models.TextChoices):
    OPEN = "open", "Đang đi"
    DONE = "done", "Đã nhập xong"
    CANCELLED = "cancelled", "Đã hủy"


class PrintState(models.TextChoices):
    WAITING = "waiting", "Đang chờ in"
    READY = "ready", "Đã có bản in"
    FAILED = "failed", "Chưa in được"


class Which(models.TextChoices):
    """Which households of the chosen hamlets go onto the sheet."""

    DUE = "due", "Đến hạn phúc tra"
    OPEN = "open", "Có việc làm sạch đang mở"
    ALL = "all", "Mọi hộ"


class Outcome(models.TextChoices):
    """What was found at the door; 6 is about the household. The digits stand on the paper and are the keys."""

    RIGHT = "1", "Đúng"
    WRONG = "2", "Sai, ghi lại"
    DEAD = "3", "Đã chết"
    MOVED = "4", "Đã chuyển đi"
    NOT_MET = "5", "Không gặp"
    MORE = "6", "Thêm người"


NOT_YET = ""


class FollowUp(models.TextChoices):
    NONE = "", "không có"
    OPEN = "open", "Còn phải làm"
    DONE = "done", "Đã làm"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class FieldSheet(models.Model):
    """One paper an officer takes along. Its number is the commune's for the year, without gaps: a sheet that is not
    wanted is cancelled and keeps it.

    `content` is the head of the paper, frozen when it was made; the people on it are lines.
    """

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField("năm")
    serial = models.IntegerField("số thứ tự")
    which = models.CharField("chọn hộ", max_length=10, choices=Which, default=Which.DUE)
    hamlets = models.JSONField("thôn, tổ", default=list)
    assigned_to = models.ForeignKey(
        Officer, verbose_name="cán bộ đi", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    planned_on = models.DateField("đi ngày", null=True, blank=True)
    content = models.JSONField("nội dung", default=dict)
    state = models.CharField("tình trạng", max_length=10, choices=SheetState, default=SheetState.OPEN)
    created_at = models.DateTimeField("lập lúc", default=timezone.now)
    created_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_reason = models.CharField("lý do hủy", max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "phiếu phúc tra"
        verbose_name_plural = "phiếu phúc tra"
        ordering = ["-year", "-serial"]
        constraints = [
            models.UniqueConstraint(fields=["commune", "year", "serial"], name="sheet_number_once"),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by=None, state="open")
                | (models.Q(closed_at__isnull=False, closed_by__isnull=False) & ~models.Q(state="open")),
                name="sheet_closed_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"Phiếu phúc tra {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("registry:field_sheet", args=[self.public_id])

    def audit_label(self) -> str:
        return str(self)

    @property
    def number(self) -> str:
        """ "26-0012": the year and the commune's number in it."""
        return f"{self.year % 100:02d}-{self.serial:04d}"

    @property
    def is_open(self) -> bool:
        return self.state == SheetState.OPEN


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(),
                 exclude=["claimed_until", "pdf"])  # fmt: skip
class FieldPrint(models.Model):
    """One printing of a sheet; copy 2 is the first reprint and says so. A row in state WAITING is the work order:
    workers claim it, the sweep finds it again. Opened again, the stored bytes are served."""

    commune_path = "sheet__commune"

    sheet = models.ForeignKey(FieldSheet, on_delete=models.PROTECT, related_name="prints")
    copy = models.SmallIntegerField("bản in lần", default=1)
    asked_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("yêu cầu lúc", default=timezone.now)
    state = models.CharField("bản in", max_length=10, choices=PrintState, default=PrintState.WAITING)
    rendered_at = models.DateTimeField(null=True, blank=True)
    attempts = models.SmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    pages = models.SmallIntegerField("số trang", default=0)
    pdf = models.BinaryField(null=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True)
    renderer = models.CharField("bộ dựng", max_length=60, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "bản in phiếu phúc tra"
        verbose_name_plural = "bản in phiếu phúc tra"
        ordering = ["copy"]
        indexes = [models.Index(fields=["id"], name="field_print_waiting", condition=models.Q(state="waiting"))]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "copy"], name="field_copy_once"),
            models.CheckConstraint(
                condition=~models.Q(state="ready") | (models.Q(pdf__isnull=False) & ~models.Q(sha256="")),
                name="field_print_ready_with_bytes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet}, bản {self.copy}"

    @property
    def is_slow(self) -> bool:
        return self.state == PrintState.WAITING and timezone.now() - self.asked_at > SLOW


class LineQuerySet(ScopedQuerySet["FieldLine"]):
    def of_people(self) -> "LineQuerySet":
        return self.filter(resident__isnull=False)

    def to_do(self) -> "LineQuerySet":
        """What a visit left for the office."""
        return self.filter(follow_up=FollowUp.OPEN)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class FieldLine(models.Model):
    """A person of a sheet, or with no `resident` the household itself, in the order of the paper.

    `told` is what was printed of the line; `asked` the findings printed: [{"id", "rule", "sentence", "seen"}], `seen`
    being the fingerprint of the values asked about. `before` is what the outcome changed, to be taken back.
    """

    commune_path = "sheet__commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sheet = models.ForeignKey(FieldSheet, on_delete=models.PROTECT, related_name="lines")
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="field_lines")
    resident = models.ForeignKey(
        "registry.Resident", null=True, blank=True, on_delete=models.PROTECT, related_name="field_lines"
    )
    position = models.IntegerField("thứ tự")
    told = models.JSONField("đã in", default=dict)
    asked = models.JSONField("đã hỏi", default=list)
    outcome = models.CharField("kết quả", max_length=1, choices=Outcome, blank=True)
    remark = models.CharField("ghi lại", max_length=500, blank=True)
    verified = models.JSONField("đã hỏi, đúng", default=list)
    visited_on = models.DateField("đến ngày", null=True, blank=True)
    entered_at = models.DateTimeField("nhập lúc", null=True, blank=True)
    entered_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField(default=dict, blank=True)
    follow_up = models.CharField("việc sau phúc tra", max_length=4, choices=FollowUp, blank=True)
    done_at = models.DateTimeField("làm xong lúc", null=True, blank=True)
    done_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = "dòng phiếu phúc tra"
        verbose_name_plural = "dòng phiếu phúc tra"
        ordering = ["sheet", "position"]
        indexes = [models.Index(fields=["sheet"], name="field_line_to_do", condition=models.Q(follow_up="open"))]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "position"], name="field_line_place_once"),
            models.CheckConstraint(
                condition=models.Q(entered_at=None, entered_by=None, visited_on=None, outcome="", remark="")
                | models.Q(entered_at__isnull=False, entered_by__isnull=False, visited_on__isnull=False),
                name="field_line_entered_at_by_and_on",
            ),
            models.CheckConstraint(
                condition=models.Q(done_at=None, done_by=None)
                | models.Q(done_at__isnull=False, done_by__isnull=False, follow_up="done"),
                name="field_line_done_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(resident=None, outcome__in=["", Outcome.MORE])
                | (models.Q(resident__isnull=False) & ~models.Q(outcome=Outcome.MORE)),
                name="field_line_outcome_of_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet}, dòng {self.position}"

    def audit_label(self) -> str:
        return f"{self.sheet}, {self.told.get('name') or self.told.get('household', '')}"

    @property
    def is_entered(self) -> bool:
        return self.entered_at is not None

    @property
    def name(self) -> str:
        return self.told.get("name", "")

    @property
    def code(self) -> str:
        """What the QR of a household says: digits only, which no input method spoils; nothing of anybody in it."""
        return code_of(self.public_id)

    def values(self) -> dict[str, Any]:
        """What was typed back, as it is compared."""
        return {"outcome": self.outcome, "remark": self.remark, "verified": sorted(self.verified)}


CODE_LENGTH = 40
_MARK = "7"


def code_of(public_id: uuid.UUID) -> str:
    return f"{_MARK}{public_id.int:0{CODE_LENGTH - 1}d}"


def read_code(text: str) -> uuid.UUID | None:
    """The line a code stands for; None for any other text."""
    digits = "".join(text.split())
    if len(digits) != CODE_LENGTH or not digits.isascii() or not digits.isdigit() or digits[0] != _MARK:
        return None
    number = int(digits[1:])
    return uuid.UUID(int=number) if number < 1 << 128 else None
