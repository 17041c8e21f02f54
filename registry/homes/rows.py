"""The rows of residences: begun, ended by the next one, struck out with a reason.

The caller holds the person's lock and the transaction.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import Unit
from registry.changes.refusal import ChangeRefused
from registry.changes.run import Order
from registry.cleanup.facts import birth_of
from registry.hamlets.names import as_listed
from registry.models import Residence, ResidenceKind, Resident
from registry.values.address import fold_address

ONE_DAY = dt.timedelta(days=1)
DAY = "%d/%m/%Y"
LONGEST_TEMPORARY_YEARS = 2
LONGEST_STAY_DAYS = 30


@dataclass(frozen=True)
class Place:
    """Where: without a day."""

    unit: Unit
    hamlet: str = ""
    street: str = ""

    @classmethod
    def of(cls, values: dict[str, Any], unit: Unit, prefix: str = "") -> "Place":
        """What a form says; the hamlet in the spelling of the commune's list."""
        hamlet = as_listed(unit, values.get(f"{prefix}hamlet") or "")
        return cls(unit, hamlet, values.get(f"{prefix}street") or "")

    @classmethod
    def of_row(cls, row: Residence) -> "Place":
        return cls(row.unit, row.hamlet, row.street)

    @property
    def key(self) -> tuple[int, str]:
        """Equal for two writings of one place."""
        return self.unit.pk, fold_address(f"{self.street} {self.hamlet}")[:300]

    @property
    def columns(self) -> dict[str, Any]:
        return {"unit": self.unit, "hamlet": self.hamlet, "street": self.street, "raw_text": ""}

    def is_of(self, row: Residence) -> bool:
        return Place.of_row(row).key == self.key


def open_rows(person: Resident, *kinds: str) -> list[Residence]:
    """Rows of these kinds that nobody struck out, the oldest first; ended ones among them."""
    rows = person.residences.filter(kind__in=kinds, closed_at=None)
    return list(rows.select_related("unit").order_by("from_on", "pk"))


def lasting(rows: Iterable[Residence], on: dt.date) -> list[Residence]:
    """Those that hold on this day or begin later."""
    return [row for row in rows if row.to_on is None or row.to_on >= on]


def holding(rows: Iterable[Residence], on: dt.date) -> list[Residence]:
    return [row for row in lasting(rows, on) if row.from_on is None or row.from_on <= on]


def begin(order: Order, person: Resident, kind: ResidenceKind, place: Place, *, on: dt.date, **more: Any) -> Residence:
    return Residence.objects.create(
        resident=person, kind=kind, from_on=on, basis=basis_of(order), **place.columns, **source_of(order), **more
    )


def end_before(row: Residence, on: dt.date, *, reason: str, field: str | None = "effective_on") -> None:
    """Another one takes over from `on`: this one's last day is the day before. Raises ChangeRefused."""
    if row.from_on and row.from_on >= on:
        raise ChangeRefused(
            field, f"Đã ghi {row.get_kind_display().lower()} từ {row.from_on:{DAY}}: ngày này phải sau ngày đó."
        )
    row.to_on, row.closed_reason = on - ONE_DAY, reason
    row.save()


def strike_out(row: Residence, *, last_day: dt.date, reason: str) -> None:
    """Xóa: it is over from that day and says why. A row that would begin later ends on its own first day."""
    ends = min(row.to_on, last_day) if row.to_on else last_day
    row.to_on = max(ends, row.from_on) if row.from_on else ends
    row.closed_at, row.closed_reason = timezone.now(), reason[:200]
    row.save()


def move_present(order: Order, person: Resident, place: Place, *, on: dt.date) -> None:
    """Where the person is from this day on; written with every residence procedure (TT 116/2026 Đ6 k3)."""
    for row in lasting(open_rows(person, ResidenceKind.PRESENT), on):
        if place.is_of(row) and row.to_on is None and (row.from_on is None or row.from_on <= on):
            return
        if row.from_on == on:
            _put(row, place, order)
            return
        end_before(row, on, reason="Đổi nơi ở")
    begin(order, person, ResidenceKind.PRESENT, place, on=on)


def _put(row: Residence, place: Place, order: Order) -> None:
    """The same day again is a correction, not a move."""
    for name, value in (place.columns | source_of(order) | {"to_on": None, "basis": basis_of(order)}).items():
        setattr(row, name, value)
    row.save()


def refuse_outside_life(person: Resident, on: dt.date) -> None:
    """Rule D36."""
    born = birth_of(person)
    if born and on < born.earliest():
        raise ChangeRefused("effective_on", f"Trước ngày sinh ({born.display()}).")
    if person.died_on and on > person.died_on:
        raise ChangeRefused("effective_on", f"Sau ngày chết ({person.died_on:{DAY}}).")


def basis_of(order: Order) -> str:
    """The paper and the note of the order, as a row keeps them."""
    values = order.values
    number = f"số {values['paper_number']}" if values.get("paper_number") else ""
    paper_on = values.get("paper_on")
    day = f"ngày {paper_on:{DAY}}" if paper_on else ""
    paper = " ".join(filter(None, [values.get("paper_kind", ""), number, day]))
    return "; ".join(filter(None, [paper, values.get("basis", "")]))[:300]


def source_of(order: Order) -> dict[str, Any]:
    """A numbered paper, or the citizen's own word (codes.SOURCES)."""
    values = order.values
    code = "GIAY_TO" if values.get("paper_number") else "CONG_DAN_KHAI"
    return {"source": code, "source_on": values.get("paper_on") or values.get("received_on") or timezone.localdate()}
