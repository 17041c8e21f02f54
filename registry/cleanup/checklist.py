"""The open problems of a person and of those who live with the person, as one list: for the record page and the case
page."""

from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Officer
from registry.cleanup.queue import URGENCY, findings_open
from registry.cleanup.rules import RULE_TEXTS, basis_of
from registry.models import Finding, Membership, Resident, Severity

PILLS = {
    Severity.BLOCK: "block",
    Severity.ERROR: "block",
    Severity.WARNING: "warn",
    Severity.REMIND: "remind",
    Severity.SELF_MENDING: "info",
}


@dataclass(frozen=True)
class Item:
    """One open finding as a page shows it. `is_own`: of the person whose page this is, not of a housemate."""

    finding: Finding
    is_own: bool = True

    @property
    def code(self) -> str:
        return self.finding.rule

    @property
    def title(self) -> str:
        return RULE_TEXTS[self.code].title

    @property
    def fix(self) -> str:
        return RULE_TEXTS[self.code].fix

    @property
    def basis(self) -> str:
        return basis_of(self.code)

    @property
    def severity_label(self) -> str:
        return Severity(self.finding.severity).label

    @property
    def pill(self) -> str:
        return PILLS[Severity(self.finding.severity)]

    @property
    def sentence(self) -> str:
        return self.finding.evidence.get("sentence", "")

    @property
    def values(self) -> list[tuple[str, str]]:
        return [(label, value) for label, value in self.finding.evidence.get("values", [])]


def open_items(resident: Resident, officer: Officer) -> list[Item]:
    """What is open on this person and the household, own first, then person by person, the gravest first. One query."""
    homes = Membership.objects.filter(resident=resident, to_on=None).values("household")
    housemates = Membership.objects.filter(household__in=homes, to_on=None).values("resident")
    rows = findings_open(officer).filter(Q(resident=resident) | Q(resident__in=housemates)).select_related("resident")
    items = [Item(row, row.resident_id == resident.pk) for row in rows.order_by(URGENCY, "opened_at", "pk")]
    return sorted(items, key=lambda item: (not item.is_own, item.finding.resident_id))
