"""The tables of a report: of one unit a line a figure, of many units a row a unit; and the rules, one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from accounts.models import Unit
from registry.codes import RULE_TEXTS
from registry.scores.share import Share
from supervision.figures import FIGURES
from supervision.reports.layout import ROMAN, Layout, Line, Part, lines_of
from supervision.reports.numbers import Key, Told, kind_of
from supervision.reports.shape import Cell, Column, Row, Table, change_cell, number_cell, text_cell

HAD_TO, DONE = "quy-tac-{}-phai", "quy-tac-{}-da"
REACHED, NOT_REACHED = "đạt", "chưa đạt"
ALL_TO_REACH: Final = 100_00
ONE_UNIT: Final = ("Đơn vị tính", "Kỳ trước", "Kỳ này", "Tăng, giảm", "Lũy kế")
AGAINST: Final = ("Chỉ tiêu", "Đạt")


# --- one unit -------------------------------------------------------------------------------------------------------


def of_one(layout: Layout, told: Told, before: Told | None) -> Table:
    """A line a figure, under the parts of the report; targets only where one was set."""
    with_targets = any(line.code in told.targets for line in lines_of(layout))
    rows: list[Row] = []
    for number, part in zip(ROMAN, layout.parts, strict=False):
        rows.append({"place": number, "name": part.title, "kind": "section", "cells": []})
        rows += [
            {"place": str(place), "name": line.title, "kind": "", "cells": _line(line, told, before, with_targets)}
            for place, line in enumerate(part.lines, start=1)
        ]
    columns: list[Column] = [{"title": title, "group": ""} for title in ONE_UNIT + AGAINST * with_targets]
    return {"key": "so-lieu", "title": "Số liệu", "names": "Nội dung", "note": "", "columns": columns, "rows": rows}


def _line(line: Line, told: Told, before: Told | None, with_targets: bool) -> list[Cell]:
    kind, now = kind_of(line.code), told.of(line.code)
    then = before.of(line.code) if before else None
    change = None if now is None or then is None else now - then
    total = number_cell(told.up_to_now(line.code), kind) if line.up_to_now else text_cell("")
    return [
        text_cell(FIGURES[line.code].unit),
        number_cell(then, kind),
        number_cell(now, kind),
        change_cell(change, kind),
        total,
        *(against(line, told) if with_targets else []),
    ]


def against(line: Line, told: Told | None) -> list[Cell]:
    """The target, and how much of it is reached; empty where none was set."""
    target = told.targets.get(line.code) if told else None
    if told is None or target is None:
        return [text_cell(""), text_cell("")]
    return [number_cell(target, kind_of(line.code)), reached(line.code, told.of(line.code), target)]


def reached(code: str, now: int | None, target: int) -> Cell:
    """Of what is counted the percentage of the target, rounded down; of a share, and of what should fall, yes or no."""
    figure = FIGURES[code]
    if now is None:
        return text_cell("–")
    if figure.kind == "ratio" or figure.better == "down":
        is_there = now <= target if figure.better == "down" else now >= target
        return text_cell(REACHED if is_there else NOT_REACHED)
    return number_cell(now * ALL_TO_REACH // target if target else None, "percent")


# --- many units -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Units:
    """Whose report it is (None: the country), the units below it, and what both are called. `below` are those of which
    something is known, `unknown` the others."""

    own: Unit | None
    below: Sequence[Unit]
    unknown: Sequence[Unit]
    whole: str
    names: str


def of_many(layout: Layout, units: Units, told: Mapping[Key, Told]) -> list[Table]:
    """A table a part: the whole on top, then a row a unit."""
    return [_part(f"{number}. {part.title}", part, units, told)
            for number, part in zip(ROMAN, layout.parts, strict=False)]  # fmt: skip


def _part(title: str, part: Part, units: Units, told: Mapping[Key, Told]) -> Table:
    with_target = {line.code for line in part.lines
                   if line.against and any(line.code in one.targets for one in told.values())}  # fmt: skip

    def cells(key: Key) -> list[Cell]:
        return [cell for line in part.lines for cell in _cells(line, told.get(key), line.code in with_target)]

    own = units.own.pk if units.own else None
    whole: Row = {"place": "", "name": units.whole, "kind": "total", "cells": cells(own)}
    rows: list[Row] = [{"place": str(place), "name": one.name, "kind": "", "cells": cells(one.pk)}
                       for place, one in enumerate(units.below, start=1)]  # fmt: skip
    columns = [column for line in part.lines for column in _columns(line, line.code in with_target)]
    return {"key": part.key, "title": title, "names": units.names, "note": "", "columns": columns,
            "rows": [whole, *rows]}  # fmt: skip


def _columns(line: Line, with_target: bool) -> list[Column]:
    more = list(AGAINST) if with_target else []
    if line.up_to_now:
        return [{"title": title, "group": line.name} for title in ["Trong kỳ", "Lũy kế", *more]]
    group = line.group or (line.name if more else "")
    first = line.name if line.group or not more else "Kỳ này"
    return [{"title": title, "group": group} for title in [first, *more]]


def _cells(line: Line, told: Told | None, with_target: bool) -> list[Cell]:
    kind = kind_of(line.code)
    cells = [number_cell(told.of(line.code) if told else None, kind)]
    if line.up_to_now:
        cells.append(number_cell(told.up_to_now(line.code) if told else None, kind))
    return cells + (against(line, told) if with_target else [])


# --- rule by rule ---------------------------------------------------------------------------------------------------


def of_rules(title: str, told: Told) -> Table:
    """The rules that somebody had to put right, in the order of the catalogue."""
    rows: list[Row] = []
    for code, text in RULE_TEXTS.items():
        if (had_to := _of_rule(HAD_TO, code, told)) and (done := _of_rule(DONE, code, told)) is not None:
            rows.append({"place": code, "name": text.title, "kind": "", "cells": _rule(text.group, had_to, done)})
    titles = ("Nhóm", "Phải làm sạch", "Đã làm sạch", "Còn lại", "Tỷ lệ")
    return {"key": "quy-tac", "title": title, "names": "Quy tắc", "note": "Đếm theo việc, không theo người.",
            "columns": [{"title": one, "group": ""} for one in titles], "rows": rows}  # fmt: skip


def _of_rule(pattern: str, rule: str, told: Told) -> int | None:
    """None of a rule without such a figure, too: it only reminds."""
    code = pattern.format(rule.lower())
    return None if code not in FIGURES or (found := told.of(code)) is None else found // 100


def _rule(group: str, had_to: int, done: int) -> list[Cell]:
    percent = Share(done, had_to).percent
    return [
        text_cell(group),
        number_cell(had_to * 100, "count"),
        number_cell(done * 100, "count"),
        number_cell((had_to - done) * 100, "count"),
        number_cell(None if percent is None else int(percent * 100), "percent"),
    ]
