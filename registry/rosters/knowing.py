"""Whose row is this? By the personal number, else by the engine: the same keys, model and lines as the form
(registry/duplicates/check.py), asked for a whole piece at once. Nobody of another commune is ever named.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.duplicates import index
from registry.duplicates.check import ELSEWHERE, SHOWN, is_twin
from registry.duplicates.model_in_use import InUse, frequencies_of, in_use
from registry.matching import explain
from registry.matching.keys import keys_of
from registry.matching.normalise import normalise
from registry.matching.record import Record
from registry.matching.score import Score, is_worth_a_look, score
from registry.models import IdentityNumber, NumberKind, Resident, Roster
from registry.residents.numbers import CANCELLED, TWELVE_DIGITS, taken
from registry.rosters import reasons
from registry.rosters.problems import Problem
from registry.rosters.values import RowValues

OTHER_NAMES = frozenset({"other_given", "given", "surname", "none"})
OTHER_BIRTHS = frozenset({"near_year", "same_generation", "other"})
STRANGER = "Số định danh này trong sổ là của người khác: cả họ tên và ngày sinh đều khác. Kiểm tra lại số."
DIFFERS = "Số định danh này trong sổ là của {}. Xem có đúng là người này không."
Scored = list[tuple[int, Score]]


@dataclass
class Who:
    """`person`: surely this one (`is_sure`), or the likeliest. `problems` that block make the row wrong."""

    record: Record
    keys: list[int] = field(default_factory=list)
    person: int | None = None
    is_sure: bool = False
    candidates: list[dict[str, Any]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_suspect(self) -> bool:
        return bool(reasons.SUSPICIONS.intersection(self.reasons))

    def refuse(self, said: str, reason: str) -> None:
        self.problems.append(Problem("number", reason, said))
        self.reasons.append(reason)


def record_of(row: RowValues, commune_code: str, *, row_id: int = 0) -> Record:
    """The row as the engine sees a person: as index.records_of() will once it is written."""
    values = row.values
    born, sex = values.get("birth_date"), values.get("sex")
    kind = next((kind for kind in ("permanent", "present", "temporary") if f"{kind}_hamlet" in values), "permanent")
    home = [values.get(f"{kind}_{part}", "") for part in ("street", "hamlet")]
    return normalise(
        {
            "id": str(row_id),
            "full_name": values.get("full_name", ""),
            "birth_date": index.iso(born),
            "sex": index.SEXES.get(sex, "") if sex else "",
            "personal_number": " ".join(filter(None, [values.get("number"), values.get("cmnd")])),
            "cmnd": "",
            "mother_name": values.get("mother_name", ""),
            "father_name": values.get("father_name", ""),
            "commune_code": commune_code,
            "address": ", ".join(filter(None, home)),
            "home_town": values.get("home_town", ""),
            "phone": values.get("phone", ""),
        }
    )


def know(roster: Roster, rows: Sequence[RowValues]) -> list[Who]:
    """Whose these rows are. Eight queries, however many."""
    found = [Who(record_of(row, roster.commune.code)) for row in rows]
    for who in found:
        who.keys = keys_of(who.record)
    owners = _owners({row.values["number"] for row in rows if "number" in row.values})
    using = in_use()
    scored = _scores(found, rows, owners, using)
    people = _people({pk for likely in scored for pk, _ in likely})
    for who, row, likely in zip(found, rows, scored, strict=True):
        number = row.values.get("number", "")
        if number in owners:
            _by_number(who, owners[number], dict(likely), roster)
        else:
            _by_engine(who, likely, people, roster, using)
    return found


# --- by number --------------------------------------------------------------------------------------------------------


def _owners(numbers: set[str]) -> dict[str, IdentityNumber]:
    """Who bears each of these twelve digits today; a cancelled number is nobody's and before all. One query."""
    rows = IdentityNumber.objects.filter(number__in=numbers, kind__in=[*TWELVE_DIGITS, NumberKind.CANCELLED])
    ordered = sorted(
        (row for row in rows.select_related("resident__commune__parent")
         if row.is_active or row.kind == NumberKind.CANCELLED),
        key=lambda row: (row.kind == NumberKind.CANCELLED, row.kind == NumberKind.PERSONAL),
    )  # fmt: skip
    return {row.number: row for row in ordered}


