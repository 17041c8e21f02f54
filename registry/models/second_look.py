"""A decision about a pair, drawn at random to be taken again by a second officer who does not know the first."""

import uuid

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet
from registry.models.duplicate import DuplicatePair


class Verdict(models.TextChoices):
    SAME = "same", "Một người"
    DIFFERENT = "different", "Hai người"


class SecondLookQuerySet(ScopedQuerySet["SecondLook"]):
    def in_scope(self, officer: Officer) -> "SecondLookQuerySet":
        return self.filter(pair__in=DuplicatePair.objects.in_scope(officer))

    def awaited(self) -> "SecondLookQuerySet":
        return self.filter(second_at=None)

    def done(self) -> "SecondLookQuerySet":
        return self.filter(second_at__isnull=False)

    def agreed(self) -> "SecondLookQuerySet":
        return self.filter(second_verdict=models.F("first_verdict"))

    def contested(self) -> "SecondLookQuerySet":
        return self.done().exclude(second_verdict=models.F("first_verdict"))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["picture"])
class SecondLook(models.Model):
    """The same question put to two officers. `picture` is what the first had before him, [[row, left, right]], because
    a merge may have moved it since; it is emptied with the second answer."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pair = models.ForeignKey("registry.DuplicatePair", on_delete=models.CASCADE, related_name="second_looks")
    picture = models.JSONField(default=list)
    first_verdict = models.CharField("kết luận thứ nhất", max_length=10, choices=Verdict)
    first_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField(default=timezone.now)
    second_verdict = models.CharField("kết luận thứ hai", max_length=10, choices=Verdict, blank=True)
    second_by = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    second_at = models.DateTimeField(null=True, blank=True)

    objects = SecondLookQuerySet.as_manager()

    class Meta:
        verbose_name = "lượt xem lần hai"
        verbose_name_plural = "lượt xem lần hai"
        ordering = ["first_at", "pk"]
        indexes = [models.Index(fields=["first_by", "first_at"], name="second_look_of_officer")]
        constraints = [
            models.UniqueConstraint(
                fields=["pair"], condition=models.Q(second_at=None), name="one_second_look_awaited_per_pair"
            ),
            models.CheckConstraint(
                condition=models.Q(second_at=None, second_by=None, second_verdict="")
                | (models.Q(second_at__isnull=False, second_by__isnull=False) & ~models.Q(second_verdict="")),
                name="second_look_at_by_and_verdict",
            ),
            models.CheckConstraint(
                condition=models.Q(second_by=None) | ~models.Q(second_by=models.F("first_by")),
                name="second_look_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"Xem lần hai: {self.pair}"

    def audit_label(self) -> str:
        return str(self)
