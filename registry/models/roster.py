"""A list of people that came as a file: the file, its rows, and what became of each.

The file is kept sealed and forgotten with its rows after some weeks; what was written of people stays with the people.
"""

import uuid

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet


class RosterKind(models.TextChoices):
    LIST = "list", "Danh sách ngoài"
    RETURN = "return", "Danh sách đã xuất, sửa rồi nộp lại"


class RosterState(models.TextChoices):
    """Where a list stands. "Duyệt" is `reviewed_at`: somebody looked at the groups and let it be written."""

    UPLOADED = "uploaded", "Đã nhận tệp, đang đọc"
    READ = "read", "Đã đọc, chờ xác nhận cột"
    CHECKING = "checking", "Đang kiểm tra"
    CHECKED = "checked", "Đã kiểm tra, chờ duyệt"
    APPLYING = "applying", "Đang ghi"
    APPLIED = "applied", "Đã ghi"
    WEIGHING = "weighing", "Đang xem trước việc hoàn tác"
    TAKING_BACK = "taking_back", "Đang hoàn tác"
    TAKEN_BACK = "taken_back", "Đã hoàn tác"
    REFUSED = "refused", "Không đọc được"
    DROPPED = "dropped", "Đã bỏ"


AT_WORK = (
    RosterState.UPLOADED, RosterState.CHECKING, RosterState.APPLYING, RosterState.WEIGHING, RosterState.TAKING_BACK,
)  # fmt: skip
"""What a worker goes on with by itself."""
WRITTEN = (RosterState.APPLIED, RosterState.WEIGHING, RosterState.TAKING_BACK, RosterState.TAKEN_BACK)


class RowVerdict(models.TextChoices):
    NEW = "new", "Người mới"
    SAME = "same", "Đã có, không khác"
    CHANGED = "changed", "Đã có, có thay đổi"
    SUSPECT = "suspect", "Nghi trùng"
    WRONG = "wrong", "Sai, chưa ghi được"


class RowDecision(models.TextChoices):
    """What the office wants done; empty while nobody decided."""

    WRITE = "write", "Ghi"
    AS_NEW = "as_new", "Là người khác, ghi mới"
    AS_PERSON = "as_person", "Là người này, ghi vào hồ sơ"
    SKIP = "skip", "Bỏ qua"


