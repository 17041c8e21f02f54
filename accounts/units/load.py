"""Fills the dated table of units and its successors. Run as often as you like: what is there stays as it is.

An administrator may have corrected a row, so nothing that exists is overwritten. Only what is missing is added, and a
row that a later amendment ends is closed if it is still open.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from django.db import transaction

from accounts.models import Level, Unit, UnitSuccessor
from accounts.units import source
from accounts.units.amendments import AMENDMENTS, UNSURE_CODES, Amendment

# The sources do not say since when each former unit had its last shape. By convention all begin on the day since which
# there were 63 provinces (NQ 15/2008/QH12), so that papers of the years before 2025 find them.
OLD_FROM = dt.date(2008, 8, 1)
OLD_TO = dt.date(2025, 6, 30)
NEW_FROM = dt.date(2025, 7, 1)
OLD_BASIS = "Danh mục 63 tỉnh trước 01/07/2025; ngày bắt đầu là quy ước"
NEW_BASIS = "QĐ 19/2025/QĐ-TTg"
BATCH = 2000

UnitKey = tuple[str, str, dt.date]
"""Level, code, first day: what makes a row of Unit one row."""


@dataclass
class Loaded:
    """What one run added or closed."""

    units: int = 0
    successors: int = 0
    closed: int = 0
    moved: int = 0
    placed: int = 0

    @property
    def nothing(self) -> bool:
        return not any(getattr(self, field.name) for field in fields(self))


@transaction.atomic
def load_units(data: Path | None = None) -> Loaded:
    """Load everything that is missing: about 14,000 units in a few seconds, about one second when all are there."""
    return _Loading(data or source.data_folder()).run()


class _Loading:
    def __init__(self, data: Path) -> None:
        self.data = data
        self.done = Loaded()
        self.spots = source.read_spots(data)
        self.units: dict[UnitKey, Unit] = {
            (unit.level, unit.code, unit.valid_from): unit for unit in Unit.objects.order_by()
        }
        by_id = {unit.pk: unit for unit in self.units.values()}
        for unit in self.units.values():  # parents from memory: derive() walks up to the province
            unit.parent = by_id.get(unit.parent_id or 0)
        self.links = set(UnitSuccessor.objects.values_list("old_id", "new_id"))

    def run(self) -> Loaded:
        old, new = source.read_old(self.data), source.read_new(self.data)
        self.add(self.old_provinces(old))
        self.add(self.old_districts(old))
        self.add(self.old_communes(old))
        self.add(self.new_provinces(new))
        self.add(self.new_communes(new))
        self.link(self.successions(old, new))
        for amendment in AMENDMENTS:
            self.amend(amendment)
        self.put_on_the_map()
        return self.done

    # --- rows ------------------------------------------------------------------------------------------------------

    def old_provinces(self, rows: list[source.OldRow]) -> Iterable[Unit]:
        for code, name in {row.province_code: row.province for row in rows}.items():
            yield _old(Level.PROVINCE, code, name, None)

    def old_districts(self, rows: list[source.OldRow]) -> Iterable[Unit]:
        districts = {row.district_code: (row.district, row.province_code) for row in rows}
        for code, (name, province) in districts.items():
            yield _old(Level.DISTRICT, code, name, self.units[Level.PROVINCE, province, OLD_FROM])

    def old_communes(self, rows: list[source.OldRow]) -> Iterable[Unit]:
        for row in rows:
            if row.code and row.name:
                yield _old(Level.COMMUNE, row.code, row.name, self.units[Level.DISTRICT, row.district_code, OLD_FROM])

    def new_provinces(self, rows: list[source.NewRow]) -> Iterable[Unit]:
        for code, name in {row.province_code: row.province for row in rows}.items():
            yield Unit(level=Level.PROVINCE, code=code, name=name, valid_from=NEW_FROM, basis=NEW_BASIS)

    def new_communes(self, rows: list[source.NewRow]) -> Iterable[Unit]:
        for row in rows:
            note = f"; nguồn khác ghi mã {UNSURE_CODES[row.code]}" if row.code in UNSURE_CODES else ""
            yield Unit(
                level=Level.COMMUNE,
                code=row.code,
                name=row.name,
                parent=self.units[Level.PROVINCE, row.province_code, NEW_FROM],
                valid_from=NEW_FROM,
                basis=NEW_BASIS + note,
            )

    def add(self, wanted: Iterable[Unit]) -> None:
        missing = [unit for unit in wanted if (unit.level, unit.code, unit.valid_from) not in self.units]
        for unit in filter(self.can_be_placed, missing):
            self.place(unit)
        for unit in Unit.objects.bulk_create([unit.derive() for unit in missing], batch_size=BATCH):
            self.units[unit.level, unit.code, unit.valid_from] = unit
        self.done.units += len(missing)

    # --- who took over from whom --------------------------------------------------------------------------------------

    def successions(self, old: list[source.OldRow], new: list[source.NewRow]) -> Iterable[UnitSuccessor]:
        """Communes by the source's keys, then provinces. An island district went whole into its đặc khu."""
        before = {row.key: _old_key(row) for row in old}
        after: dict[str, UnitKey] = {row.key: (Level.COMMUNE, row.code, NEW_FROM) for row in new}
        for item in source.read_successions(self.data):
            yield self.successor(before[item.old_key], after[item.new_key], divided=item.divided)
        old_codes = {row.key.split("_")[0]: row.province_code for row in old}
        new_codes = {row.key.split("_")[0]: row.province_code for row in new}
        for old_key, new_key in source.read_province_successions(self.data).items():
            yield self.successor(
                (Level.PROVINCE, old_codes[old_key], OLD_FROM), (Level.PROVINCE, new_codes[new_key], NEW_FROM)
            )

    def successor(self, old: UnitKey, new: UnitKey, *, divided: bool = False) -> UnitSuccessor:
        kind = UnitSuccessor.Kind.DIVIDED if divided else UnitSuccessor.Kind.WHOLE
        return UnitSuccessor(old=self.units[old], new=self.units[new], kind=kind)

    def link(self, wanted: Iterable[UnitSuccessor]) -> None:
        missing = [item for item in wanted if (item.old_id, item.new_id) not in self.links]
        UnitSuccessor.objects.bulk_create(missing, batch_size=BATCH)
        self.links.update((item.old_id, item.new_id) for item in missing)
        self.done.successors += len(missing)

    def put_on_the_map(self) -> None:
        """Rows that were loaded before coordinates were kept."""
        missing = list(filter(self.can_be_placed, self.units.values()))
        for unit in missing:
            self.place(unit)
        Unit.objects.bulk_update(missing, ["latitude", "longitude", "area_km2"], batch_size=BATCH)
        self.done.placed += len(missing)

    def can_be_placed(self, unit: Unit) -> bool:
        """Codes of before 01/07/2025 mean other units. What an administrator entered stays."""
        return unit.valid_from >= NEW_FROM and unit.latitude is None and unit.code in self.spots

    def place(self, unit: Unit) -> None:
        """A unit that was renamed since lies where it lay."""
        spot = self.spots[unit.code]
        unit.latitude, unit.longitude, unit.area_km2 = spot.latitude, spot.longitude, spot.area_km2

    # --- later decisions ----------------------------------------------------------------------------------------------

    def amend(self, amendment: Amendment) -> None:
        province = self.latest_before(Level.PROVINCE, amendment.province_code, amendment.on)
        if amendment.province_name:
            self.rename([(province, amendment.province_name)], amendment, parent=None)
            province = self.units[Level.PROVINCE, amendment.province_code, amendment.on]
        communes = [
            (self.latest_before(Level.COMMUNE, code, amendment.on), name) for code, name in amendment.communes.items()
        ]
        self.rename(communes, amendment, parent=province)
        self.hand_over(amendment, province)

    def latest_before(self, level: Level, code: str, on: dt.date) -> Unit:
        rows = [unit for key, unit in self.units.items() if key[:2] == (level, code) and key[2] < on]
        return max(rows, key=lambda unit: unit.valid_from)

    def rename(self, pairs: list[tuple[Unit, str]], amendment: Amendment, *, parent: Unit | None) -> None:
        """End the old rows the day before, begin the new ones, and join them."""
        new = [
            Unit(
                level=old.level, code=old.code, name=name, parent=parent, valid_from=amendment.on, basis=amendment.basis
            )
            for old, name in pairs
        ]
        self.add(new)
        ended = [old for old, _ in pairs if old.valid_to is None]
        for old in ended:
            old.valid_to = amendment.on - dt.timedelta(days=1)
        Unit.objects.bulk_update(ended, ["valid_to"])
        self.done.closed += len(ended)
        self.link(
            self.successor((old.level, old.code, old.valid_from), (old.level, old.code, amendment.on))
            for old, _ in pairs
        )

    def hand_over(self, amendment: Amendment, province: Unit) -> None:
        """Communes that go on unchanged now belong to the province's new row; those that ended stay with the old."""
        earlier = self.earlier_ids(province)
        moved = [
            unit
            for unit in self.units.values()
            if unit.level == Level.COMMUNE and unit.valid_to is None and unit.parent_id in earlier
        ]
        for unit in moved:
            unit.parent = province
            unit.derive()
        Unit.objects.bulk_update(moved, ["parent", "name_folded"], batch_size=BATCH)
        self.done.moved += len(moved)

    def earlier_ids(self, province: Unit) -> set[int]:
        """Rows of the same province since the codes of 01/07/2025; before that the code may mean another province."""
        return {
            unit.pk
            for (level, code, first), unit in self.units.items()
            if (level, code) == (Level.PROVINCE, province.code) and NEW_FROM <= first < province.valid_from
        }


def _old(level: Level, code: str, name: str, parent: Unit | None) -> Unit:
    return Unit(level=level, code=code, name=name, parent=parent, valid_from=OLD_FROM, valid_to=OLD_TO, basis=OLD_BASIS)


def _old_key(row: source.OldRow) -> UnitKey:
    if row.code is None:
        return (Level.DISTRICT, row.district_code, OLD_FROM)
    return (Level.COMMUNE, row.code, OLD_FROM)
