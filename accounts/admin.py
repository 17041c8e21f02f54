"""What the administrator keeps in Django admin: accounts and the dated catalogues. No resident is registered there."""

import re
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Field, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Holiday, Officer, Setting, Unit, UnitSuccessor
from accounts.officers.forms import NewOfficerForm, OfficerForm, ResetPasswordForm
from accounts.officers.reset import reset_password
from accounts.text import fold
from accounts.thresholds import THRESHOLDS

SATURDAY = 5
SECRET = {"password", "password1", "password2"}


class AuditedAdmin(admin.ModelAdmin):
    """A ModelAdmin whose every change is a line of the audit trail, with the values before and after.

    Nothing is changed in bulk: the trail names each row, and so the bulk actions are off.
    """

    actions = None
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only what the list offers as a filter. Django lets any column of the table be asked for, letter by letter:
        `?password__startswith=…`."""
        is_step_of_time = lookup in self._steps_of_time() and re.fullmatch(r"[0-9]{1,4}", value) is not None
        return lookup in self._offered() or is_step_of_time

    def _offered(self) -> set[str]:
        named: list[Any] = [one[0] if isinstance(one, list | tuple) else one for one in self.list_filter]
        names = [one if isinstance(one, str) else one.parameter_name for one in named]
        return {f"{name}{suffix}" for name in names for suffix in ("", "__exact", "__isnull")}

    def _steps_of_time(self) -> set[str]:
        return {f"{self.date_hierarchy}__{step}" for step in ("year", "month", "day")} if self.date_hierarchy else set()

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        before = self.model._default_manager.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        changes = changed_values(before, obj, form.changed_data) if before else {}
        if change and not changes:
            return
        verb = "Sửa" if change else "Thêm"
        record(
            request,
            Action.ADMIN,
            target=obj,
            sentence=f"{verb} {self.opts.verbose_name} {obj}{_in_words(changes)}",
            data={"changes": {name: [old, new] for name, (_, old, new) in changes.items()}} if changes else None,
        )

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        record(request, Action.ADMIN, target=obj, sentence=f"Xóa {self.opts.verbose_name} {obj}")
        super().delete_model(request, obj)


Change = tuple[str, str, str]
"""Label, value before, value after, as the administrator reads them."""


def changed_values(before: Model, after: Model, names: list[str]) -> dict[str, Change]:
    """What differs between two states of one row, field by field. Passwords are never told."""
    found = {}
    for name in names:
        if name in SECRET:
            continue
        field: Any = before._meta.get_field(name)
        old, new = _shown(before, field), _shown(after, field)
        if old != new:
            found[name] = (str(field.verbose_name), old, new)
    return found


def _shown(row: Model, field: Field) -> str:
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    value = getattr(row, field.name)
    if isinstance(value, bool):
        return "có" if value else "không"
    return "" if value is None else str(value)


def _in_words(changes: dict[str, Change]) -> str:
    told = [f"{label}: {old or 'trống'} → {new or 'trống'}" for label, old, new in changes.values()]
    return f" ({'; '.join(told)})" if told else ""


@admin.register(Officer)
class OfficerAdmin(AuditedAdmin):
    """Accounts. Never deleted: the trail and the files name them for years."""

    form = OfficerForm
    list_display = ["badge_number", "full_name", "rank", "role", "unit_path", "is_active"]
    list_filter = ["role", "is_active"]
    search_fields = ["badge_number", "full_name"]
    list_select_related = ["unit__parent"]
    change_form_template = "admin/accounts/officer/change_form.html"

    @admin.display(description="đơn vị", ordering="unit__sort_key")
    def unit_path(self, officer: Officer) -> str:
        return officer.unit.path if officer.unit else "–"

    def get_form(self, request: HttpRequest, obj: Officer | None = None, change: bool = False, **kwargs: Any) -> type:
        kwargs["form"] = OfficerForm if obj else NewOfficerForm
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.by = request.user
        return form

    def get_fields(self, request: HttpRequest, obj: Officer | None = None) -> list[Any]:
        return [*OfficerForm.Meta.fields, *([] if obj else ["password1", "password2"])]

    def has_delete_permission(self, request: HttpRequest, obj: Officer | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        reset = self.admin_site.admin_view(self.reset_password_view)
        return [path("<int:officer_id>/mat-khau/", reset, name="accounts_officer_password"), *super().get_urls()]

    def reset_password_view(self, request: HttpRequest, officer_id: int) -> HttpResponse:
        officer = get_object_or_404(Officer, pk=officer_id)
        form = ResetPasswordForm(request.POST or None, officer=officer)
        if request.method == "POST" and form.is_valid():
            reset_password(
                officer,
                password=form.cleaned_data["password1"],
                remove_second_factor=form.cleaned_data["remove_second_factor"],
                by=cast(Officer, request.user),
            )
            messages.success(request, f"Đã đặt mật khẩu mới cho {officer.badge_number}.")
            return redirect(reverse("admin:accounts_officer_change", args=[officer.pk]))
        context = self.admin_site.each_context(request) | {
            "form": form,
            "officer": officer,
            "opts": self.opts,
            "title": f"Đặt lại mật khẩu: {officer.badge_number} {officer}",
        }
        return render(request, "admin/accounts/officer/password.html", context)


class IsCurrent(admin.SimpleListFilter):
    title = "hiệu lực"
    parameter_name = "hieu-luc"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("nay", "Đang có hiệu lực"), ("cu", "Đã hết hiệu lực")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today = timezone.localdate()
        ended = Q(valid_to__lt=today)
        match self.value():
            case "nay":
                return queryset.filter(valid_from__lte=today).exclude(ended)
            case "cu":
                return queryset.filter(ended)
            case _:
                return queryset


class FoldedSearch(AuditedAdmin):
    """Search by words without marks over the unit's folded path; `folded` names the columns."""

    folded: tuple[str, ...] = ()

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        for word in fold(search_term).split()[:10]:
            found = Q()
            for column in self.folded:
                found |= Q(**{f"{column}__contains": word})
            for column in self.search_fields:
                found |= Q(**{f"{column.lstrip('=')}": word})
            queryset = queryset.filter(found)
        return queryset, False


