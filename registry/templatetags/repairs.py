"""For pages of other desks: the way to the fix of many that serves a rule."""

from typing import Any

from django import template
from django.urls import reverse

from registry.repairs import kinds

register = template.Library()


@register.simple_tag
def bulk_fix(rule: str | None) -> dict[str, Any] | None:
    """{"title", "url"} of the list to choose from, narrowed to this rule; None when no fix serves it."""
    fixes = kinds.serving(rule) if rule else []
    if not fixes:
        return None
    url = reverse("registry:repair_choose", args=[fixes[0].code])
    return {"title": fixes[0].title, "url": f"{url}?quy_tac={rule}" if len(fixes[0].rules) > 1 else url}
