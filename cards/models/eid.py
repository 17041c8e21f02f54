"""An electronic identity account (tài khoản định danh điện tử, VNeID): of whom, of which level, and how far it is."""

import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet
from registry.models.own_commune import commune_follows

STEPS = ("collected", "approved", "granted", "activated", "locked")


class EidLevel(models.IntegerChoices):
    """NĐ 69/2024/NĐ-CP: level 1 by oneself on VNeID, level 2 in person at any commune police."""

    ONE = 1, "Mức độ 1"
    TWO = 2, "Mức độ 2"


class EidState(models.TextChoices):
    """facts.md 9. Unlocking leads back to the state before."""

    COLLECTED = "collected", "Đã thu nhận"
    APPROVED = "approved", "Đã phê duyệt"
    GRANTED = "granted", "Đã cấp"
    ACTIVATED = "activated", "Đã kích hoạt"
    LOCKED = "locked", "Đã khóa"


def _at_and_by(step: str) -> models.CheckConstraint:
    both = {f"{step}_at__isnull": False, f"{step}_by__isnull": False}
    neither = {f"{step}_at": None, f"{step}_by": None}
    return models.CheckConstraint(
        condition=models.Q(**neither) | models.Q(**both), name=f"eid_{step}_at_and_by"
    )  # fmt: skip


def _state_has_its_day(step: str) -> models.CheckConstraint:
    stands = models.Q(**{f"{step}_at__isnull": False})
    return models.CheckConstraint(condition=~models.Q(state=step) | stands, name=f"eid_{step}_has_its_day")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["commune"])
class EidAccount(models.Model):
    """The account of one person; level 1 becomes level 2, there is never a second one. Kept beside the ministry's
    system, which grants it: `…_by` is the officer who wrote the step down here.

    A phone number is linked to one account only (NĐ 69/2024/NĐ-CP); the database holds it.
    """

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="eid_accounts")
    commune = models.ForeignKey(
        "accounts.Unit", on_delete=models.PROTECT, related_name="+", blank=True, editable=False, db_index=False
    )
    application = models.ForeignKey(
        "cards.Application", verbose_name="hồ sơ căn cước làm cùng", null=True, blank=True, on_delete=models.PROTECT,
        related_name="eid_accounts",
    )  # fmt: skip
    promised_on = models.DateField("hẹn trả kết quả", null=True, blank=True)
    level = models.SmallIntegerField("mức độ", choices=EidLevel, default=EidLevel.TWO)
    state = models.CharField("trạng thái", max_length=10, choices=EidState, default=EidState.COLLECTED)
    phone = models.CharField("số điện thoại của tài khoản", max_length=20, blank=True)
    collected_at = models.DateTimeField("thu nhận lúc", null=True, blank=True)
    collected_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField("phê duyệt lúc", null=True, blank=True)
    approved_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField("cấp lúc", null=True, blank=True)
    granted_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    activated_at = models.DateTimeField("kích hoạt lúc", null=True, blank=True)
    activated_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    locked_at = models.DateTimeField("khóa lúc", null=True, blank=True)
    locked_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    locked_reason = models.CharField("lý do khóa", max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "tài khoản định danh điện tử"
        verbose_name_plural = "tài khoản định danh điện tử"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["state", "granted_at"], name="eid_waiting"),
            models.Index(
                fields=["commune"],
                include=["resident", "level", "collected_at", "granted_at", "activated_at"],
                name="eid_figures",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["resident"], name="one_eid_account_a_person"),
            models.UniqueConstraint(fields=["phone"], condition=~models.Q(phone=""), name="one_eid_account_a_phone"),
            *map(_at_and_by, STEPS),
            *map(_state_has_its_day, STEPS),
        ]
        triggers = [commune_follows()]

    def __str__(self) -> str:
        return f"Tài khoản định danh {self.get_level_display().lower()}, {self.get_state_display().lower()}"

    def audit_label(self) -> str:
        return f"{self}: {self.resident}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class EidStep(models.Model):
    """One move of an account: who, when, from where to where."""

    commune_path = "account__commune"

    account = models.ForeignKey(EidAccount, on_delete=models.PROTECT, related_name="steps")
    move = models.CharField("bước", max_length=30)
    from_state = models.CharField("từ", max_length=10, choices=EidState, blank=True)
    to_state = models.CharField("đến", max_length=10, choices=EidState)
    level = models.SmallIntegerField("mức độ", choices=EidLevel, default=EidLevel.TWO)
    at = models.DateTimeField("lúc", default=timezone.now)
    by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    note = models.CharField("ghi chú", max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "bước của tài khoản định danh"
        verbose_name_plural = "bước của tài khoản định danh"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_to_state_display()}"
