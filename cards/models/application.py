"""An application for an identity card: one file, from the counter to the hand."""

import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
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


class Channel(models.TextChoices):
    COUNTER = "counter", "Tại trụ sở"
    ONLINE = "online", "Trực tuyến"


class Delivery(models.TextChoices):
    OFFICE = "office", "Nhận tại cơ quan Công an"
    POST = "post", "Qua bưu chính"


class ApplicationQuerySet(ScopedQuerySet["Application"]):
    def open(self) -> "ApplicationQuerySet":
        return self.exclude(state__in=FINAL_STATES)

    def overdue(self) -> "ApplicationQuerySet":
        """Open, not yet back from above, and past the promised day."""
        return self.open().exclude(state=State.ARRIVED).filter(promised_on__lt=timezone.localdate())


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
        """Calendar days past the promised day, 0 when not overdue."""
        if not self.is_open or self.state == State.ARRIVED:
            return 0
        return max(0, (timezone.localdate() - self.promised_on).days)

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
