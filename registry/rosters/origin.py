"""Which lists a record comes from: for the record's page."""

from registry.models import Merge, Resident, RosterRow, RowState


def of_resident(resident: Resident) -> list[RosterRow]:
    """The rows of lists that wrote to this record, or to one that was folded into it, with their lists, the newest
    first. What was taken back is none. One query."""
    folded = Merge.objects.done().filter(survivor=resident).values("folded")
    rows = RosterRow.objects.filter(resident=resident) | RosterRow.objects.filter(resident__in=folded)
    written = rows.filter(state__in=[RowState.APPLIED, RowState.KEPT]).exclude(applied_at=None)
    shown = written.select_related("roster", "roster__reviewed_by").defer("roster__content", "raw", "typed")
    return list(shown.order_by("-applied_at", "-pk"))
