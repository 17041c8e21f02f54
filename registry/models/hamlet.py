"""The hamlets (thôn, xóm, ấp, bản, tổ dân phố …) of a commune: a list that its chief keeps."""

import uuid

import pghistory
from django.db import models

from accounts.models import Officer
from accounts.scope import ScopedQuerySet
from accounts.text import plain_sort_key
from registry.values.address import fold_address


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Hamlet(models.Model):
    """One hamlet between two dates. Households and residences keep its name as text, as the paper does.

    `name_folded` makes two spellings of one place equal ("Tổ 5", "Tổ dân phố 05"; rule S28).
    """

    commune_path = "commune"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commune = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="hamlets")
    name = models.CharField("tên", max_length=100)
    name_folded = models.CharField(max_length=100, editable=False)
    sort_key = models.CharField(max_length=300, editable=False, db_collation="C")
    officer = models.ForeignKey(
        Officer, verbose_name="cán bộ phụ trách", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "thôn, tổ dân phố"
        verbose_name_plural = "thôn, tổ dân phố"
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "name_folded"], condition=models.Q(valid_to=None), name="hamlet_once_in_commune"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def audit_label(self) -> str:
        return self.name

    def derive(self) -> "Hamlet":
        self.name_folded = fold_address(self.name)[:100]
        self.sort_key = plain_sort_key(self.name)
        return self

    def save(self, *args, **kwargs) -> None:
        self.derive()
        super().save(*args, **kwargs)
