"""The box "Gộp hồ sơ" of the home page: merges that wait for this officer's word, or came back to him."""

from typing import Any

from django.db.models import Q

from accounts.home import panels
from accounts.models import Officer
from accounts.roles import Right
from registry.duplicates.merge_checks import may_agree
from registry.duplicates.merge_page import STATE_PILLS
from registry.models import Merge, MergeState, PairState

SHOWN = 4
LOOKED_AT = 50


def register() -> None:
    """Called by RegistryConfig.ready()."""
    name, template = "merges", "registry/duplicates/_merges_panel.html"
    panels.register(panels.Panel(name, 21, "side", Right.RESIDENT_WRITE, template, context_for))


def context_for(officer: Officer) -> dict[str, Any]:
    """The oldest few. Nothing is shown when nothing waits. One query."""
    waits = Q(state=MergeState.WAITING) & ~Q(created_by=officer)
    came_back = Q(state=MergeState.RETURNED, created_by=officer, pair__state=PairState.SUSPECTED)
    rows = Merge.objects.in_scope(officer).filter(waits | came_back).order_by("created_at", "pk")
    found = rows.select_related("survivor__commune", "folded__commune", "created_by")[:LOOKED_AT]
    ours = [one for one in found if one.state == MergeState.RETURNED or may_agree(one, officer)]
    shown = [{"merge": one, "pill": STATE_PILLS[MergeState(one.state)]} for one in ours[:SHOWN]]
    return {"rows": shown, "count": len(ours)}
