"""What follows when a line was done or taken back: the workers' marks, the check of the record, the trail."""

from collections.abc import Iterable

from accounts.audit import record
from accounts.models import Action, Officer
from registry.cleanup.scan import scan
from registry.duplicates import index
from registry.models import Finding, Resident
from registry.repairs.fix import Change


def look_again(touched: Iterable[int]) -> None:
    """The search for duplicates and clean-up see the new rows at once; the finding closes, or opens, with the line."""
    ids = sorted(touched)
    Resident.objects.filter(pk__in=ids).update(scan_due=True, matching_due=True)
    index.refresh(ids)
    scan(ids)


def write_down(
    touched: Iterable[int], changes: list[Change], sentence: str, reason: str, finding: Finding, by: Officer, *,
    own: bool = True,
) -> None:  # fmt: skip
    """One line of the trail for each person; `own` False: the writers left the one of the finding's person."""
    data = {one["what"]: [one["before"], one["after"]] for one in changes}
    for person in Resident.objects.filter(pk__in=set(touched)).select_related("commune").order_by("pk"):
        is_about = person.pk == finding.resident_id
        if is_about and not own:
            continue
        told = f"{sentence} ({finding.rule}): {person.audit_label()}"
        record(by, Action.CHANGE, target=person, reason=reason, data=data if is_about else {}, sentence=told)
