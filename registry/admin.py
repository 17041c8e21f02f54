"""The dated relationship list in Django admin. Residents, households, findings and pairs are never registered there."""

from django.contrib import admin

from accounts.admin import AuditedAdmin, IsCurrent
from registry.models import HouseholdRole


@admin.register(HouseholdRole)
class HouseholdRoleAdmin(AuditedAdmin):
    list_display = ["name", "code", "required_sex", "generation", "position", "valid_from", "valid_to"]
    list_filter = [IsCurrent]
    search_fields = ["name", "code"]
    ordering = ["position", "valid_from"]
