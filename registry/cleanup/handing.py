"""To whom a case can be handed: the colleagues of the commune, first of all who looks after the person's hamlet."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Officer, Unit
from accounts.roles import RIGHTS, Right
from registry.models import Finding, Hamlet, Membership
from registry.values.address import fold_address

WORKERS = [role for role, rights in RIGHTS.items() if Right.CLEANUP_WORK in rights]


def workers_of(commune: Unit | int | None) -> QuerySet[Officer]:
    """Who works off the queue of a commune."""
    return Officer.objects.filter(unit=commune, is_active=True, role__in=WORKERS).order_by("full_name", "badge_number")


def colleagues_for(finding: Finding, *, hamlet: str, but: Officer) -> tuple[list[Officer], Officer | None]:
    """(to whom the case can be handed, who is proposed): the asker back, or who looks after the hamlet. One query.

    `hamlet` is what the person's household writes (hamlet_of).
    """
    key = fold_address(hamlet)[:100] if hamlet else ""
    looked_after = Hamlet.objects.filter(
        officer=OuterRef("pk"), commune=finding.commune_id, valid_to=None, name_folded=key
    )
    rows: list[Any] = list(workers_of(finding.commune_id).exclude(pk=but.pk).annotate(looks_after=Exists(looked_after)))
    asker = finding.handed_by_id if finding.is_for_chief else None
    meant = next((one for one in rows if one.pk == asker), None)
    return rows, meant or next((one for one in rows if one.looks_after), None)


def hamlet_of(finding: Finding) -> str:
    """One query."""
    homes = Membership.objects.filter(resident=finding.resident_id, to_on=None)
    return homes.values_list("household__hamlet", flat=True).first() or ""


def texts_looked_after(officers: Sequence[Officer], texts: Sequence[str]) -> list[str]:
    """Of these texts of hamlets, those that mean a hamlet which one of the officers looks after. One query."""
    folded = set(Hamlet.objects.filter(officer__in=officers, valid_to=None).values_list("name_folded", flat=True))
    return [text for text in texts if fold_address(text)[:100] in folded]
