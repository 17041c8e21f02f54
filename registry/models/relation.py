"""Family ties: to a person of the register, or only to a name on a paper."""

import uuid

import pghistory
from django.db import models

from accounts.scope import ScopedQuerySet
from accounts.text import fold
from registry.models.sourced import Sourced


class RelationKind(models.TextChoices):
    FATHER = "father", "Cha"
    MOTHER = "mother", "Mẹ"
    SPOUSE = "spouse", "Vợ, chồng"
    CHILD = "child", "Con"
    GUARDIAN = "guardian", "Người đại diện"
    WARD = "ward", "Người được đại diện"


DIED = "Chết"
"""Why a tie or a residence ended, as the event of a death writes it."""


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Relation(Sourced):
    """`resident` has a father, mother … called `name`; `person` is that person's record, where it is known."""

    commune_path = "resident__commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey("registry.Resident", on_delete=models.CASCADE, related_name="relations")
    kind = models.CharField("quan hệ", max_length=10, choices=RelationKind)
    name = models.CharField("họ và tên", max_length=100)
    name_folded = models.CharField(max_length=100, editable=False, db_index=True)
    person = models.ForeignKey(
        "registry.Resident", null=True, blank=True, on_delete=models.SET_NULL, related_name="related_from"
    )
    personal_number = models.CharField("số định danh", max_length=12, blank=True)
    cmnd = models.CharField("số CMND 9 số", max_length=9, blank=True)
    nationality = models.CharField("quốc tịch", max_length=2, blank=True)
    birth_year = models.SmallIntegerField("năm sinh", null=True, blank=True)
    is_adoptive = models.BooleanField("nuôi", default=False)
    is_current = models.BooleanField("hiện tại", default=True)
    from_on = models.DateField("từ ngày", null=True, blank=True)
    to_on = models.DateField("đến ngày", null=True, blank=True)
    ended_reason = models.CharField("lý do kết thúc", max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "quan hệ nhân thân"
        verbose_name_plural = "quan hệ nhân thân"
        ordering = ["kind", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(person=models.F("resident")), name="nobody_is_their_own_relative"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"

    def derive(self) -> "Relation":
        self.name_folded = fold(self.name)
        return self

    def save(self, *args, **kwargs) -> None:
        self.derive()
        super().save(*args, **kwargs)
