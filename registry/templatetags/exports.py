"""For the lists of every desk: the button that takes the list out as a file, narrowed as the page is."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from registry.rosters.out import kinds
from registry.rosters.out.asking import may_ask

register = template.Library()


@register.inclusion_tag("components/export_button.html", takes_context=True)
def export_button(context: Context, code: str, queue: str = "") -> dict[str, Any]:
    """`queue` where the page's path names one. Nothing is shown to who may not take this list out. No query."""
    request = context["request"]
    if not may_ask(request.user, kinds.named(code)):
        return {"url": ""}
    query = request.GET.copy()
    query.pop("page", None)
    if queue:
        query[kinds.QUEUE] = queue
    url = reverse("registry:export_new", args=[code])
    return {"url": f"{url}?{query.urlencode()}" if query else url}
