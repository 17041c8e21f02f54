"""An application for an identity card: one file, from the counter to the hand; and when one is late."""

import datetime as dt
import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer, Setting
from accounts.scope import ScopedQuerySet


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


class Channel(models.TextChoices):
    COUNTER = "counter", "Tại trụ sở"
    ONLINE = "online", "Trực tuyến"


class Delivery(models.TextChoices):
    OFFICE = "office", "Nhận tại cơ quan Công an"
    POST = "post", "Qua bưu chính"


def days_overdue(state: str, promised_on: dt.date, *, on: dt.date) -> int:
    """Calendar days past the promised day; 0 when it does not bind or has not passed. Asked by pages and rule L16."""
    return max(0, (on - promised_on).days) if state in PROMISED_STATES else 0


def due_by(day: dt.date) -> models.Q:
    """Files whose promise binds and is for that day or an earlier one."""
    return models.Q(state__in=PROMISED_STATES, promised_on__lte=day)


def due_today() -> models.Q:
    return due_by(timezone.localdate())


def overdue() -> models.Q:
    """What `days_overdue` is above 0 for, today (rule L16). Lists and figures ask this."""
    return due_by(timezone.localdate() - dt.timedelta(days=1))


def waiting_long() -> models.Q:
    """Cards that came back more than `card_waiting_days` days ago and nobody has taken (rule L17). One query now."""
    limit = timezone.localdate() - dt.timedelta(days=Setting.values_on()["card_waiting_days"])
    came = Application.objects.filter(
        pk=models.OuterRef("pk"), steps__to_state=State.ARRIVED, steps__at__date__lt=limit
    )
    return models.Q(models.Exists(came), state=State.ARRIVED)


class ApplicationQuerySet(ScopedQuerySet["Application"]):
    def open(self) -> "ApplicationQuerySet":
        return self.exclude(state__in=FINAL_STATES)

    def overdue(self) -> "ApplicationQuerySet":
        return self.filter(overdue())


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Application(models.Model):
    """One file. `serial` runs without gaps per commune and year; the fee and its legal text are kept as they were."""

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
    representative_name = models.CharField("người đại diện", max_length=100, blank=True)
    old_card_taken = models.BooleanField("đã thu thẻ cũ", default=False)
    biometrics_taken = models.BooleanField("đã thu nhận sinh trắc", default=False)
    cc01_signed = models.BooleanField("đã ký phiếu CC01", default=False)
    received_at = models.DateTimeField("thu nhận lúc", default=timezone.now)
    promised_on = models.DateField("hẹn trả")
    fee_vnd = models.IntegerField("lệ phí (đồng)", default=0)
    fee_text = models.CharField("căn cứ lệ phí", max_length=300)
    exemption = models.CharField("lý do miễn", max_length=30, blank=True)
    note = models.CharField("ghi chú", max_length=300, blank=True)
    created_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "hồ sơ căn cước"
        verbose_name_plural = "hồ sơ căn cước"
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["commune", "state", "promised_on"], name="application_queue"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["commune", "year", "serial"], name="application_number"),
            models.UniqueConstraint(
                fields=["resident"], condition=~models.Q(state__in=FINAL_STATES), name="one_open_application"
            ),
            models.CheckConstraint(condition=models.Q(fee_vnd__gte=0), name="fee_not_negative"),
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
    def days_overdue(self) -> int:
        return days_overdue(self.state, self.promised_on, on=timezone.localdate())

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