class RowState(models.TextChoices):
    READ = "read", "Chờ kiểm tra"
    CHECKED = "checked", "Đã kiểm tra"
    APPLIED = "applied", "Đã ghi"
    PARKED = "parked", "Gác lại"
    TAKEN_BACK = "taken_back", "Đã hoàn tác"
    KEPT = "kept", "Giữ lại khi hoàn tác"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RosterSource(models.Model):
    """Where lists of one shape come from ("Sổ hộ khẩu Thôn 2"), and what its columns mean: folded heading -> field."""

    commune_path = "commune"

    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("nguồn danh sách", max_length=100)
    columns = models.JSONField("cột đã nhớ", default=dict, blank=True)
    used_at = models.DateTimeField("dùng gần nhất", default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "nguồn danh sách"
        verbose_name_plural = "nguồn danh sách"
        ordering = ["-used_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["commune", "name"], name="roster_source_once")]

    def __str__(self) -> str:
        return self.name


# The worker's marks are left out: a step is no change of the list.
@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(),
                 exclude=["content", "claimed_until", "done_rows", "total_rows", "step_began_at", "told"])  # fmt: skip
class Roster(models.Model):
    """One file and its way through the stages. `content` is sealed (accounts/vault.py) and gone after `purge_on`.

    `columns` says which field each column of the sheet is ({"3": "birth_date"}); `told` keeps what reading found:
    {"format", "encoding", "sheets": […], "headings": […], "samples": [[…]], "notes": [sentences]}. What is written
    comes from `source_code` (codes.SOURCES) as of `source_on`. `parent` is the list whose failing rows this one mends;
    `export` the list that went out and came back. `done_rows` of `total_rows` are of the step at work, begun at
    `step_began_at`.
    """

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submit_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("loại", max_length=10, choices=RosterKind, default=RosterKind.LIST)
    state = models.CharField("tình trạng", max_length=12, choices=RosterState, default=RosterState.UPLOADED)
    source = models.ForeignKey(RosterSource, null=True, blank=True, on_delete=models.PROTECT, related_name="rosters")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="mended_by")
    export = models.ForeignKey(
        "registry.ListExport", null=True, blank=True, on_delete=models.PROTECT, related_name="returns"
    )
    file_name = models.CharField("tên tệp", max_length=200)
    size_bytes = models.BigIntegerField("cỡ tệp (byte)", default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    content = models.BinaryField(null=True, editable=False)
    purge_on = models.DateField("xóa tệp và các dòng sau ngày")
    purged_at = models.DateTimeField(null=True, blank=True)
    source_code = models.CharField("nguồn thông tin", max_length=20, default="TANG_THU")
    source_on = models.DateField("ngày của nguồn", default=timezone.localdate)
    sheet = models.CharField("trang tính", max_length=100, blank=True)
    columns = models.JSONField("cột", default=dict, blank=True)
    told = models.JSONField("đọc được", default=dict, blank=True)
    said = models.CharField("ghi chú", max_length=500, blank=True)

    total_rows = models.IntegerField(default=0)
    done_rows = models.IntegerField(default=0)
    step_began_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)

    uploaded_at = models.DateTimeField("nộp lúc", default=timezone.now)
    uploaded_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField("kiểm tra xong lúc", null=True, blank=True)
    reviewed_at = models.DateTimeField("duyệt lúc", null=True, blank=True)
    reviewed_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField("ghi xong lúc", null=True, blank=True)
    undone_at = models.DateTimeField("hoàn tác lúc", null=True, blank=True)
    undone_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_reason = models.CharField("lý do hoàn tác", max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "danh sách nhập"
        verbose_name_plural = "danh sách nhập"
        ordering = ["-uploaded_at", "-pk"]
        indexes = [
            models.Index(fields=["id"], name="roster_at_work", condition=models.Q(state__in=AT_WORK)),
            models.Index(fields=["commune", "-uploaded_at", "-id"], name="roster_list"),
            models.Index(fields=["purge_on"], name="roster_to_purge", condition=models.Q(purged_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reviewed_at=None, reviewed_by=None)
                | models.Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="roster_reviewed_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(undone_at=None, undone_by=None)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="roster_undone_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return self.audit_label()

    def get_absolute_url(self) -> str:
        return reverse("registry:roster", args=[self.public_id])

    def audit_label(self) -> str:
        return f"Danh sách nhập “{self.file_name}” ngày {timezone.localtime(self.uploaded_at):%d/%m/%Y}"

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def percent(self) -> int:
        return min(99, self.done_rows * 100 // self.total_rows) if self.total_rows else 0


class RosterHousehold(models.Model):
    """A household as the file numbers it, and which of ours it is; `is_new` when the list founded it."""

    commune_path = "roster__commune"

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="households")
    key = models.CharField("số hộ trong tệp", max_length=60)
    household = models.ForeignKey(
        "registry.Household", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_new = models.BooleanField(default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "hộ trong danh sách nhập"
        verbose_name_plural = "hộ trong danh sách nhập"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["roster", "key"], name="roster_household_once")]

    def __str__(self) -> str:
        return self.key


class RosterPart(models.Model):
    """Rows of a list that one worker takes in hand at once, while others take other parts (registry/rosters/parts.py).

    `rows` are their numbers in the file. Households that are founded on the way are numbered from `next_household` to
    `last_household`: set aside beforehand, so that writers do not wait for each other, nor the counter for them.
    """

    commune_path = "roster__commune"

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="parts")
    rows = ArrayField(models.IntegerField())
    next_household = models.IntegerField(default=1)
    last_household = models.IntegerField(default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "phần danh sách nhập"
        verbose_name_plural = "phần danh sách nhập"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{len(self.rows)} dòng"


class RosterRow(models.Model):
    """One row of a list. `number` is its row as Excel shows it; `raw` the cells as they were read.

    `typed`: field -> text after repairs; `repairs`: [{"field", "was", "now", "why"}] of those that were certain;
    `problems`: [{"field", "code", "said", "blocks"}], `code` a rule (D01) or one of our own (rosters/problems.py);
    `notes`: what the rules would find once it is written. `reasons` are the codes by which rows are grouped.
    `changes`: [{"field", "label", "before", "after", "take"}] against `person`; `candidates`: who it may be,
    [{"id", "bits", "sentence", "twin"}]. `seen` is the digest of the person's record at the time of the check.
    `keys` are for finding doubles within the file. `written`: what applying wrote, with its way back; `resident` whom.
    """

    commune_path = "roster__commune"

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="rows")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.IntegerField("dòng")
    state = models.CharField("tình trạng", max_length=10, choices=RowState, default=RowState.READ)
    raw = models.JSONField(default=list)
    typed = models.JSONField(default=dict)
    repairs = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    reasons = ArrayField(models.CharField(max_length=40), default=list)
    name = models.CharField("họ và tên", max_length=100, blank=True)
    household_key = models.CharField("số hộ trong tệp", max_length=60, blank=True)
    verdict = models.CharField("kết quả kiểm tra", max_length=10, choices=RowVerdict, blank=True)
    person = models.ForeignKey("registry.Resident", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    changes = models.JSONField(default=list)
    candidates = models.JSONField(default=list)
    seen = models.CharField(max_length=64, blank=True)
    keys = ArrayField(models.BigIntegerField(), default=list)
    decision = models.CharField("quyết định", max_length=10, choices=RowDecision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey(
        "registry.Resident", null=True, blank=True, on_delete=models.SET_NULL, related_name="roster_rows"
    )
    written = models.JSONField(default=dict)
    said = models.CharField("ghi chú", max_length=500, blank=True)
    kept = models.JSONField("giữ lại khi hoàn tác", default=list)
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "dòng danh sách nhập"
        verbose_name_plural = "dòng danh sách nhập"
        ordering = ["number"]
        indexes = [models.Index(fields=["roster", "verdict", "state", "number"], name="roster_row_group")]
        constraints = [models.UniqueConstraint(fields=["roster", "number"], name="roster_row_once")]

    def __str__(self) -> str:
        return f"dòng {self.number}"
