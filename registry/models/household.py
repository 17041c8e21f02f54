"""Households, who belongs to them and as what."""

import uuid

import pghistory
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.scope import ScopedQuerySet
from registry.models.sourced import Sourced

HEAD = "CHU_HO"


class HouseholdRole(models.Model):
    """One relation to the head of household of the official list, with its dates. Source: TT 116/2026/TT-BCA Đ6 k1."""

    code = models.CharField("mã", max_length=16)
    name = models.CharField("tên", max_length=60)
    required_sex = models.SmallIntegerField("giới tính bắt buộc", null=True, blank=True, help_text="1 nam, 2 nữ")
    generation = models.SmallIntegerField("thế hệ so với chủ hộ", null=True, blank=True, help_text="con = 1, cha = −1")
    position = models.SmallIntegerField("thứ tự", default=0)
    valid_from = models.DateField("áp dụng từ")
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    class Meta:
        verbose_name = "quan hệ với chủ hộ"
        verbose_name_plural = "quan hệ với chủ hộ"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="household_role_once_per_date")]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Household(models.Model):
    """People who live together and are registered together. `code` is the office's number within the commune."""

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="households")
    code = models.CharField("số hộ", max_length=10)
    hamlet = models.CharField("thôn, tổ dân phố", max_length=100, blank=True)
    street = models.CharField("số nhà, đường", max_length=150, blank=True)
    closed_on = models.DateField("đóng ngày", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "hộ"
        verbose_name_plural = "hộ"
        ordering = ["commune", "code"]
        constraints = [models.UniqueConstraint(fields=["commune", "code"], name="household_code_in_commune")]
        indexes = [
            # How many households a hamlet has, and who lives in it (with membership_home): figures.
            models.Index(fields=["commune", "hamlet"], name="household_figures", include=["id", "closed_on"]),
        ]

    def __str__(self) -> str:
        return f"Hộ {self.code}"

    def get_absolute_url(self) -> str:
        return reverse("registry:household", args=[self.public_id])

    @property
    def address(self) -> str:
        return ", ".join(filter(None, [self.street, self.hamlet]))

    def audit_label(self) -> str:
        return f"Hộ {self.code}, {self.address}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Membership(Sourced):
    """One person in one household between two dates. Without a role the relation to the head is not yet known."""

    commune_path = "household__commune"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="memberships")
    resident = models.ForeignKey("registry.Resident", on_delete=models.CASCADE, related_name="memberships")
    role = models.ForeignKey(HouseholdRole, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField("từ ngày", null=True, blank=True)
    to_on = models.DateField("đến ngày", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "thành viên hộ"
        verbose_name_plural = "thành viên hộ"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "household"], condition=models.Q(to_on=None), name="in_a_household_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["household"], include=["id", "resident"], name="membership_home", condition=models.Q(to_on=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resident} – {self.role or 'chưa rõ quan hệ'}"
