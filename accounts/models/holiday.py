"""Days on which the office is closed, and Saturdays or Sundays worked in exchange."""

from django.db import models


class Holiday(models.Model):
    """One day that differs from the ordinary week. Source: Bộ luật Lao động Đ112 and the yearly announcement."""

    day = models.DateField("ngày", unique=True, error_messages={"unique": "Ngày này đã có trong danh mục."})
    name = models.CharField("tên", max_length=100)
    is_working = models.BooleanField(
        "làm bù", default=False, help_text="Đánh dấu khi đây là thứ Bảy hoặc Chủ nhật đi làm thay ngày nghỉ khác."
    )
    basis = models.CharField("căn cứ", max_length=200, blank=True)

    class Meta:
        verbose_name = "ngày nghỉ, ngày làm bù"
        verbose_name_plural = "ngày nghỉ, ngày làm bù"
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"
