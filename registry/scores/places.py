"""Whose score is asked for: a commune or several, one of its hamlets, an officer's hamlets, a household, a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Officer, Unit
from registry.models import Hamlet, Household, Membership, Resident
from registry.values.address import fold_address

UNLISTED, UNASSIGNED = "ngoai-danh-sach", "chua-phan-cong"


@dataclass(frozen=True)
class Place:
    """One of these, or none for everything in the officer's scope. `texts` is how households write the hamlet or the
    officer's hamlets; with `but` it is everything that is not written so."""

    unit: Unit | None = None
    is_province: bool = False
    texts: Sequence[str] | None = None
    but: bool = False
    household: Household | None = None
    resident: Resident | None = None
    name: str = ""
    query: dict[str, str] = field(default_factory=dict)

    def of(self, path: str) -> Q:
        """The condition for rows whose commune stands at `path`."""
        if self.unit is None:
            return Q()
        return Q(**{f"{path}__parent" if self.is_province else path: self.unit.pk})

    def people(self, officer: Officer) -> QuerySet[Resident]:
        """Who lives here today, of those the officer may see."""
        rows = Resident.objects.in_scope(officer).current().filter(self.of("commune"))
        if self.resident is not None:
            rows = rows.filter(pk=self.resident.pk)
        if self.household is not None:
            rows = rows.filter(memberships__household=self.household, memberships__to_on=None)
        if self.texts is not None:
            rows = rows.alias(home_hamlet=hamlet_text("pk"))
            within = Q(home_hamlet__in=list(self.texts))
            rows = rows.filter(~within if self.but else within)
        return rows

    def address(self, **more: str) -> str:
        """The part of an address that leads here."""
        asked = {name: value for name, value in (self.query | more).items() if value}
        return f"?{urlencode(asked)}" if asked else ""


def hamlet_text(person: str) -> Coalesce:
    """The hamlet as the person's household writes it, "" without one; of two households the one that came first, so
    that nobody is counted twice. `person` leads to the resident."""
    homes = Membership.objects.filter(resident=OuterRef(person), to_on=None).order_by("pk")
    return Coalesce(Subquery(homes.values("household__hamlet")[:1]), Value(""))


def key_of(text: str) -> str:
    return fold_address(text)[:100] if text else ""


def hamlets_of(commune: Unit) -> list[Hamlet]:
    """The commune's list, in its order. One query."""
    return list(Hamlet.objects.filter(commune=commune, valid_to=None).select_related("officer"))


def texts_of(commune: Unit) -> list[str]:
    """Every text by which households of the commune call a hamlet. One query."""
    rows = Household.objects.filter(commune=commune).order_by()
    return list(rows.values_list("hamlet", flat=True).distinct())


def in_hamlet(commune: Unit, hamlet: Hamlet, texts: Sequence[str]) -> Place:
    own = [text for text in texts if key_of(text) == hamlet.name_folded]
    return Place(commune, texts=own, name=hamlet.name, query={"thon": str(hamlet.public_id)})


def unlisted(commune: Unit, hamlets: Sequence[Hamlet], texts: Sequence[str]) -> Place:
    """Whoever lives in no hamlet of the list, or in no household."""
    keys = {one.name_folded for one in hamlets}
    listed = [text for text in texts if text and key_of(text) in keys]
    return Place(commune, texts=listed, but=True, name="Ngoài danh sách thôn, tổ", query={"thon": UNLISTED})


def looked_after(commune: Unit, officer: Officer, hamlets: Sequence[Hamlet], texts: Sequence[str]) -> Place:
    keys = {one.name_folded for one in hamlets if one.officer_id == officer.pk}
    own = [text for text in texts if text and key_of(text) in keys]
    return Place(commune, texts=own, name=str(officer), query={"can_bo": str(officer.public_id)})


def unassigned(commune: Unit, hamlets: Sequence[Hamlet], texts: Sequence[str]) -> Place:
    """Whoever lives where nobody looks after."""
    keys = {one.name_folded for one in hamlets if one.officer_id}
    taken = [text for text in texts if text and key_of(text) in keys]
    return Place(commune, texts=taken, but=True, name="Chưa phân công", query={"can_bo": UNASSIGNED})
