"""Appointments: which hours the desk offers, and who comes when."""

import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet
from cards.models.application import Application


class Purpose(models.TextChoices):
    INTAKE = "intake", "Thu nhận hồ sơ"
    HANDOVER = "handover", "Trả thẻ"


class AppointmentState(models.TextChoices):
    BOOKED = "booked", "Đã hẹn"
    CAME = "came", "Đã đến"
    MISSED = "missed", "Không đến"
    CANCELLED = "cancelled", "Đã hủy"


class AppointmentVia(models.TextChoices):
    WALK_IN = "walk_in", "Đến trực tiếp"
    OFFICE = "office", "Hẹn tại trụ sở, qua điện thoại"
    ONLINE = "online", "Đặt lịch trực tuyến"


class Weekday(models.IntegerChoices):
    MONDAY = 0, "Thứ Hai"
    TUESDAY = 1, "Thứ Ba"
    WEDNESDAY = 2, "Thứ Tư"
    THURSDAY = 3, "Thứ Năm"
    FRIDAY = 4, "Thứ Sáu"
    SATURDAY = 5, "Thứ Bảy"
    SUNDAY = 6, "Chủ nhật"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SlotRule(models.Model):
    """The desk offers, on one weekday between two dates, slots of `minutes` from `starts` to `ends`, each for
    `capacity` people. Locked while a place in one of its slots is taken."""

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField("việc", max_length=10, choices=Purpose)
    weekday = models.SmallIntegerField("thứ", choices=Weekday)
    starts = models.TimeField("từ")
    ends = models.TimeField("đến")
    minutes = models.SmallIntegerField("mỗi khung (phút)", default=60)
    capacity = models.SmallIntegerField("số người mỗi khung", default=4)
    valid_from = models.DateField("áp dụng từ")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "khung giờ tiếp công dân"
        verbose_name_plural = "khung giờ tiếp công dân"
        ordering = ["purpose", "weekday", "starts", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "purpose", "weekday", "starts", "valid_from"], name="one_slot_rule_a_start"
            ),
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="slot_ends_after_start"),
            models.CheckConstraint(condition=models.Q(minutes__gte=5, capacity__gte=0), name="slot_has_size"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Appointment(models.Model):
    """One citizen, one slot, for one file."""

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="appointments")
    purpose = models.CharField("việc", max_length=10, choices=Purpose)
    via = models.CharField("hẹn qua", max_length=10, choices=AppointmentVia, default=AppointmentVia.OFFICE)
    starts_at = models.DateTimeField("từ")
    ends_at = models.DateTimeField("đến")
    state = models.CharField("tình trạng", max_length=10, choices=AppointmentState, default=AppointmentState.BOOKED)
    note = models.CharField("ghi chú", max_length=300, blank=True)
    created_at = models.DateTimeField("lập lúc", default=timezone.now)
    created_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "lịch hẹn"
        verbose_name_plural = "lịch hẹn"
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["commune", "purpose", "starts_at"], name="appointment_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "purpose"], condition=models.Q(state="booked"), name="one_standing_appointment"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="appointment_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by=None, state="booked")
                | (models.Q(closed_at__isnull=False, closed_by__isnull=False) & ~models.Q(state="booked")),
                name="appointment_closed_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {timezone.localtime(self.starts_at):%H:%M %d/%m/%Y}"
