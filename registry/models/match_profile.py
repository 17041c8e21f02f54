"""What the matching engine keeps of a resident, and what it knows of the whole register.

Profiles, frequencies and parked keys are derived: they can be thrown away and made again, so they have no history.
"""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet


class MatchProfile(models.Model):
    """A resident normalised for comparing (registry.matching.normalise), with the blocking keys hashed to bigint.

    Texts are the engine's normal forms; "" is "not known". `birth` is YYYY, YYYY-MM or YYYY-MM-DD. `numbers` and
    `cmnds` hold every number the person ever bore, the active one first, joined by spaces.
    """

    commune_path = "resident__commune"

    resident = models.OneToOneField(
        "registry.Resident", primary_key=True, on_delete=models.CASCADE, related_name="match_profile"
    )
    name = models.TextField(blank=True)
    birth = models.CharField(max_length=10, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    numbers = models.TextField(blank=True)
    cmnds = models.TextField(blank=True)
    mother = models.TextField(blank=True)
    father = models.TextField(blank=True)
    commune = models.CharField(max_length=20, blank=True)
    address = models.TextField(blank=True)
    hamlet = models.TextField(blank=True)
    home_town = models.TextField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    keys = ArrayField(models.BigIntegerField(), default=list)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "bản so trùng"
        verbose_name_plural = "bản so trùng"
        indexes = [
            # Without the list of pending entries: a check while somebody types must not read a day's work through.
            GinIndex(fields=["keys"], name="match_profile_keys", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"Bản so trùng {self.pk}"


class MatchFrequency(models.Model):
    """How many residents bear a value: rare values that agree say more. Written by the nightly run over everything."""

    field = models.CharField(max_length=12)
    value = models.BigIntegerField()
    """The engine's hash of the normal form."""
    count = models.IntegerField()

    class Meta:
        verbose_name = "tần suất giá trị"
        verbose_name_plural = "tần suất giá trị"
        constraints = [models.UniqueConstraint(fields=["field", "value"], name="match_frequency_once")]

    def __str__(self) -> str:
        return f"{self.field} {self.value}: {self.count}"


class MatchBusyKey(models.Model):
    """A blocking key that too many residents share: not followed, and counted aloud (the runaway stop)."""

    key = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=40)
    holders = models.IntegerField()
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "khóa tìm quá đông"
        verbose_name_plural = "khóa tìm quá đông"

    def __str__(self) -> str:
        return f"{self.kind}: {self.holders}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["residents"])
class MatchModel(models.Model):
    """A set of weights with the two lines drawn on the score. One is in use; the others can be compared with it.

    `body` is the engine's model file. `review_at` and `certain_at` are hundredths of a bit: from the first on a pair
    waits for an officer, from the second on it is "gần như chắc chắn". `residents` is the size of the register that
    the prior was drawn for.
    """

    version = models.CharField("phiên bản", max_length=60, unique=True)
    body = models.JSONField()
    note = models.CharField("ghi chú", max_length=300, blank=True)
    residents = models.IntegerField("cỡ sổ", default=0)
    review_at = models.IntegerField("ngưỡng cần xem")
    certain_at = models.IntegerField("ngưỡng gần như chắc chắn")
    is_current = models.BooleanField("đang dùng", default=False)
    created_at = models.DateTimeField(default=timezone.now)
    set_at = models.DateTimeField(null=True, blank=True)
    set_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "mô hình so trùng"
        verbose_name_plural = "mô hình so trùng"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=models.Q(is_current=True), name="one_match_model_in_use"
            ),
            models.CheckConstraint(
                condition=models.Q(review_at__lte=models.F("certain_at")), name="review_line_below_certain_line"
            ),
        ]

    def __str__(self) -> str:
        return self.version
