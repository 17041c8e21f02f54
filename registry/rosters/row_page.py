"""One row of a list beside the person it is, or may be: what the file says, what stands, and what may be decided."""

import re
from collections.abc import Iterable
from typing import Any, Final

from accounts.models import Officer
from accounts.roles import Right
from accounts.scope import answers_for
from registry.models import (
    IdentityNumber,
    NumberKind,
    Relation,
    RelationKind,
    Residence,
    ResidenceKind,
    Resident,
    Roster,
    RosterRow,
    RowDecision,
    RowState,
    RowVerdict,
    Sex,
)
from registry.residents.masking import masked_text, shown_number, shown_text
from registry.rosters import reasons
from registry.rosters.deciding import OPEN_ROWS
from registry.rosters.fields import FIELDS, Kind
from registry.rosters.forms import letter_of
from registry.rosters.page import may_decide_rows
from registry.rosters.tables import VERDICT_PILLS, is_sensitive, outcome_of

HIDDEN: Final = "••••"
COMPARED: Final = (
    "full_name", "birth_date", "sex", "number", "cmnd", "father_name", "mother_name", "permanent_line", "home_town",
    "phone",
)  # fmt: skip
"""What a candidate is known by; the rest of the record is one click away."""
SAME_RECORD: Final = "Các mục chính của dòng này khớp hồ sơ này."
OTHER_ROW: Final = re.compile(r"dòng (\d+)")
LETTERS: Final = "123456789"
SAID: Final = {
    RowDecision.WRITE: "Dòng {}: ghi.",
    RowDecision.AS_NEW: "Dòng {}: là người khác, ghi mới.",
    RowDecision.AS_PERSON: "Dòng {}: là người này, ghi vào hồ sơ.",
    RowDecision.SKIP: "Dòng {}: bỏ qua, không ghi.",
}


def row_of(row: RosterRow, roster: Roster, officer: Officer, *, picked: str = "") -> dict[str, Any]:
    """The context of row.html. `picked`: the public id of the candidate chosen. At most four queries."""
    may = may_decide_rows(roster) and row.state in OPEN_ROWS
    context: dict[str, Any] = {
        "row": row,
        "kind": VERDICT_PILLS.get(RowVerdict(row.verdict), "quiet") if row.verdict else "quiet",
        "outcome": outcome_of(row),
        "person": row.person if row.person and answers_for(officer, row.person.commune) else None,
        "typed": _typed(row, officer),
        "raw": _raw(row, roster, officer),
        "problems": [_labelled(one, officer) for one in row.problems],
        "is_blocked": any(one.get("blocks") for one in row.problems),
        "repairs": [_labelled(one, officer) for one in row.repairs],
        "notes": [shown_text(str(one.get("sentence", "")), officer) for one in row.notes],
        "reasons": [reasons.title_of(code) for code in row.reasons],
        "changes": _changes(row, officer),
        "may_decide": may,
        "is_parked": row.state == RowState.PARKED,
        "kept": [shown_text(str(text), officer) for text in row.kept],
    }
    if row.verdict == RowVerdict.SUSPECT and row.state in OPEN_ROWS:
        context |= _candidates(row, officer, picked)
    return context


def _typed(row: RosterRow, officer: Officer) -> list[dict[str, str]]:
    """What the file says, in the order of the fields; what changes stands in the table of changes."""
    changing = {one["field"] for one in row.changes}
    return [
        {"label": FIELDS[name].label, "value": _shown(name, row.typed[name], officer)}
        for name in FIELDS
        if row.typed.get(name) and name not in changing and FIELDS[name].kind != Kind.IGNORED
    ]


def _changes(row: RosterRow, officer: Officer) -> list[dict[str, Any]]:
    return [
        one | {name: _shown(one["field"], str(one.get(name) or ""), officer) for name in ("before", "after")}
        for one in row.changes
    ]


def _raw(row: RosterRow, roster: Roster, officer: Officer) -> list[dict[str, str]]:
    headings = roster.told.get("headings", [])
    shown = []
    for at, text in enumerate(row.raw):
        if str(text).strip():
            heading = headings[at] if at < len(headings) and headings[at] else f"Cột {letter_of(at)}"
            shown.append({"label": heading, "value": _shown(roster.columns.get(str(at), ""), str(text), officer)})
    return shown


def _labelled(one: dict[str, Any], officer: Officer) -> dict[str, Any]:
    """A repair or a problem with the name of its field, its values as this officer may see them."""
    name = str(one.get("field", ""))
    told = {key: _shown(name, str(one[key]), officer) for key in ("was", "now") if key in one}
    said = {key: shown_text(str(one[key]), officer) for key in ("said", "why") if key in one}
    other = OTHER_ROW.search(str(one.get("said", ""))) if one.get("code") == reasons.TWICE else None
    label = FIELDS[name].label if name in FIELDS else ""
    return one | told | said | {"label": label, "other_row": int(other[1]) if other else None}


