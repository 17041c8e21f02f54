"""One line of the audit trail. Written once, by accounts.audit.record(); PostgreSQL refuses every change afterwards."""

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models.officer import Officer


class Action(models.TextChoices):
    SIGN_IN = "sign_in", "Đăng nhập"
    SIGN_IN_REFUSED = "sign_in_refused", "Đăng nhập bị từ chối"
    SIGN_OUT = "sign_out", "Đăng xuất"
    SESSION_ENDED = "session_ended", "Hết phiên làm việc"
    VIEW = "view", "Xem"
    REVEAL = "reveal", "Xem dữ liệu nhạy cảm"
    SEARCH_OUTSIDE = "search_outside", "Tra cứu ngoài địa bàn"
    CREATE = "create", "Lập mới"
    CHANGE = "change", "Sửa"
    MOVE = "move", "Chuyển bước"
    PRINT = "print", "In, tải"
    DECIDE = "decide", "Kết luận"
    REFUSED = "refused", "Bị từ chối"
    ADMIN = "admin", "Quản trị"
    SYSTEM = "system", "Hệ thống"


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    def in_scope(self, officer: "Officer") -> Self:
        """The auditor reads the trail of the unit he is posted to (all of it when he has none); nobody else reads."""
        from accounts.roles import Right

        if not officer.can(Right.AUDIT_READ):
            return self.none()
        if officer.unit is None:
            return self
        return self.filter(models.Q(unit_code=officer.unit.code) | models.Q(province_code=officer.unit.code))


class AuditEvent(models.Model):
    """Who did what to whom, as it read that day. Targets are text: the line outlives what it speaks of."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField("lúc", auto_now_add=True, db_index=True)
    action = models.CharField("việc", max_length=20, choices=Action)
    actor_badge = models.CharField("số hiệu", max_length=20, blank=True, db_index=True)
    actor_name = models.CharField("cán bộ", max_length=140, blank=True)
    unit_code = models.CharField(max_length=5, blank=True, db_index=True)
    unit_name = models.CharField("đơn vị", max_length=100, blank=True)
    province_code = models.CharField(max_length=5, blank=True)
    target_kind = models.CharField("loại", max_length=40, blank=True)
    target_ref = models.CharField("mã", max_length=40, blank=True, db_index=True)
    target_label = models.CharField("đối tượng", max_length=200, blank=True)
    sentence = models.TextField("nội dung")
    reason = models.CharField("lý do, mục đích", max_length=300, blank=True)
    ip_address = models.GenericIPAddressField("địa chỉ máy", null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = "dòng nhật ký"
        verbose_name_plural = "nhật ký truy cập"
        ordering = ["-at", "-pk"]
        indexes = [
            # Figures of a unit: what was changed, and who was looked up outside it.
            models.Index(
                fields=["unit_code", "at"],
                name="audit_figures",
                condition=models.Q(action__in=[Action.CHANGE, Action.SEARCH_OUTSIDE]),
            ),
        ]

    def __str__(self) -> str:
        return self.sentence
