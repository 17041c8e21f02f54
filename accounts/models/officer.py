"""The people who work here. An officer signs in with a badge number, works in one unit, and has one role."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from accounts.roles import RIGHTS, SECOND_FACTOR_ROLES, Right, Role


class OfficerManager(BaseUserManager["Officer"]):
    def get_queryset(self) -> models.QuerySet["Officer"]:
        """With unit and province: every page names them, and the session loads the officer once."""
        return super().get_queryset().select_related("unit__parent")

    def select_for_update(self, *args: Any, **kwargs: Any) -> models.QuerySet["Officer"]:
        """The officer's row alone: PostgreSQL locks nothing on the far side of an outer join (allauth locks so)."""
        return super().get_queryset().select_for_update(*args, **kwargs)

    def create_user(self, badge_number: str, password: str | None = None, **fields) -> "Officer":
        officer = self.model(badge_number=badge_number.strip(), **fields)
        officer.set_password(password)
        officer.full_clean(exclude=["password"])
        officer.save(using=self._db)
        return officer

    def create_superuser(self, badge_number: str, password: str | None = None, **fields) -> "Officer":
        """The first administrator of an installation (`manage.py createsuperuser`). Sees no resident."""
        return self.create_user(badge_number, password, role=Role.ADMINISTRATOR, **fields)

    def get_by_natural_key(self, username: str | None) -> "Officer":
        return self.get(badge_number=username)


class Officer(AbstractBaseUser):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    badge_number = models.CharField(
        "số hiệu", max_length=20, unique=True, error_messages={"unique": "Số hiệu này đã có tài khoản."}
    )
    full_name = models.CharField("họ và tên", max_length=100)
    rank = models.CharField("cấp bậc", max_length=30, blank=True, help_text="Ví dụ: Đại úy")
    unit = models.ForeignKey(
        "accounts.Unit", verbose_name="đơn vị", null=True, blank=True, on_delete=models.PROTECT, related_name="officers"
    )
    role = models.CharField("vai trò", max_length=24, choices=Role, default=Role.OFFICER)
    is_active = models.BooleanField("đang làm việc", default=True)
    must_change_password = models.BooleanField("phải đổi mật khẩu", default=False, editable=False)
    created_at = models.DateTimeField("lập ngày", auto_now_add=True)

    objects = OfficerManager()

    USERNAME_FIELD = "badge_number"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "cán bộ"
        verbose_name_plural = "cán bộ"
        ordering = ["badge_number"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(role__in=[Role.OFFICER, Role.CHIEF, Role.PROVINCE_SUPERVISOR])
                | models.Q(unit__isnull=False),
                name="officer_has_a_unit",
                violation_error_message="Vai trò này phải có đơn vị.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rank} {self.full_name}".strip()

    def can(self, right: Right) -> bool:
        return self.is_active and right in RIGHTS[Role(self.role)]

    @property
    def must_have_second_factor(self) -> bool:
        """Where the installation demands it (SECOND_FACTOR_REQUIRED): everybody but the plain officer."""
        return settings.SECOND_FACTOR_REQUIRED and self.role in SECOND_FACTOR_ROLES

    # What Django's admin asks. Only the administrator gets in (config/admin.py), and only catalogues are registered.
    @property
    def is_staff(self) -> bool:
        return self.can(Right.ACCOUNTS_MANAGE)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff
