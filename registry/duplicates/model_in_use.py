"""The weights the portal compares with, the two lines on the score, and how many bear a value."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection

from registry.matching.keys import hashed
from registry.matching.model import Model, read, shipped
from registry.matching.rarity import VALUES, Counted
from registry.matching.record import Record
from registry.models import MatchFrequency, MatchModel

BEFORE_COUNTING = 1_000
"""Taken for the size of a register that nobody has counted yet."""


@dataclass(frozen=True)
class InUse:
    """`review_at` and `certain_at` in hundredths of a bit; `residents` is the size of the register, as last counted."""

    model: Model
    review_at: int
    certain_at: int
    residents: int


_parsed: dict[str, Model] = {}


def in_use() -> InUse:
    """One query. Until an administrator chooses, the model that ships with the code and its own lines."""
    row = MatchModel.objects.filter(is_current=True).first()
    if row is None:
        model = shipped()
        return InUse(model, model.threshold, model.certain, BEFORE_COUNTING)
    if row.version not in _parsed:
        _parsed[row.version] = read(row.body)
    return InUse(_parsed[row.version], row.review_at, row.certain_at, row.residents or BEFORE_COUNTING)


def settle() -> MatchModel:
    """The row of the model in use; the first time, the shipped one is written down. Safe twice at once."""
    if current := MatchModel.objects.filter(is_current=True).first():
        return current
    model = shipped()
    MatchModel.objects.bulk_create(
        [
            MatchModel(
                version=model.version, body=model.as_json(), review_at=model.threshold, certain_at=model.certain,
                is_current=True, note="Mô hình đi kèm phần mềm",
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return MatchModel.objects.get(is_current=True)


def frequencies_of(records: Iterable[Record], *, size: int) -> Counted:
    """How many residents bear the values of these records. One query; values that few bear are not in the table."""
    wanted = {
        (value, hashed(text)) for record in records for value, text_of in VALUES.items() if (text := text_of(record))
    }
    return Counted(size, _counts(wanted))


def _counts(wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], int]:
    if not wanted:
        return {}
    statement = f"""
        SELECT field, value, count FROM {MatchFrequency._meta.db_table}
        WHERE (field, value) IN (SELECT * FROM unnest(%s::text[], %s::bigint[]))
    """  # noqa: S608 - only the table's name is put in, from the model
    with connection.cursor() as cursor:
        cursor.execute(statement, [[field for field, _ in wanted], [value for _, value in wanted]])
        return {(field, value): count for field, value, count in cursor.fetchall()}
