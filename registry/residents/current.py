"""The rows that the form of a resident shows. What the form shows is what a correction may change, and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from registry.models import (
    IdentityNumber,
    Membership,
    NumberKind,
    Relation,
    RelationKind,
    Residence,
    ResidenceKind,
    Resident,
)


@dataclass(frozen=True)
class Shown:
    """One row of each kind, or None. Of several CMND numbers, fathers … the one that was recorded first;
    a father by birth before one by adoption."""

    numbers: dict[str, IdentityNumber]
    relations: dict[str, Relation]
    residences: dict[str, Residence]
    membership: Membership | None

    def number(self, kind: NumberKind) -> str:
        return self.numbers[kind].number if kind in self.numbers else ""

    def relative(self, kind: RelationKind) -> str:
        return self.relations[kind].name if kind in self.relations else ""


def shown(resident: Resident) -> Shown:
    """Four queries."""
    return Shown(
        numbers={one.kind: one for one in resident.numbers.filter(is_active=True).order_by("-pk")},
        relations={one.kind: one for one in resident.relations.filter(is_current=True).order_by("-is_adoptive", "-pk")},
        residences=_residences(resident),
        membership=resident.memberships.filter(to_on=None).select_related("household", "role").order_by("pk").first(),
    )


def _residences(resident: Resident) -> dict[str, Residence]:
    """The addresses that hold today. A temporary one that has run out still asks to be renewed or closed (rule L05).

    Temporary residences in other communes are theirs to keep.
    """
    lasting = Q(to_on=None) | Q(to_on__gte=timezone.localdate())
    ours = Q(kind=ResidenceKind.TEMPORARY, unit=resident.commune_id)
    held = Q(kind__in=[ResidenceKind.PERMANENT, ResidenceKind.PRESENT]) & lasting
    rows = resident.residences.filter(ours | held, closed_at=None).select_related("unit__parent")
    return {row.kind: row for row in rows.order_by("from_on", "pk")}


def lock_with_housemates(resident: Resident, household_ids: Iterable[int]) -> Resident:
    """Lock the person and everybody of the person's households and of those named, lowest id first.

    A change is felt by the housemates (their marks are set): without one order, two officers correcting two of a family
    would wait for each other for ever. Answers the person as the row now stands.
    """
    homes = Membership.objects.filter(resident=resident, to_on=None).values_list("household", flat=True)
    members = Membership.objects.filter(household__in={*homes, *household_ids}, to_on=None).values("resident")
    rows = Resident.objects.filter(Q(pk=resident.pk) | Q(pk__in=members))
    locked = {one.pk: one for one in rows.order_by("pk").select_for_update(no_key=True)}
    return locked[resident.pk]
