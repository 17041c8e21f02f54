"""What the administrator keeps in Django admin: fees and exemptions. No file and no resident is registered there."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm

from accounts.admin import AuditedAdmin, IsCurrent
from cards.applications.reasons import REASONS
from cards.models import Fee, FeeExemption


class DatesInOrder(ModelForm):
    """A row that ends does so after it begins."""

    def clean(self) -> dict:
        values = super().clean() or {}
        first, last = values.get("valid_from"), values.get("valid_to")
        if first and last and last < first:
            raise ValidationError({"valid_to": "Ngày kết thúc phải từ ngày bắt đầu trở đi."})
        return values


class FeeForm(DatesInOrder):
    class Meta:
        model = Fee
        fields = ["kind", "reason", "channel", "amount_vnd", "legal_text", "valid_from", "valid_to"]

    def clean_reason(self) -> str:
        """Empty, or a reason of the chosen kind."""
        code = self.cleaned_data["reason"]
        kind = self.cleaned_data.get("kind")
        codes = [reason.code for reason in REASONS.values() if reason.kind == kind]
        if code and code not in codes:
            raise ValidationError(f"Lý do của thủ tục này chỉ gồm: {', '.join(codes)}; hoặc để trống.")
        return code


@admin.register(Fee)
class FeeAdmin(AuditedAdmin):
    """Rows that priced a file stay; a new amount is a new row with its date."""

    form = FeeForm
    list_display = ["kind", "reason", "channel", "amount_vnd", "valid_from", "valid_to", "legal_text"]
    list_filter = ["kind", IsCurrent]
    ordering = ["kind", "reason", "channel", "-valid_from"]


@admin.register(FeeExemption)
class FeeExemptionAdmin(AuditedAdmin):
    form = DatesInOrder
    fields = ["code", "name", "legal_text", "valid_from", "valid_to"]
    list_display = ["code", "name", "valid_from", "valid_to", "legal_text"]
    list_filter = [IsCurrent]
    ordering = ["code", "-valid_from"]
