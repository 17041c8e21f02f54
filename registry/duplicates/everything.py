"""The whole register against itself, as columns: every night, and after a change of the model.

What is read, compared and counted at once is written in chunks of residents, each in a transaction of its own; a worker
that dies leaves `after`, and the next one computes again and writes the rest. Half a second for a commune, some hundred
for three million (docs/matching.md), in 3 GB.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import numpy.typing as npt
import polars as pl
from django.db import connection, transaction

from registry.duplicates import index
from registry.duplicates.model_in_use import InUse, in_use, settle
from registry.duplicates.search import one_at_a_time, say_parked
from registry.duplicates.storing import Found, store
from registry.matching.batch import Pairs, dedupe
from registry.matching.batch.lines import lines_of
from registry.matching.batch.register import Register
from registry.matching.keys import CAP, hashed, keys_of
from registry.matching.rarity import UNCOUNTED, VALUES, Counted
from registry.matching.record import COLUMNS
from registry.matching.score import Score
from registry.models import MatchBusyKey, MatchFrequency, MatchModel, MatchProfile

PROFILES_AT_ONCE = 2_000
RESIDENTS_AT_ONCE = 20_000
LOWEST = -100_000
Progress = Callable[[int, int, int], None]
"""(residents done, residents in all, the last one's id); called after each chunk, outside its transaction."""


class RanAway(Exception):
    """Far more pairs than a register holds: something is wrong with the data or the model. Nothing was written."""


MOST_PAIRS = 2.0
"""Pairs for each resident beyond which the run stops. A dirty register has some 0.15."""
FEW_PAIRS = 1000
"""So many are never too many."""


@dataclass(frozen=True)
class Outcome:
    residents: int
    compared: int
    pairs: int
    parked: int
    written: int


def search_everything(*, after: int = 0, progress: Progress = lambda done, total, last: None) -> Outcome:
    """Bring every pair up to date; residents up to the id `after` are taken as written by an earlier run.

    Marks stay as they are: who is changed meanwhile is left to the sweep. Raises RanAway.
    """
    settle()
    _make_missing_profiles()
    register = Register(_profiles())
    using = in_use()
    frequencies = _count(register)
    compared = dedupe(register, using.model, threshold=LOWEST, frequencies=frequencies, cap=CAP)
    pairs = _worth_a_look(register, using, compared)
    _keep_parked(register, pairs)
    if len(pairs) > max(FEW_PAIRS, MOST_PAIRS * register.size):
        raise RanAway(f"{len(pairs)} cặp nghi trùng trên {register.size} hồ sơ: dừng lại, chưa ghi gì")
    written = _write(register, pairs, using, frequencies, after=after, progress=progress)
    return Outcome(register.size, pairs.compared, len(pairs), len(pairs.parked), written)


def _make_missing_profiles() -> None:
    while ids := index.without_profile(PROFILES_AT_ONCE):
        with transaction.atomic():
            index.refresh(ids)


def _profiles() -> pl.DataFrame:
    """Every profile as the engine's table, ordered by id. One COPY."""
    columns = ", ".join(f'"{column}"' for column in index.TEXTS.values())
    statement = f"""
        COPY (SELECT resident_id, {columns} FROM {MatchProfile._meta.db_table} ORDER BY resident_id)
        TO STDOUT (FORMAT csv, HEADER false)
    """  # noqa: S608 - only names from the model are put in
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        data = b"".join(bytes(block) for block in copy)
    schema = dict.fromkeys(COLUMNS, pl.String)
    if not data:
        return pl.DataFrame(schema=schema)
    table = pl.read_csv(BytesIO(data), has_header=False, schema=schema)
    return table.fill_null("")


def _worth_a_look(register: Register, using: InUse, pairs: Pairs) -> Pairs:
    """As score.is_worth_a_look, over columns."""
    numbers = register.column("number").codes
    one_number = (numbers[pairs.left] >= 0) & (numbers[pairs.left] == numbers[pairs.right])
    if register.has_several_numbers:
        one_number |= _share_a_number(register, pairs)
    chosen = np.flatnonzero((pairs.bits >= using.review_at) | one_number)
    return Pairs(
        pairs.left[chosen], pairs.right[chosen], pairs.bits[chosen], pairs.kind[chosen], pairs.compared, pairs.parked
    )


def _share_a_number(register: Register, pairs: Pairs) -> npt.NDArray[np.bool_]:
    texts = register.table["number"]
    several = texts.str.contains(" ", literal=True).to_numpy()
    flags = np.zeros(len(pairs), dtype=bool)
    for at in np.flatnonzero(several[pairs.left] | several[pairs.right]).tolist():
        one, other = texts[int(pairs.left[at])], texts[int(pairs.right[at])]
        flags[at] = bool(set(one.split()) & set(other.split()))
    return flags


# --- Frequencies and keys that are too common


def _count(register: Register) -> Counted:
    """Count every value anew and keep what more than UNCOUNTED residents bear."""
    counts: dict[tuple[str, int], int] = {}
    for value, text_of in VALUES.items():
        codes = register.part(value)
        known = np.flatnonzero(codes >= 0)
        if not len(known):
            continue
        counted = np.bincount(codes[known])
        bearer = np.zeros(len(counted), dtype=np.int64)
        bearer[codes[known]] = known
        for code in np.flatnonzero(counted > UNCOUNTED).tolist():
            text = text_of(register.record(int(bearer[code])))
            counts[value, hashed(text)] = int(counted[code])
    with transaction.atomic():
        MatchFrequency.objects.all().delete()
        with connection.cursor() as cursor:
            statement = f"COPY {MatchFrequency._meta.db_table} (field, value, count) FROM STDIN"
            with cursor.copy(statement) as copy:
                for (field, hashed_value), count in counts.items():
                    copy.write_row((field, hashed_value, count))
        MatchModel.objects.filter(is_current=True).update(residents=register.size)
    return Counted(register.size, counts)


def _keep_parked(register: Register, pairs: Pairs) -> None:
    """The keys that are too common today, in place of those of yesterday."""
    busy = {}
    for parked in pairs.parked:
        kinds = index.kinds_of_keys(register.record(parked.example))
        key = next(key for key, kind in kinds.items() if kind == parked.key)
        busy[key] = MatchBusyKey(key=key, kind=parked.key, holders=parked.records)
    with transaction.atomic():
        MatchBusyKey.objects.all().delete()
        MatchBusyKey.objects.bulk_create(busy.values(), batch_size=1000)
        say_parked(row.kind for row in busy.values())


# --- Writing


def _write(
    register: Register, pairs: Pairs, using: InUse, frequencies: Counted, *, after: int, progress: Progress
) -> int:
    ids = register.table["id"].cast(pl.Int64).to_numpy()
    found = list(_found(pairs, ids, register, using, frequencies))
    touching: dict[int, list[int]] = {}
    for at, one in enumerate(found):
        for pk in one.ids:
            touching.setdefault(pk, []).append(at)
    crowded = {key.pk for key in MatchBusyKey.objects.all()}
    written, done = 0, int((ids <= after).sum())
    while done < len(ids):
        chunk = ids[done : done + RESIDENTS_AT_ONCE].tolist()
        with transaction.atomic():
            one_at_a_time()
            still = _unchanged(register, chunk, done)
            here = sorted({at for pk in still for at in touching.get(pk, ())})
            kept = [pk for at, pk in enumerate(chunk, done) if crowded and crowded & set(keys_of(register.record(at)))]
            written += store([found[at] for at in here], around=still, kept=kept)
        done += len(chunk)
        progress(done, len(ids), chunk[-1])
    return written


def _found(
    pairs: Pairs, ids: npt.NDArray[np.int64], register: Register, using: InUse, frequencies: Counted
) -> Iterator[Found]:
    evidence = lines_of(register, pairs, using.model, frequencies)
    for left, right, bits, (kind, lines, rival) in zip(
        ids[pairs.left].tolist(), ids[pairs.right].tolist(), pairs.bits.tolist(), evidence, strict=True
    ):
        yield Found(left, right, Score(bits, kind, tuple(lines), rival), using.model.version)


def _unchanged(register: Register, chunk: list[int], begin: int) -> list[int]:
    """Those whose profile is still what was compared; the sweep looks after the others."""
    now = index.read(chunk)
    return [pk for at, pk in enumerate(chunk, begin) if now.get(pk) == register.record(at)]
