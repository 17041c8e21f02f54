"""Where a row says somebody lives: lines of address taken apart as the form does, with the list's commune beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from accounts.models import Unit
from accounts.units.find import CurrentUnit
from registry.addresses.line import NOT_HERE, RAW_LENGTH, ReadLine, read_line
from registry.residents.fields import TextField, speak_vietnamese
from registry.rosters.problems import Repair
from registry.values.address_line import UNITS, split_address, tidy_hamlet
from registry.values.periods import years_after

if TYPE_CHECKING:
    from registry.rosters.values import Context, RowValues

UNIT, PERIOD = "unit", "period"
OWN_COMMUNE = "Dòng địa chỉ không ghi xã, phường; lấy xã của danh sách."
WHOLE_TERM = "Tạm trú cần đủ địa chỉ, ngày bắt đầu và ngày hết hạn."
KINDS = ("permanent", "temporary", "present")
PARTS = {"hamlet": "permanent_hamlet", "street": "permanent_street"}
LINE = TextField(max_length=RAW_LENGTH)
speak_vietnamese([LINE])
LONGEST = {"hamlet": 100, "street": 150}  # as the form's fields and the columns


def read(row: RowValues, typed: Mapping[str, str], context: Context) -> None:
    """`permanent_unit`, `_hamlet`, `_street`, `_raw` and the same of the two other places, into row.values."""
    for kind in KINDS:
        names = [f"{kind}_line", *([*PARTS.values(), "permanent_unit"] if kind == "permanent" else [])]
        texts = {name: _text(row, name, typed[name], context) for name in names if typed.get(name, "").strip()}
        if None in texts.values():
            continue
        line, unit = texts.get(f"{kind}_line") or "", texts.get("permanent_unit") or ""
        parts = {name: texts.get(column) or "" for name, column in PARTS.items()} if kind == "permanent" else {}
        if line:
            _take(row, kind, line, _with_unit(line, unit), parts, context)
        elif any(parts.values()) or unit:
            _take_parts(row, parts, unit, context)
    _present(row)


def _text(row: RowValues, name: str, text: str, context: Context) -> str | None:
    """As the form's field of a line cleans it; None when it is refused."""
    key = (name, text)
    if key not in context.remembered:
        try:
            context.remembered[key] = LINE.clean(text)
        except ValidationError as refused:
            row.refuse(name, UNIT, str(refused.messages[0]))
            return None
    return context.remembered[key]


def _with_unit(line: str, unit: str) -> str:
    """The line, with the unit of a column of its own behind it where the line names none."""
    if not unit or any(part.kind in UNITS for part in split_address(line).parts):
        return line
    return f"{line}, {unit}"


def _take(row: RowValues, kind: str, line: str, text: str, parts: Mapping[str, str], context: Context) -> None:
    found, is_own = _line(text, context)
    if is_own:
        row.repairs.append(Repair(f"{kind}_line", line, f"{line}, {context.commune.name}", OWN_COMMUNE))
    place = found.place
    if place.unit is None:
        row.refuse(f"{kind}_line", UNIT, place.sentence)
        return
    if kind == "temporary" and place.unit.pk != context.commune.pk:
        row.refuse("temporary_line", UNIT, NOT_HERE.format(place.unit.path, context.commune.name))
        return
    if place.was is not None:
        row.repairs.append(Repair(f"{kind}_line", place.was.path, place.unit.path, place.sentence))
    hamlet = context.listed(place.unit, tidy_hamlet(parts["hamlet"])) if parts.get("hamlet") else found.hamlet
    _put(row, kind, place.unit, hamlet, parts.get("street") or found.street, raw=line)


def _line(text: str, context: Context) -> tuple[ReadLine, bool]:
    """The line taken apart, and whether it names no commune and so is of the list's. A household has one line: it is
    read once."""
    key = ("line", text)
    if key not in context.remembered:
        found = read_line(text, near=context.commune, find=context.places.current, listed=context.listed)
        own = None if found.place.unit else _own(text, found, context)
        context.remembered[key] = (own or found, own is not None)
    return context.remembered[key]


def _own(text: str, found: ReadLine, context: Context) -> ReadLine | None:
    """A line that names no unit at all is of the list's own commune; so is one that ends in a hamlet of its list."""
    line = split_address(text)
    units = [part for part in line.parts if part.kind in UNITS]
    here = CurrentUnit(context.commune)
    if not units:
        return ReadLine(found.raw, found.street, context.listed(context.commune, line.hamlet), here)
    if found.place.choices or len(units) > 1 or line.hamlet or not context.is_listed(units[0].text):
        return None
    return ReadLine(found.raw, line.street, context.listed(context.commune, units[0].text), here)


def _take_parts(row: RowValues, parts: Mapping[str, str], unit: str, context: Context) -> None:
    """A list with columns of their own for the hamlet, the street and the commune."""
    place = context.places.current(unit, near=context.commune) if unit else CurrentUnit(context.commune)
    if place.unit is None:
        row.refuse("permanent_unit", UNIT, place.sentence)
        return
    if place.was is not None:
        row.repairs.append(Repair("permanent_unit", unit, place.unit.path, place.sentence))
    hamlet = tidy_hamlet(parts["hamlet"]) if parts["hamlet"] else ""
    if not unit:
        row.repairs.append(Repair("permanent_unit", "", context.commune.name, OWN_COMMUNE))
    _put(row, "permanent", place.unit, context.listed(place.unit, hamlet), parts["street"])


def _put(row: RowValues, kind: str, unit: Unit, hamlet: str, street: str, *, raw: str = "") -> None:
    for name, text in (("hamlet", hamlet), ("street", street)):
        if len(text) > LONGEST[name]:
            row.refuse(f"{kind}_line", UNIT, f"Phần {text[:20]}… dài quá {LONGEST[name]} ký tự.")
            return
    values: dict[str, Any] = {"hamlet": hamlet, "street": street}
    if raw:
        values["raw"] = raw[:RAW_LENGTH]
    if kind != "temporary":
        values["unit"] = unit
    row.values |= {f"{kind}_{name}": value for name, value in values.items()}


def _present(row: RowValues) -> None:
    """Without a place of its own, somebody is where they are registered, as the form takes it."""
    values = row.values
    if "present_unit" in values:
        values["present_same"] = False
    elif "permanent_unit" in values or "temporary_from" in values:
        values["present_same"] = True


def check_temporary(row: RowValues) -> None:
    """As ResidentForm._check_temporary(): Luật Cư trú Đ27, two years at most."""
    values = row.values
    start, end = values.get("temporary_from"), values.get("temporary_to")
    place = values.get("temporary_hamlet") or values.get("temporary_street")
    if not (place or start or end):
        return
    wrong = {problem.field for problem in row.problems}
    for name, value in (("temporary_line", place), ("temporary_from", start), ("temporary_to", end)):
        if not value and name not in wrong:
            row.refuse(name, PERIOD, WHOLE_TERM)
    if start and end and end <= start:
        row.refuse("temporary_to", PERIOD, "Ngày hết hạn phải sau ngày bắt đầu.")
    elif start and end and end > years_after(start, 2):
        row.refuse("temporary_to", PERIOD, "Tạm trú tối đa 02 năm (Luật Cư trú Điều 27).")
