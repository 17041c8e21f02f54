"""The slip in the citizen's hand: its frozen text, the PDF that a worker made of it, every copy that left the office,
and the keys that prove it."""

import datetime as dt
import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet
from cards.models.application import Application

SLOW = dt.timedelta(seconds=10)


class RenderState(models.TextChoices):
    WAITING = "waiting", "Đang chờ in"
    READY = "ready", "Đã có bản in"
    FAILED = "failed", "Chưa in được"


class Paper(models.TextChoices):
    A5 = "A5", "A5"
    A4 = "A4", "A4"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(),
                 exclude=["claimed_until"])  # fmt: skip
class Receipt(models.Model):
    """One slip. `content` is what is printed, frozen when the number was taken: `serial` runs without gaps per commune
    and year. A correction is a new slip that names the one it replaces; of one file one slip stands at most.

    A row in state WAITING is the work order: workers claim it, the sweep finds it again. `key_id` names the key that
    signed the code on it ("" on slips from before there were keys).
    """

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="receipts")
    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField("năm")
    serial = models.IntegerField("số phiếu")
    replaces = models.OneToOneField(
        "self", verbose_name="thay cho phiếu", null=True, blank=True, on_delete=models.PROTECT,
        related_name="replaced_by",
    )  # fmt: skip
    withdrawn_at = models.DateTimeField("thu hồi lúc", null=True, blank=True)
    withdrawn_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.CharField("lý do thu hồi", max_length=300, blank=True)
    key_id = models.CharField("khóa ký", max_length=16, blank=True)
    content = models.JSONField("nội dung")
    state = models.CharField("bản in", max_length=10, choices=RenderState, default=RenderState.WAITING)
    issued_at = models.DateTimeField("lập lúc", default=timezone.now)
    rendered_at = models.DateTimeField(null=True, blank=True)
    attempts = models.SmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    print_count = models.IntegerField("số lần in, tải", default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "phiếu hẹn"
        verbose_name_plural = "phiếu hẹn"
        ordering = ["-issued_at", "-pk"]
        indexes = [
            models.Index(fields=["id"], name="receipt_waiting", condition=models.Q(state=RenderState.WAITING)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["commune", "year", "serial"], name="receipt_number"),
            models.UniqueConstraint(
                fields=["application"], condition=models.Q(withdrawn_at=None), name="one_standing_receipt"
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_by=None)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="receipt_withdrawn_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"Phiếu hẹn {self.application.file_number}"

    @property
    def number(self) -> str:
        """ "26-00418": year and serial of slips within the commune."""
        return f"{self.year % 100:02d}-{self.serial:05d}"

    @property
    def is_slow(self) -> bool:
        """The counter has waited longer than a citizen should: the page says how to go on by hand."""
        return self.state == RenderState.WAITING and timezone.now() - self.issued_at > SLOW


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["pdf"])
class ReceiptFile(models.Model):
    """The stored bytes of one paper size and their SHA-256: reprinting serves these, never a new rendering."""

    commune_path = "receipt__commune"

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="files")
    paper = models.CharField("khổ giấy", max_length=2, choices=Paper)
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    renderer = models.CharField("bộ dựng", max_length=60)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "bản in phiếu hẹn"
        verbose_name_plural = "bản in phiếu hẹn"
        constraints = [models.UniqueConstraint(fields=["receipt", "paper"], name="one_file_a_paper")]

    def __str__(self) -> str:
        return f"{self.receipt} {self.paper}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["pdf"])
class ReceiptCopy(models.Model):
    """One paper that left the office: `n` 1 is the slip itself, 2 and on are stamped "IN LẠI LẦN n-1" and have a
    reason. `pdf` holds the stamped bytes; of the slip itself they are the ReceiptFile's."""

    commune_path = "receipt__commune"

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="copies")
    n = models.SmallIntegerField("bản thứ")
    paper = models.CharField("khổ giấy", max_length=2, choices=Paper)
    reason = models.CharField("lý do in lại", max_length=200, blank=True)
    at = models.DateTimeField("in lúc", default=timezone.now)
    by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    pdf = models.BinaryField(null=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "bản phiếu đã in"
        verbose_name_plural = "bản phiếu đã in"
        ordering = ["receipt", "n"]
        constraints = [
            models.UniqueConstraint(fields=["receipt", "n"], name="one_copy_a_number"),
            models.CheckConstraint(condition=models.Q(n=1) | ~models.Q(reason=""), name="reprint_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.receipt}, bản {self.n}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SigningKey(models.Model):
    """The public half of a key that signs slips; the private half is in the environment alone. Retired keys stay:
    slips that they signed are genuine still."""

    key_id = models.CharField("mã khóa", max_length=16, unique=True)
    public_key = models.CharField("khóa công khai (hex)", max_length=64)
    made_at = models.DateTimeField("dùng từ", default=timezone.now)
    retired_at = models.DateTimeField("thôi dùng từ", null=True, blank=True)

    class Meta:
        verbose_name = "khóa ký phiếu"
        verbose_name_plural = "khóa ký phiếu"
        ordering = ["-made_at", "key_id"]

    def __str__(self) -> str:
        return self.key_id
