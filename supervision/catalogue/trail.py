"""Lines of the audit trail as rows that are counted: by the code of the unit and the badge that stand in them as text.

A line belongs to the commune of the officer who did it. The trail itself stays with the auditor: lists of these show
who, when and why, not what was looked for.
"""

from typing import Any, Final

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable

from accounts.models import AuditEvent, Officer, Unit
from accounts.roles import Role
from supervision.catalogue.asked import Area
from supervision.catalogue.figure import PROVINCE, Base, Side


class TrailSide(Side):
    """Codes in place of keys; of units that bore one code one after the other the newest counts."""

    def of(self, area: Area) -> Q:
        if area.unit is None:
            return Q()
        return Q(**{"province_code" if area.is_province else "unit_code": area.unit.code})

    def among(self, communes: Any) -> Q:
        return Q(unit_code__in=Unit.objects.filter(pk__in=list(communes)).values("code"))

    def within(self, officer: Officer) -> Q:
        return of_officer(officer)

    def place(self, by: str) -> Combinable:
        units, path = Unit.objects.communes(), "unit_code"
        if by == PROVINCE:
            units, path = Unit.objects.provinces(), "province_code"
        newest = units.filter(code=OuterRef(path)).order_by("-valid_from")
        return Subquery(newest.values("pk")[:1])


def of_officer(officer: Officer) -> Q:
    """Lines of officers of the communes that this officer answers for (accounts.scope.communes_of, by code); of a plain
    officer the own lines."""
    communes = ~Q(unit_code="") & Q(unit_code__in=Unit.objects.communes().values("code"))
    code = officer.unit.code if officer.unit else ""
    match Role(officer.role):
        case Role.OFFICER:
            return Q(unit_code=code, actor_badge=officer.badge_number)
        case Role.CHIEF:
            return Q(unit_code=code)
        case Role.PROVINCE_SUPERVISOR:
            return Q(province_code=code) & communes
        case Role.MINISTRY_SUPERVISOR:
            return communes
        case _:
            return Q(pk__in=[])


def _within(rows: QuerySet[Any], officer: Officer) -> QuerySet[Any]:
    return rows.filter(of_officer(officer))


class TrailBase(Base):
    """Whose line it is stands in it as the badge; `path` is not needed."""

    def done_by(self, path: str, officer: Officer | None) -> Q:
        if officer is None:
            return ~Q(actor_badge__in=Officer.objects.order_by().values("badge_number"))
        return Q(actor_badge=officer.badge_number)

    def worker(self, path: str) -> Combinable:
        return Subquery(Officer.objects.filter(badge_number=OuterRef("actor_badge")).order_by().values("pk")[:1])


TRAIL: Final = TrailBase("trail", lambda: AuditEvent.objects.all(), (TrailSide(),), "trail", within=_within)
