"""Two records that may be one person, and the case that gathers all records which hang together."""

import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.roles import Right, Role
from accounts.scope import ScopedQuerySet, communes_of
from registry.models.own_commune import commune_follows


class PairState(models.TextChoices):
    SUSPECTED = "suspected", "Nghi trùng"
    ASKED = "asked", "Hỏi đồng chí khác"
    SAME = "same", "Một người"
    DIFFERENT = "different", "Hai người khác nhau"
    GONE = "gone", "Không còn giống"


class PairClass(models.TextChoices):
    """What the engine takes the two for (registry.matching): a person wins over a family by the sign of the score."""

    SAME = "M", "Một người"
    FAMILY = "F", "Người trong nhà"
    STRANGERS = "U", "Không liên quan"


class DuplicateQuerySet(ScopedQuerySet["DuplicatePair"]):
    def in_scope(self, officer: Officer) -> "DuplicateQuerySet":
        """A pair belongs to both communes: whoever answers for one side sees it, given the right to look across."""
        if officer.role == Role.MINISTRY_SUPERVISOR:
            return self
        left, right = communes_of(officer, "left_commune"), communes_of(officer, "right_commune")
        return self.filter(left | right if officer.can(Right.DUPLICATES_ACROSS) else left & right)

    def waiting(self) -> "DuplicateQuerySet":
        """What an officer has yet to decide; a pair a colleague was asked about waits too."""
        return self.filter(state__in=[PairState.SUSPECTED, PairState.ASKED])


class CaseQuerySet(ScopedQuerySet["DuplicateCase"]):
    def in_scope(self, officer: Officer) -> "CaseQuerySet":
        """As its pairs: who sees one of them sees the case. One without any pair is nobody's."""
        pairs = DuplicatePair.objects.in_scope(officer).filter(case=models.OuterRef("pk"))
        return self.filter(models.Exists(pairs))

    def open(self) -> "CaseQuerySet":
        return self.filter(closed_at=None)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(),
                 exclude=["held_by", "held_until"])  # fmt: skip
class DuplicateCase(models.Model):
    """Records that hang together by pairs which wait: two of them, or many. Worked on by one officer at a time.

    Kept by registry/duplicates/cases.py whenever pairs change. `people` counts the records, `score` and `kind` are the
    strongest pair's, `found_at` the oldest's. `held_by` works on it until `held_until`; later it is anybody's again.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    people = models.SmallIntegerField("số hồ sơ", default=2)
    score = models.IntegerField("điểm", default=0)
    kind = models.CharField("loại", max_length=1, choices=PairClass, default=PairClass.SAME)
    is_cross = models.BooleanField("liên xã", default=False)
    is_mixed = models.BooleanField("lẫn nhiều người", default=False)
    """Two sexes, two valid numbers or birth dates far apart under one roof: to be split, not merged."""
    is_for_chief = models.BooleanField("trưởng xem", default=False)
    found_at = models.DateTimeField("tìm thấy lúc", default=timezone.now)
    closed_at = models.DateTimeField("xong lúc", null=True, blank=True)
    held_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    held_until = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "vụ nghi trùng"
        verbose_name_plural = "vụ nghi trùng"
        ordering = ["-score", "found_at", "pk"]
        indexes = [
            models.Index(fields=["-score", "found_at"], name="case_queue", condition=models.Q(closed_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(held_by=None, held_until=None)
                | models.Q(held_by__isnull=False, held_until__isnull=False),
                name="case_held_by_and_until",
            ),
        ]

    def __str__(self) -> str:
        return f"Vụ nghi trùng {self.people} hồ sơ"

    def audit_label(self) -> str:
        return str(self)


# Which case a pair is in follows from the pairs: no row of history for every regrouping.
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["case", "left_commune", "right_commune"],
)
class DuplicatePair(models.Model):
    """A suspected pair, lower id on the left, with the engine's evidence and the sentence an officer reads.

    `score` is in hundredths of a bit; `lines` is [[field, level, hundredths of a bit]], values are never kept here. In
    state ASKED, `decided_by` and `decided_at` say who asked and when. `decided_on` is what a decision stood on, per
    side {field: fingerprint of its value}; when one of them changes, the pair returns and `returned_for` names it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    left = models.ForeignKey("registry.Resident", on_delete=models.CASCADE, related_name="pairs_left")
    right = models.ForeignKey("registry.Resident", on_delete=models.CASCADE, related_name="pairs_right")
    left_commune = models.ForeignKey(
        "accounts.Unit", on_delete=models.PROTECT, related_name="+", blank=True, editable=False
    )
    right_commune = models.ForeignKey(
        "accounts.Unit", on_delete=models.PROTECT, related_name="+", blank=True, editable=False
    )
    state = models.CharField("tình trạng", max_length=10, choices=PairState, default=PairState.SUSPECTED)
    case = models.ForeignKey(
        "registry.DuplicateCase", null=True, blank=True, on_delete=models.SET_NULL, related_name="pairs"
    )
    kind = models.CharField("loại", max_length=1, choices=PairClass, default=PairClass.SAME)
    lines = models.JSONField(default=list)
    model_version = models.CharField(max_length=60, blank=True)
    sentence = models.CharField("vì sao", max_length=300, blank=True)
    score = models.IntegerField("điểm", default=0)
    found_at = models.DateTimeField("tìm thấy lúc", default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField("ghi chú", max_length=300, blank=True)
    decided_on = models.JSONField(default=dict, blank=True)
    returned_for = models.CharField("trở lại vì", max_length=300, blank=True)

    objects = DuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = "cặp nghi trùng"
        verbose_name_plural = "cặp nghi trùng"
        ordering = ["-score", "found_at", "pk"]
        indexes = [models.Index(fields=["state", "-score", "found_at"], name="pair_queue")]
        constraints = [
            models.UniqueConstraint(fields=["left", "right"], name="pair_once"),
            models.CheckConstraint(condition=models.Q(left__lt=models.F("right")), name="pair_lower_id_left"),
            models.CheckConstraint(
                condition=models.Q(decided_at=None, decided_by=None)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="pair_decided_at_and_by",
            ),
        ]
        triggers = [commune_follows("left", "left_commune"), commune_follows("right", "right_commune")]

    def __str__(self) -> str:
        return f"{self.left} · {self.right}"

    def audit_label(self) -> str:
        return f"Cặp nghi trùng: {self.left.audit_label()} – {self.right.audit_label()}"
