"""An application for an identity card: one file, from the counter to the hand; and when one is late."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer, Setting
from accounts.scope import ScopedQuerySet

if TYPE_CHECKING:
    from cards.models.receipt import Receipt


class Kind(models.TextChoices):
    """Luật Căn cước Đ21–24."""

    FIRST = "first", "Cấp mới"
    CHANGE = "change", "Cấp đổi"
    REISSUE = "reissue", "Cấp lại"


class State(models.TextChoices):
    """facts.md 2.5. Which move leads where is in cards/applications/workflow.py."""

    DRAFT = "draft", "Nháp"
    BOOKED = "booked", "Đã đặt lịch"
    TAKING = "taking", "Đang thu nhận"
    WAITING_FOR_DATA = "waiting_for_data", "Chờ điều chỉnh dữ liệu"
    RECEIVED = "received", "Đã thu nhận"
    SENT_UP = "sent_up", "Đã chuyển cấp trên"
    PRINTING = "printing", "Đang in thẻ"
    ARRIVED = "arrived", "Thẻ về xã"
    HANDED_OVER = "handed_over", "Đã trả"
    REFUSED = "refused", "Từ chối"
    WITHDRAWN = "withdrawn", "Công dân rút"
    CANCELLED_DUPLICATE = "cancelled_duplicate", "Hủy do trùng"


FINAL_STATES = (State.HANDED_OVER, State.REFUSED, State.WITHDRAWN, State.CANCELLED_DUPLICATE)
# The promised day binds from the moment the file is received until the card is back (Luật Căn cước Đ26).
PROMISED_STATES = (State.RECEIVED, State.WAITING_FOR_DATA, State.SENT_UP, State.PRINTING)


# Only with a day of receipt and a promise; whoever waits for data may have left the counter before.
AFTER_RECEIPT = (State.RECEIVED, State.SENT_UP, State.PRINTING, State.ARRIVED, State.HANDED_OVER)


class Channel(models.TextChoices):
    COUNTER = "counter", "Tại trụ sở"
    ONLINE = "online", "Trực tuyến"


class Delivery(models.TextChoices):
    OFFICE = "office", "Nhận tại cơ quan Công an"
    POST = "post", "Qua bưu chính"


def days_overdue(state: str, promised_on: dt.date | None, *, on: dt.date, is_paused: bool = False) -> int:
    """Calendar days past the promised day; 0 when it does not bind or has not passed. Asked by pages and rule L16.

    While the citizen is waited for (`is_paused`) the clock stands; going on moves the promise by the days it stood.
    """
    if promised_on is None or is_paused or state not in PROMISED_STATES:
        return 0
    return max(0, (on - promised_on).days)


def due_by(day: dt.date) -> models.Q:
    """Files whose promise binds, whose clock runs, and which are promised for that day or an earlier one."""
    return models.Q(state__in=PROMISED_STATES, promised_on__lte=day, paused_at=None)


def due_today() -> models.Q:
    return due_by(timezone.localdate())


def overdue() -> models.Q:
    """What `days_overdue` is above 0 for, today (rule L16). Lists and figures ask this."""
    return due_by(timezone.localdate() - dt.timedelta(days=1))


def waiting_long() -> models.Q:
    """Cards that came back more than `card_waiting_days` days ago and nobody has taken (rule L17); one that came again
    counts from then. One query now."""
    limit = timezone.localdate() - dt.timedelta(days=Setting.values_on()["card_waiting_days"])
    came = Application.objects.filter(pk=models.OuterRef("pk"), steps__to_state=State.ARRIVED)
    before, since = came.filter(steps__at__date__lt=limit), came.filter(steps__at__date__gte=limit)
    return models.Q(models.Exists(before), ~models.Exists(since), state=State.ARRIVED)


def _at_and_by(step: str) -> models.CheckConstraint:
    both = {f"{step}_at__isnull": False, f"{step}_by__isnull": False}
    neither = {f"{step}_at": None, f"{step}_by": None}
    return models.CheckConstraint(
        condition=models.Q(**neither) | models.Q(**both), name=f"application_{step}_at_and_by"
    )  # fmt: skip


class ApplicationQuerySet(ScopedQuerySet["Application"]):
    def open(self) -> "ApplicationQuerySet":
        return self.exclude(state__in=FINAL_STATES)

    def overdue(self) -> "ApplicationQuerySet":
        return self.filter(overdue())


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Application(models.Model):
    """One file, from the first word of it: `serial` runs without gaps per commune and year and is taken when the file
    is begun, also as a draft; a file that ends early keeps its number. From "Đã thu nhận" on there are a day of receipt
    and a promise; the fee and its legal text are kept as they were on that day.

    `assigned_to` is who works on it. `paused_at`: the clock stands because the citizen is waited for. `returned_at`:
    the level above gave it back, until it is sent up again.
    """

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submit_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="applications")
    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="applications")
    year = models.SmallIntegerField("năm")
    serial = models.IntegerField("số thứ tự")
    kind = models.CharField("thủ tục", max_length=10, choices=Kind)
    reason = models.CharField("lý do", max_length=20)
    state = models.CharField("trạng thái", max_length=20, choices=State, default=State.RECEIVED)
    channel = models.CharField("hình thức nộp", max_length=10, choices=Channel, default=Channel.COUNTER)
    delivery = models.CharField("nơi nhận kết quả", max_length=10, choices=Delivery, default=Delivery.OFFICE)
    delivery_address = models.CharField("địa chỉ nhận qua bưu chính", max_length=250, blank=True)
    proposed_reason = models.CharField("lý do máy đề xuất", max_length=20, blank=True)
    representative_name = models.CharField("người đại diện", max_length=100, blank=True)
    representative_number = models.CharField("số định danh của người đại diện", max_length=12, blank=True)
    representative_relation = models.CharField("quan hệ của người đại diện", max_length=30, blank=True)
    old_card_taken = models.BooleanField("đã thu thẻ cũ", default=False)
    biometrics_taken = models.BooleanField("đã thu nhận sinh trắc", default=False)
    cc01_signed = models.BooleanField("đã ký phiếu CC01", default=False)
    received_at = models.DateTimeField("thu nhận lúc", null=True, blank=True)
    promised_on = models.DateField("hẹn trả", null=True, blank=True)
    data_due_on = models.DateField("hạn điều chỉnh dữ liệu", null=True, blank=True)
    fee_vnd = models.IntegerField("lệ phí (đồng)", default=0)
    fee_text = models.CharField("căn cứ lệ phí", max_length=300, blank=True)
    exemption = models.CharField("lý do miễn", max_length=30, blank=True)
    note = models.CharField("ghi chú", max_length=300, blank=True)
    created_at = models.DateTimeField("lập lúc", default=timezone.now)
    created_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    assigned_to = models.ForeignKey(
        Officer, verbose_name="cán bộ giữ hồ sơ", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    paused_at = models.DateTimeField("chờ công dân từ", null=True, blank=True)
    paused_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    pause_reason = models.CharField("chờ công dân vì", max_length=300, blank=True)
    returned_at = models.DateTimeField("cấp trên trả lại lúc", null=True, blank=True)
    returned_reason = models.CharField("lý do cấp trên trả lại", max_length=300, blank=True)
    overdue_reason = models.CharField("lý do quá hạn", max_length=300, blank=True)
    overdue_reason_at = models.DateTimeField(null=True, blank=True)
    overdue_reason_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "hồ sơ căn cước"
        verbose_name_plural = "hồ sơ căn cước"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["commune", "state", "promised_on"], name="application_queue"),
            models.Index(fields=["assigned_to", "state"], name="application_mine"),
            models.Index(fields=["commune", "received_at"], name="application_received"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["commune", "year", "serial"], name="application_number"),
            models.UniqueConstraint(
                fields=["resident"], condition=~models.Q(state__in=FINAL_STATES), name="one_open_application"
            ),
            models.CheckConstraint(condition=models.Q(fee_vnd__gte=0), name="fee_not_negative"),
            models.CheckConstraint(
                condition=~models.Q(state__in=AFTER_RECEIPT)
                | models.Q(received_at__isnull=False, promised_on__isnull=False),
                name="received_means_promised",
            ),
            _at_and_by("paused"),
            _at_and_by("overdue_reason"),
        ]

    def __str__(self) -> str:
        return self.file_number

    @property
    def file_number(self) -> str:
        """ "26-00418": year and serial within the commune."""
        return f"{self.year % 100:02d}-{self.serial:05d}"

    @property
    def is_open(self) -> bool:
        return self.state not in FINAL_STATES

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def days_overdue(self) -> int:
        return days_overdue(self.state, self.promised_on, on=timezone.localdate(), is_paused=self.is_paused)

    @property
    def receipt(self) -> "Receipt | None":
        """The slip that stands: the newest one, unless it was withdrawn. One query."""
        return self.receipts.filter(withdrawn_at=None).first()

    def audit_label(self) -> str:
        return f"Hồ sơ {self.file_number}, {self.resident}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Counter(models.Model):
    """The last number given out in one commune, year and series. Locked while a number is taken: no gaps, no twins."""

    commune_path = "commune"

    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField()
    series = models.CharField(max_length=12)
    last = models.IntegerField(default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["commune", "year", "series"], name="one_counter_a_series")]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"
