"""That a form has been written: the second click on its button finds this row and writes nothing."""

from django.db import models


class WrittenForm(models.Model):
    """One sending of one form, known by a digest of its one-time token and of everything it carried."""

    digest = models.CharField(max_length=64, unique=True)
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "biểu mẫu đã ghi"
        verbose_name_plural = "biểu mẫu đã ghi"

    def __str__(self) -> str:
        return self.digest[:8]
