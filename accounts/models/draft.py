"""What an officer typed and has not yet sent. Kept on the server, so that a timed-out session loses nothing."""

from django.db import models


class Draft(models.Model):
    """The fields of one form at one address. One row per officer and address; a successful save removes it."""

    officer = models.ForeignKey("accounts.Officer", on_delete=models.CASCADE, related_name="drafts")
    path = models.CharField(max_length=300)
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "bản nháp"
        verbose_name_plural = "bản nháp"
        constraints = [models.UniqueConstraint(fields=["officer", "path"], name="draft_once_per_address")]

    @property
    def title(self) -> str:
        """What the home page calls it: the name that was being typed, or that there is none yet."""
        names = self.fields.get("full_name") or [""]
        return names[-1].strip() or "Biểu mẫu chưa có tên"

    def __str__(self) -> str:
        return f"{self.path} ({self.saved_at:%H:%M %d/%m})"
