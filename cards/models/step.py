"""One move of an application: who, when, from where to where."""

import pghistory
from django.db import models
from django.utils import timezone

from accounts.models import Officer
from accounts.scope import ScopedQuerySet
from cards.models.application import Application, State


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Step(models.Model):
    commune_path = "application__commune"

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="steps")
    move = models.CharField("bước", max_length=30)
    from_state = models.CharField("từ", max_length=20, choices=State, blank=True)
    to_state = models.CharField("đến", max_length=20, choices=State)
    at = models.DateTimeField("lúc", default=timezone.now)
    by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    note = models.CharField("ghi chú", max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "bước xử lý"
        verbose_name_plural = "bước xử lý"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_to_state_display()}"
