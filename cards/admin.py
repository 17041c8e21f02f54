"""What the administrator keeps in Django admin: fees and exemptions. No file and no resident is registered there.

Rows are dated and never lie across each other. A row that priced a file stays as it was: only its last day is written.
"""

import datetime as dt

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.admin import AuditedAdmin, IsCurrent
from cards.applications import fees
from cards.applications.reasons import REASONS
from cards.models import Fee, FeeExemption
from registry.residents.fields import speak_vietnamese

DAY = "%d/%m/%Y"
LAST = "valid_to"


class DatedForm(ModelForm):
    """A row ends after it begins, lies across no other for the same thing (`same`), and stays once it was used."""

    same: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        speak_vietnamese(self.fields.values())

    def clean(self) -> dict:
        values = super().clean() or {}
        first, last = values.get("valid_from"), values.get(LAST)
        if first and last and last < first:
            raise ValidationError({LAST: "Ngày kết thúc phải từ ngày bắt đầu trở đi."})
        if self.instance.pk:
            self._stays(last)
        if first and all(name in values for name in self.same):
            self._alone(values, first, last)
        return values

    def _stays(self, last: dt.date | None) -> None:
        """Files were priced by this row: what they paid and why must stay readable."""
        used_on = fees.last_used_on(self._meta.model.objects.get(pk=self.instance.pk))
        if used_on is None:
            return
        if set(self.changed_data) - {LAST}:
            raise ValidationError(
                f"Đã có hồ sơ tính lệ phí theo dòng này (gần nhất {used_on:{DAY}}): chỉ ghi được ngày kết thúc. "
                "Mức mới, căn cứ mới là một dòng mới."
            )
        if last and last < used_on:
            raise ValidationError({LAST: f"Đã có hồ sơ tính theo dòng này ngày {used_on:{DAY}}; kết thúc từ ngày đó."})

    def _alone(self, values: dict, first: dt.date, last: dt.date | None) -> None:
        rows = self._meta.model.objects.exclude(pk=self.instance.pk).filter(
            **{name: values[name] for name in self.same}
        )
        rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=first))
        if last:
            rows = rows.filter(valid_from__lte=last)
        if other := rows.order_by("valid_from").first():
            until = f"đến hết {other.valid_to:{DAY}}" if other.valid_to else "chưa có ngày kết thúc"
            sentence = f"Trùng thời gian với dòng từ {other.valid_from:{DAY}}, {until}. Kết thúc dòng đó trước."
            raise ValidationError({"valid_from": sentence})


class DatedAdmin(AuditedAdmin):
    """A row by which a file was priced is not deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Fee | FeeExemption | None = None) -> bool:
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or fees.last_used_on(obj) is None)


class FeeForm(DatedForm):
    same = ("kind", "reason", "channel")

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


class FeeExemptionForm(DatedForm):
    same = ("code",)

    class Meta:
        model = FeeExemption
        fields = ["code", "name", "legal_text", "valid_from", "valid_to"]


@admin.register(Fee)
class FeeAdmin(DatedAdmin):
    """Rows that priced a file stay; a new amount is a new row with its date."""

    form = FeeForm
    list_display = ["kind", "reason", "channel", "amount_vnd", "valid_from", "valid_to", "legal_text"]
    list_filter = ["kind", IsCurrent]
    ordering = ["kind", "reason", "channel", "-valid_from"]


@admin.register(FeeExemption)
class FeeExemptionAdmin(DatedAdmin):
    form = FeeExemptionForm
    list_display = ["code", "name", "valid_from", "valid_to", "legal_text"]
    list_filter = [IsCurrent]
    ordering = ["code", "-valid_from"]