def _shown(name: str, text: str, officer: Officer) -> str:
    if not text:
        return ""
    if is_sensitive(name) and not officer.can(Right.SENSITIVE_VIEW):
        return HIDDEN
    if name in FIELDS and FIELDS[name].kind == Kind.NUMBER and text.isdecimal():
        return shown_number(text, officer)
    return shown_text(text, officer)


# --- who it may be ---------------------------------------------------------------------------------------------------


def _candidates(row: RosterRow, officer: Officer, picked: str) -> dict[str, Any]:
    """Those of the row who are still on the books and whom the officer may see, side by side. Four queries."""
    told = offered_of(row)
    rows = Resident.objects.on_the_books().in_scope(officer).select_related("commune").in_bulk(told)
    people = [rows[pk] for pk in told if pk in rows]
    texts = _texts_of(people)
    chosen = next((one for one in people if str(one.public_id) == picked), None) or _first(row, people)
    candidates = [
        {
            "person": person,
            "letter": LETTERS[place % len(LETTERS)],
            "sentence": shown_text(str(told[person.pk].get("sentence", "")), officer),
            "is_twin": bool(told[person.pk].get("twin")),
            "is_chosen": chosen is not None and person.pk == chosen.pk,
            "url": person.get_absolute_url(),
        }
        for place, person in enumerate(people)
    ]
    return {"candidates": candidates, "chosen": chosen, "lines": _lines(row, people, texts, officer)}


def offered_of(row: RosterRow) -> dict[int, dict[str, Any]]:
    """Resident's id -> why it may be this one: the candidates, and the person whom the row has found already."""
    told = {one["id"]: one for one in row.candidates}
    if row.person_id and row.person_id not in told:
        told = {row.person_id: {"sentence": SAME_RECORD}} | told
    return told


def _first(row: RosterRow, people: list[Resident]) -> Resident | None:
    return next((one for one in people if one.pk == row.person_id), None) or next(iter(people), None)


def _lines(
    row: RosterRow, people: list[Resident], texts: dict[int, dict[str, str]], officer: Officer
) -> list[dict[str, Any]]:
    """Field by field: the file's cell, then each candidate's, marked where both say something and differ."""
    lines = []
    for name in COMPARED:
        said = row.typed.get(name, "")
        cells = []
        for person in people:
            text = texts[person.pk].get(name, "")
            cells.append({"value": _masked(name, text, person, officer), "differs": bool(said and text != said)})
        if said or any(cell["value"] for cell in cells):
            lines.append({"label": FIELDS[name].label, "said": _shown(name, said, officer), "cells": cells})
    return lines


def _masked(name: str, text: str, person: Resident, officer: Officer) -> str:
    shown = _shown(name, text, officer)
    return shown if answers_for(officer, person.commune) else masked_text(shown)


def _texts_of(people: list[Resident]) -> dict[int, dict[str, str]]:
    """What each is known by, as a list would say it. Three queries, none for nobody."""
    if not people:
        return {}
    found = {person.pk: _own(person) for person in people}
    for pk, kind, number in _numbers(people):
        found[pk]["number" if kind == NumberKind.PERSONAL else "cmnd"] = number
    for pk, kind, name in _parents(people):
        found[pk][f"{kind}_name"] = name
    homes = Residence.objects.filter(resident__in=people, kind=ResidenceKind.PERMANENT, closed_at=None, to_on=None)
    for home in homes.select_related("unit__parent"):
        found[home.resident_id]["permanent_line"] = home.address
    return found


def _own(person: Resident) -> dict[str, str]:
    born = person.known_birth
    return {
        "full_name": person.full_name,
        "birth_date": born.display() if born else "",
        "sex": Sex(person.sex).label if person.sex else "",
        "home_town": person.home_town,
        "phone": person.phone,
    }


def _numbers(people: list[Resident]) -> Iterable[tuple[int, str, str]]:
    kinds = (NumberKind.PERSONAL, NumberKind.CMND9)
    rows = IdentityNumber.objects.filter(resident__in=people, is_active=True, kind__in=kinds)
    return rows.values_list("resident_id", "kind", "number")


def _parents(people: list[Resident]) -> Iterable[tuple[int, str, str]]:
    kinds = (RelationKind.FATHER, RelationKind.MOTHER)
    rows = Relation.objects.filter(resident__in=people, is_current=True, kind__in=kinds)
    return rows.values_list("resident_id", "kind", "name")