def _by_number(who: Who, owner: IdentityNumber, scored: Mapping[int, Score], roster: Roster) -> None:
    person = owner.resident
    if owner.kind == NumberKind.CANCELLED:
        who.refuse(CANCELLED, reasons.CANCELLED)
    elif person.commune_id != roster.commune_id:
        who.refuse(taken(person.commune, roster.commune), reasons.NUMBER_ELSEWHERE)
    elif person.pk not in scored:  # nobody's profile is missing for long; the number speaks for itself
        who.person, who.is_sure = person.pk, True
    else:
        _compared_by_number(who, person, scored[person.pk])


def _compared_by_number(who: Who, person: Resident, found: Score) -> None:
    levels = {name: level for name, level, _ in found.lines}
    other_name, other_birth = levels.get("name") in OTHER_NAMES, levels.get("birth") in OTHER_BIRTHS
    who.person = person.pk
    if not (other_name or other_birth):
        who.is_sure = True
        return
    who.candidates = [_candidate(person.pk, found)]
    if other_name and other_birth:
        who.refuse(STRANGER, reasons.STRANGER)
        return
    who.reasons.append(reasons.NUMBER_OF_ANOTHER)
    said = DIFFERS.format(person.audit_label())
    who.problems.append(Problem("number", reasons.NUMBER_OF_ANOTHER, said, blocks=False))


# --- by the engine ----------------------------------------------------------------------------------------------------


def _scores(
    found: Sequence[Who], rows: Sequence[RowValues], owners: Mapping[str, IdentityNumber], using: InUse
) -> list[Scored]:
    """For each row everybody who shares a key and may be the person, and the owner of its number; strongest first."""
    near: dict[int, set[int]] = defaultdict(set)
    asked = {}
    for place, (who, row) in enumerate(zip(found, rows, strict=True)):
        owner = owners.get(row.values.get("number", ""))
        if owner is None:
            asked[-1 - place] = who.keys
        else:
            near[place].add(owner.resident_id)
    pairs, _ = index.sharing(asked)
    for row_id, person in pairs:  # rows have ids below zero
        near[-1 - row_id].add(person)
    profiles = index.read({pk for people in near.values() for pk in people})
    frequencies = frequencies_of([*(who.record for who in found), *profiles.values()], size=using.residents)
    return [
        _of_row(who, {pk: profiles[pk] for pk in near[place] if pk in profiles}, using, frequencies)
        for place, who in enumerate(found)
    ]


def _of_row(who: Who, near: Mapping[int, Record], using: InUse, frequencies: Any) -> Scored:
    scored = [(pk, score(who.record, other, using.model, frequencies)) for pk, other in near.items()]
    kept = [one for one in scored if is_worth_a_look(one[1], using.review_at) or is_twin(one[1]) or len(near) == 1]
    return sorted(kept, key=lambda one: (-one[1].bits, one[0]))


def _people(ids: set[int]) -> dict[int, int]:
    """Id -> commune, of those on the books. One query."""
    return dict(Resident.objects.on_the_books().filter(pk__in=ids).values_list("pk", "commune_id"))


def _by_engine(who: Who, scored: Scored, communes: Mapping[int, int], roster: Roster, using: InUse) -> None:
    likely = [(pk, one) for pk, one in scored if pk in communes and is_worth_a_look(one, using.review_at)]
    here = [(pk, one) for pk, one in likely if communes[pk] == roster.commune_id]
    if any(one.bits >= using.certain_at for pk, one in likely if communes[pk] != roster.commune_id):
        who.reasons.append(reasons.ELSEWHERE)
        who.problems.append(Problem("", reasons.ELSEWHERE, ELSEWHERE, blocks=False))
    if here:
        best, found = here[0]
        is_certain = found.bits >= using.certain_at
        who.person = best
        who.is_sure = is_certain and len(likely) == 1 and not _other_number(found)
        who.candidates = [_candidate(pk, one) for pk, one in here[:SHOWN]]
        if not who.is_sure:
            who.reasons.append(reasons.CERTAIN if is_certain else reasons.REVIEW)
    _note_twin(who, [(pk, one) for pk, one in scored if communes.get(pk) == roster.commune_id])


def _note_twin(who: Who, scored: Scored) -> None:
    twin = next(((pk, one) for pk, one in scored if is_twin(one)), None)
    if twin and not who.is_sure and twin[0] not in {one["id"] for one in who.candidates}:
        who.candidates.append(_candidate(*twin))
        who.reasons.append(reasons.TWINS)


def _other_number(found: Score) -> bool:
    """Both have a number, and not the same: what is certain by all else is still for an officer."""
    return any(line[0] == "number" and line[1] != "equal" for line in found.lines)


def _candidate(pk: int, found: Score) -> dict[str, Any]:
    return {"id": pk, "bits": found.bits, "sentence": explain.sentence(found), "twin": is_twin(found)}
