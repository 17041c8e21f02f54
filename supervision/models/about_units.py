"""Rows about a unit: a commune, a province, or (without one) the whole country."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from accounts.models import Officer
from accounts.roles import Role
from accounts.scope import NOTHING, ScopedQuerySet

M = TypeVar("M", bound=models.Model)


class PeriodKind(models.TextChoices):
    WEEK = "week", "Tuần"
    MONTH = "month", "Tháng"
    QUARTER = "quarter", "Quý"
    YEAR = "year", "Năm"


def units_of(officer: Officer, path: str = "unit") -> Q:
    """Rows of the officer's commune; of the province and its communes; of all units and the country."""
    match Role(officer.role):
        case Role.OFFICER | Role.CHIEF:
            return Q(**{path: officer.unit_id}) if officer.unit_id else NOTHING
        case Role.PROVINCE_SUPERVISOR:
            if not officer.unit_id:
                return NOTHING
            return Q(**{path: officer.unit_id}) | Q(**{f"{path}__parent": officer.unit_id})
        case Role.MINISTRY_SUPERVISOR:
            return Q()
        case _:
            return NOTHING


class AboutUnits(ScopedQuerySet[M]):
    """The door to rows about units: a province supervisor sees the rows of the province itself too."""

    def in_scope(self, officer: Officer) -> Self:
        return self.filter(units_of(officer, getattr(self.model, "unit_path", "unit")))