@admin.register(Unit)
class UnitAdmin(FoldedSearch):
    list_display = ["code", "name", "level", "parent", "valid_from", "valid_to", "basis"]
    list_filter = ["level", IsCurrent]
    list_select_related = ["parent"]
    search_fields = ["=code"]
    search_help_text = "Tên không cần dấu, hoặc mã"
    folded = ("name_folded",)
    raw_id_fields = ["parent"]
    ordering = ["sort_key", "valid_from"]

    def has_delete_permission(self, request: HttpRequest, obj: Unit | None = None) -> bool:
        return False


@admin.register(UnitSuccessor)
class UnitSuccessorAdmin(FoldedSearch):
    list_display = ["old", "ended_on", "new", "kind"]
    list_filter = ["kind"]
    list_select_related = ["old", "new"]
    search_fields = ["=old__code", "=new__code"]
    search_help_text = "Tên không cần dấu, hoặc mã"
    folded = ("old__name_folded", "new__name_folded")
    raw_id_fields = ["old", "new"]
    ordering = ["old__sort_key", "pk"]

    @admin.display(description="hết hiệu lực", ordering="old__valid_to")
    def ended_on(self, row: UnitSuccessor) -> Any:
        return row.old.valid_to


class HolidayForm(forms.ModelForm):
    """Only a day that is off by the ordinary week can be worked in exchange."""

    class Meta:
        model = Holiday
        fields = ["day", "name", "is_working", "basis"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        day = values.get("day")
        if day and values.get("is_working") and day.weekday() < SATURDAY:
            self.add_error("is_working", "Chỉ thứ Bảy, Chủ nhật mới là ngày làm bù; ngày này vốn là ngày làm việc.")
        return values


@admin.register(Holiday)
class HolidayAdmin(AuditedAdmin):
    form = HolidayForm
    list_display = ["day", "name", "is_working", "basis"]
    list_filter = ["is_working"]
    date_hierarchy = "day"
    ordering = ["-day"]


class SettingForm(forms.ModelForm):
    """One threshold that the code knows, by its Vietnamese title."""

    code = forms.ChoiceField(
        label="Ngưỡng, thời hạn",
        choices=[(code, f"{one.title} ({one.unit}; mặc định {one.default})") for code, one in THRESHOLDS.items()],
    )
    value = forms.IntegerField(label="Giá trị", min_value=0, max_value=10_000)

    class Meta:
        model = Setting
        fields = ["code", "value", "valid_from", "basis"]


@admin.register(Setting)
class SettingAdmin(AuditedAdmin):
    form = SettingForm
    list_display = ["title", "value", "unit", "valid_from", "basis"]
    ordering = ["code", "-valid_from"]

    @admin.display(description="ngưỡng, thời hạn", ordering="code")
    def title(self, row: Setting) -> str:
        return THRESHOLDS[row.code].title if row.code in THRESHOLDS else row.code

    @admin.display(description="đơn vị tính")
    def unit(self, row: Setting) -> str:
        return THRESHOLDS[row.code].unit if row.code in THRESHOLDS else ""
