"""Where a folded record leads to, and which records were folded into one. Reads only, knows no other desk."""

from registry.models import Merge, Resident, ResidentState

LONGEST_CHAIN = 20


def merge_of(person: Resident) -> Merge | None:
    """The merge that folded this record, with the survivor. One query."""
    if person.state != ResidentState.MERGED:
        return None
    return Merge.objects.done().filter(folded=person).select_related("survivor__commune").first()


def survivor_of(person: Resident) -> Resident | None:
    """Who stands for this record today, along the chain; None for one that is not folded. One query a link."""
    found = None
    for _ in range(LONGEST_CHAIN):
        merge = merge_of(found or person)
        if merge is None:
            return found
        found = merge.survivor
    return found


def refs_of(person: Resident) -> list[str]:
    """Public ids under which the trail knows this person: its own and those of the records folded into it. A query a
    generation, one as a rule."""
    refs, ids = [str(person.public_id)], {person.pk}
    new = {person.pk}
    while new:
        rows = Merge.objects.done().filter(survivor__in=new).exclude(folded__in=ids)
        folded = dict(rows.values_list("folded", "folded__public_id"))
        refs += [str(ref) for ref in folded.values()]
        new = set(folded) - ids
        ids |= new
    return refs
