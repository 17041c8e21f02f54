"""Where a row comes from and as of which day: every field of Luật Căn cước Đ9 keeps its source."""

from django.db import models
from django.utils import timezone

from registry import codes


class Sourced(models.Model):
    """`source` is a code of codes.SOURCES; `source_on` the day on which it said so."""

    source = models.CharField("nguồn", max_length=20, default="CONG_DAN_KHAI")
    source_on = models.DateField("ngày của nguồn", default=timezone.localdate)

    class Meta:
        abstract = True

    @property
    def source_name(self) -> str:
        return codes.SOURCES.name(self.source)
