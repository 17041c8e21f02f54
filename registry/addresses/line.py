"""One typed line of address as the fields of a form: house and street, hamlet, and the commune of today."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import Unit
from accounts.units.find import CurrentUnit, current_unit
from registry.hamlets.names import as_listed
from registry.values.address_line import UNITS, AddressLine, PartKind, split_address, tidy_hamlet

Find = Callable[..., CurrentUnit]
Listed = Callable[[Unit | None, str], str]
FIELDS = ("unit", "hamlet", "street")
MOST_NAMELESS = 2
RAW_LENGTH = 300
NO_UNIT = "Chưa thấy tên xã, phường trong dòng địa chỉ; ghi thêm, hoặc điền các ô bên dưới."
NOT_HERE = "Địa chỉ này thuộc {}, không thuộc {}; ô này chỉ ghi nơi tạm trú trong xã."


@dataclass(frozen=True)
class ReadLine:
    """What a line says. `place.unit` is None where the officer must choose or write more; `place.sentence` says so."""

    raw: str
    street: str
    hamlet: str
    place: CurrentUnit

    @property
    def unit_text(self) -> str:
        """What belongs into the unit's field."""
        return self.place.unit.path if self.place.unit else ""


def read_line(
    text: str, *, near: Unit | None = None, find: Find = current_unit, listed: Listed = as_listed
) -> ReadLine:
    """Take a line apart and find its commune. A name without a kind in front of the units ("Nà Mạ, Mẫu Sơn, Lạng Sơn")
    is the hamlet when only what stands behind it is a place. Fifteen queries at most, mostly four; who reads many lines
    brings `find` and `listed` that ask none."""
    line = split_address(text)
    place, nameless = _find(line, near, find)
    hamlet = line.hamlet or (tidy_hamlet(nameless[-1]) if nameless else "")
    rest = nameless if line.hamlet else nameless[:-1]
    street = ", ".join(filter(None, [line.street, *rest]))
    return ReadLine(line.raw, street, listed(place.unit, hamlet), place)


def _find(line: AddressLine, near: Unit | None, find: Find) -> tuple[CurrentUnit, list[str]]:
    units = [part for part in line.parts if part.kind in UNITS]
    if not units:
        return CurrentUnit(sentence=NO_UNIT), []
    whole = find(", ".join(part.text for part in units), near=near)
    for dropped in range(1, min(MOST_NAMELESS, len(units) - 1) + 1):
        if whole.unit or whole.choices or any(part.kind != PartKind.PLACE for part in units[:dropped]):
            break
        place = find(", ".join(part.text for part in units[dropped:]), near=near)
        if place.unit or place.choices:
            return place, [part.text for part in units[:dropped]]
    return whole, []


@dataclass(frozen=True)
class Filled:
    """What became of a line in a form's clean(): the sentence that stops it, or the one that only tells."""

    error: str = ""
    notice: str = ""
    choices: tuple[Unit, ...] = ()


def fill_from_line(values: dict[str, Any], kind: str, *, near: Unit) -> Filled:
    """For a form's clean(), without scripts: `{kind}_line` into `{kind}_unit`, `_hamlet`, `_street` where all three are
    empty. The line itself goes to `{kind}_raw`, for Residence.raw_text. Writes only into `values`.

    A temporary residence is in the officer's own commune and has no unit field: a line that names another is refused.
    """
    text = values.get(f"{kind}_line") or ""
    if not text:
        return Filled()
    values[f"{kind}_raw"] = text[:RAW_LENGTH]
    if any(values.get(f"{kind}_{name}") for name in FIELDS):
        return Filled()
    read = read_line(text, near=near)
    place = read.place
    if f"{kind}_unit" not in values:
        if place.unit and place.unit.pk != near.pk:
            return Filled(error=NOT_HERE.format(place.unit.path, near.name))
    elif place.unit is None:
        return Filled(error=place.sentence, choices=tuple(place.choices))
    else:
        values[f"{kind}_unit"] = place.unit
    values[f"{kind}_hamlet"], values[f"{kind}_street"] = read.hamlet, read.street
    return Filled(notice=place.sentence if place.was else "")
