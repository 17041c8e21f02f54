"""A report put together from its numbers, once, and frozen (shape.py). At most ten queries, for any number of units."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Level, Officer, Unit
from accounts.periods import Period, name_of, previous
from accounts.roles import Role
from supervision.corrections import corrections_of
from supervision.figures import FIGURES
from supervision.models import Correction, FrozenPeriod
from supervision.reports import heads, tables
from supervision.reports.layout import LAYOUTS, ROMAN, Layout, codes_of, lines_of
from supervision.reports.numbers import Key, Told, before, from_frozen, history, kind_of, told_of
from supervision.reports.shape import (
    VERSION,
    Chart,
    Contents,
    Point,
    Remarks,
    Row,
    Table,
    change_cell,
    in_words,
    number_cell,
    text_cell,
)

PERIODS_DRAWN = 8
PERIODS_CORRECTED = 13
BARS_DRAWN = 20
NAMED = 12
BARS_OF_ONE = {
    "project_06": (("Từ đủ 14 tuổi", "phu-the-tu-14"), ("6 đến dưới 14 tuổi", "phu-the-6-14"),
                   ("Dưới 6 tuổi", "phu-the-duoi-6")),
    "cleaning": (("Đúng", "ty-le-lam-sach-d"), ("Đủ", "ty-le-lam-sach-e"), ("Sạch", "ty-le-lam-sach-s"),
                 ("Sống", "ty-le-lam-sach-l")),
}  # fmt: skip
OWN_PAPERS = re.compile(r"\s*\(facts [\d., ]+\)|;?\s*facts [\d., ]+")  # named for developers, not for officers
TITLE_OF_ONE = {"project_06": "Tỷ lệ có thẻ căn cước theo độ tuổi", "cleaning": "Tỷ lệ làm sạch theo nhóm"}


@dataclass(frozen=True)
class Wanted:
    """Which report: its kind, whose (None: the country), and the period."""

    kind: str
    unit: Unit | None
    period_kind: str
    period: Period

    @property
    def layout(self) -> Layout:
        return LAYOUTS[self.kind]

    @property
    def is_of_commune(self) -> bool:
        return self.unit is not None and self.unit.level == Level.COMMUNE


class NothingKnown(Exception):
    """Nobody has counted anything of that unit in that period."""


def contents_of(wanted: Wanted, *, remarks: Remarks, by: Officer | None) -> Contents:
    """Raises NothingKnown."""
    below = _below(wanted)
    told, is_open = told_of([wanted.unit, *below], wanted.period_kind, wanted.period, codes_of(wanted.layout))
    own = told.get(wanted.unit.pk if wanted.unit else None)
    if own is None:
        raise NothingKnown
    assert own.taken_at is not None
    units = _units(wanted, below, told)
    as_of = f"{timezone.localtime(own.taken_at):%H:%M %d/%m/%Y}"
    found: Contents = {
        "version": VERSION,
        "head": heads.head(wanted.kind, wanted.unit, told_in_title(wanted), by=_signs(by)),
        "unit": wanted.unit.name if wanted.unit else heads.COUNTRY,
        "period": f"{told_in_title(wanted)} ({wanted.period.words})",
        "as_of": f"Số liệu sơ bộ lúc {as_of}, kỳ chưa chốt" if is_open else f"Số liệu chốt lúc {as_of}",
        "is_preliminary": is_open,
        "is_wide": not wanted.is_of_commune,
        "tables": _tables(wanted, units, told, own),
        "charts": _charts(wanted, units, told, own, is_open=is_open),
        "remarks": remarks,
        "notes": _notes(wanted, units, is_open=is_open),
        "definitions": _definitions(wanted.layout),
    }
    corrections = _corrections(wanted)
    return found | {"corrections": corrections} if corrections else found


def told_in_title(wanted: Wanted) -> str:
    """ "tuần 13/11–19/11/2026", "quý IV/2026"."""
    name = name_of(wanted.period_kind, wanted.period)
    return f"{name[0].lower()}{name[1:]}"


def _signs(by: Officer | None) -> str:
    """Who signs is the chief; of the levels above nobody signs in by name."""
    return str(by) if by is not None and by.role == Role.CHIEF else ""


def _below(wanted: Wanted) -> list[Unit]:
    """The units that were there at the end of the period. One query, none for a commune."""
    if wanted.is_of_commune:
        return []
    there = Unit.objects.current(wanted.period.last)
    return list(there.communes().filter(parent=wanted.unit) if wanted.unit else there.provinces())


def _units(wanted: Wanted, below: list[Unit], told: Mapping[Key, Told]) -> tables.Units:
    known, unknown = [one for one in below if one.pk in told], [one for one in below if one.pk not in told]
    if wanted.unit is None:
        return tables.Units(None, known, unknown, heads.COUNTRY, "Tỉnh, thành phố")
    return tables.Units(wanted.unit, known, unknown, f"Toàn {heads.level_of(wanted.unit)}", "Xã, phường, đặc khu")


def _named(units: Sequence[Unit]) -> str:
    return f": {', '.join(one.name for one in units)}" if len(units) <= NAMED else ""


# --- tables ---------------------------------------------------------------------------------------------------------


def _tables(wanted: Wanted, units: tables.Units, told: Mapping[Key, Told], own: Told) -> list[Table]:
    layout = wanted.layout
    if wanted.is_of_commune:
        earlier = before([wanted.unit], wanted.period_kind, previous(wanted.period_kind, wanted.period))
        assert wanted.unit is not None
        found = [tables.of_one(layout, own, earlier.get(wanted.unit.pk))]
        rules = "Theo quy tắc"
    else:
        found = tables.of_many(layout, units, told)
        rules = f"{ROMAN[len(layout.parts)]}. Theo quy tắc, {units.whole.lower()}"
    return [*found, tables.of_rules(rules, own)] if layout.by_rule else found


def _definitions(layout: Layout) -> Table:
    rows: list[Row] = []
    for place, code in enumerate(codes_of(layout), start=1):
        figure = FIGURES[code]
        cells = [text_cell(figure.unit), text_cell(figure.note), text_cell(OWN_PAPERS.sub("", figure.source))]
        rows.append({"place": str(place), "name": figure.title, "kind": "", "cells": cells})
    return {"key": "definitions", "title": "Cách tính", "names": "Chỉ số", "note": "", "rows": rows,
            "columns": [{"title": one, "group": ""} for one in ("Đơn vị tính", "Cách tính", "Nguồn")]}  # fmt: skip


def _corrections(wanted: Wanted) -> Table | None:
    """What turned out otherwise of this period, and of earlier ones since the period before was closed: of the numbers
    that stand in this report. Two queries."""
    rows = history(wanted.unit, wanted.period_kind, wanted.period.first, periods=PERIODS_CORRECTED)
    earlier = [row for row in rows if row.first < wanted.period.first]
    since = earlier[-1].closed_at if earlier else None
    found = corrections_of(rows)
    shown = [
        (row, line)
        for row in rows
        for line in found[row.pk]
        if _is_told(line, wanted.layout) and (row.first == wanted.period.first or not since or line.found_at > since)
    ]
    if not shown:
        return None
    lines: list[Row] = [_correction(place, row, line) for place, (row, line) in enumerate(shown, start=1)]
    titles = ("Kỳ", "Đã báo cáo", "Nay là", "Tăng, giảm", "Lý do")
    return {"key": "corrections", "title": "Đính chính số liệu đã báo cáo", "names": "Nội dung", "rows": lines,
            "note": "Số liệu kỳ đã chốt giữ nguyên như đã báo cáo; thay đổi về sau ghi ở bảng này.",
            "columns": [{"title": one, "group": ""} for one in titles]}  # fmt: skip


def _is_told(line: Correction, layout: Layout) -> bool:
    """Whether the number stands in the report, by itself or as part of a share."""
    if line.is_total:
        return any(one.code == line.code for one in lines_of(layout) if one.up_to_now)
    return any(line.code == one.code or line.code in FIGURES[one.code].parts for one in lines_of(layout))


def _correction(place: int, frozen: FrozenPeriod, one: Correction) -> Row:
    kind = kind_of(one.code)
    name = FIGURES[one.code].title + (" (lũy kế)" if one.is_total else "")
    was, now = one.was * 100, one.now * 100
    cells = [
        text_cell(name_of(frozen.kind, Period(frozen.first, frozen.last))),
        number_cell(was, kind),
        number_cell(now, kind),
        change_cell(now - was, kind),
        text_cell(one.note or "chưa ghi"),
    ]
    return {"place": str(place), "name": name, "kind": "", "cells": cells}


# --- charts and notes -----------------------------------------------------------------------------------------------


def _charts(
    wanted: Wanted, units: tables.Units, told: Mapping[Key, Told], own: Told, *, is_open: bool
) -> list[Chart]:  # fmt: skip
    layout = wanted.layout
    if wanted.is_of_commune:
        bars: Chart = {"key": "cot", "title": TITLE_OF_ONE[wanted.kind], "note": "", "kind": "bars",
                       "points": [_point(label, code, own) for label, code in BARS_OF_ONE[wanted.kind]]}  # fmt: skip
    else:
        bars = _lowest_first(layout, units, told)
    return [bars, *_over_periods(wanted, own, is_open=is_open)]


def _lowest_first(layout: Layout, units: tables.Units, told: Mapping[Key, Told]) -> Chart:
    points = [_point(one.name, layout.bars, told.get(one.pk)) for one in units.below]
    known = sorted((one for one in points if one["number"] is not None), key=lambda one: one["number"] or 0)
    note = f"{BARS_DRAWN} đơn vị thấp nhất trong {len(known)}." if len(known) > BARS_DRAWN else "Thấp nhất trước."
    return {"key": "cot", "title": layout.bars_title, "note": note, "kind": "bars", "points": known[:BARS_DRAWN]}


def _over_periods(wanted: Wanted, own: Told, *, is_open: bool) -> list[Chart]:
    """The share over the periods that were closed, this one last; nothing with fewer than two."""
    layout, kind = wanted.layout, wanted.period_kind
    rows = history(wanted.unit, kind, wanted.period.first, periods=PERIODS_DRAWN)
    points = [_point(f"{row.last:%d/%m}", layout.bars, from_frozen(row)) for row in rows]
    if is_open:
        points.append(_point(f"{min(wanted.period.last, timezone.localdate()):%d/%m}", layout.bars, own))
    if sum(one["number"] is not None for one in points) < 2:
        return []
    title = f"{layout.bars_title} qua các kỳ"
    return [{"key": "duong", "title": title, "note": "Số liệu cuối mỗi kỳ.", "kind": "line", "points": points}]


def _point(label: str, code: str, told: Told | None) -> Point:
    number = told.of(code) if told else None
    return {"label": label, "text": in_words(number, kind_of(code)), "number": number}


def _notes(wanted: Wanted, units: tables.Units, *, is_open: bool) -> list[str]:
    day = min(wanted.period.last, timezone.localdate())
    notes = [
        f"Việc phát sinh tính trong kỳ; số đang tồn tính đến hết {day:%d/%m/%Y}. Lũy kế là toàn bộ số ghi nhận trên hệ "
        "thống đến hết kỳ.",
        "Tỷ lệ làm tròn xuống hai chữ số thập phân. Dấu “–” là không có số.",
    ]
    if not wanted.is_of_commune:
        notes.append("Cặp nghi trùng liên xã tính ở cả hai đơn vị; dòng tổng tính một lần.")
    if units.unknown:
        notes.append(f"Chưa có số liệu của {len(units.unknown)} đơn vị{_named(units.unknown)}.")
    if is_open:
        notes.append("Kỳ chưa chốt: số liệu sơ bộ, còn thay đổi đến khi chốt.")
    return notes
