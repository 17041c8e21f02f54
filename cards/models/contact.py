"""Reaching people: every call or visit about a card, an account or an invitation; and the invitations themselves."""

import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet


class About(models.TextChoices):
    CARD = "card", "Thẻ đã về"
    DATA = "data", "Bổ sung hồ sơ"
    EID = "eid", "Kích hoạt định danh"
    MUST_COME = "must_come", "Mời làm thẻ"


class ContactVia(models.TextChoices):
    PHONE = "phone", "Gọi điện"
    VISIT = "visit", "Đến nhà"
    LETTER = "letter", "Giấy mời"
    MESSAGE = "message", "Nhắn tin"


class ContactResult(models.TextChoices):
    REACHED = "reached", "Đã báo được"
    WILL_COME = "will_come", "Hẹn sẽ đến"
    NO_ANSWER = "no_answer", "Không liên lạc được"
    WRONG_NUMBER = "wrong_number", "Sai số điện thoại"
    SENT = "sent", "Đã gửi"
    DONE = "done", "Đã làm xong"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Contact(models.Model):
    """One try to reach somebody; who, when, how and what came of it."""

    commune_path = "resident__commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="contacts")
    application = models.ForeignKey(
        "cards.Application", null=True, blank=True, on_delete=models.PROTECT, related_name="contacts"
    )
    about = models.CharField("về việc", max_length=10, choices=About)
    via = models.CharField("cách", max_length=10, choices=ContactVia, default=ContactVia.PHONE)
    result = models.CharField("kết quả", max_length=15, choices=ContactResult)
    note = models.CharField("ghi chú", max_length=300, blank=True)
    again_on = models.DateField("hẹn gọi lại ngày", null=True, blank=True)
    at = models.DateTimeField("lúc", default=timezone.now)
    by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "lần liên hệ"
        verbose_name_plural = "lần liên hệ"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["resident", "about", "at"], name="contact_of_person")]

    def __str__(self) -> str:
        return f"{self.get_about_display()}: {self.get_result_display().lower()}"


class Why(models.TextChoices):
    """Why somebody must come (Luật Căn cước Đ19, Đ21, Đ46)."""

    AGE_14 = "age_14", "Đủ 14 tuổi"
    AGE_25 = "age_25", "Đủ 25 tuổi"
    AGE_40 = "age_40", "Đủ 40 tuổi"
    AGE_60 = "age_60", "Đủ 60 tuổi"
    EXPIRED = "expired", "Thẻ đã hết hạn"
    CMND = "cmnd", "Chỉ còn CMND"
    NO_CARD = "no_card", "Chưa có thẻ"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Invitation(models.Model):
    """One letter to one person for one reason; `group` is the school or the place it is handed out at, free text."""

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="invitations")
    why = models.CharField("lý do mời", max_length=10, choices=Why)
    due_on = models.DateField("ngày đến hạn")
    year = models.SmallIntegerField("năm")
    serial = models.IntegerField("số giấy mời")
    group = models.CharField("trường, nơi phát", max_length=100, blank=True)
    come_on = models.DateField("mời đến ngày", null=True, blank=True)
    printed = models.ForeignKey(
        "cards.PrintJob", null=True, blank=True, on_delete=models.PROTECT, related_name="invitations"
    )
    made_at = models.DateTimeField("lập lúc", default=timezone.now)
    made_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cancelled_reason = models.CharField("lý do bỏ", max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "giấy mời làm thẻ"
        verbose_name_plural = "giấy mời làm thẻ"
        ordering = ["-year", "-serial"]
        constraints = [
            models.UniqueConstraint(fields=["commune", "year", "serial"], name="invitation_number"),
            models.CheckConstraint(
                condition=models.Q(cancelled_at=None, cancelled_by=None)
                | models.Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="invitation_cancelled_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"Giấy mời {self.number}"

    def audit_label(self) -> str:
        return f"Giấy mời {self.number}, {self.resident}"

    @property
    def number(self) -> str:
        """ "26-00012": year and serial of letters within the commune."""
        return f"{self.year % 100:02d}-{self.serial:05d}"
