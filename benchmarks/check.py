"""The check while somebody types ("who may already be here?") against the naive look-up it took the place of: the same
folded name and year of birth, or the same number, by Django's ORM; in the same run on the same people.

    make bench NAME=check SIZE=3000000
    make bench NAME=check SIZE="30000 300000 3000000"

Asks 500 questions of each of three kinds: a further record of somebody here, with the mistakes of the generator of
benchmarks/matching; a new person, most of whom have relatives here; of the first, the name and birth date alone (and
the commune, which the desk knows). Prints milliseconds of server time, SQL and Python; how many candidates are
compared; how many copies are noticed, and for how many new people somebody is shown who is not said to be a twin.
Compares the check's scores with those of the batch. The last line is JSON: the worst p95 of ours at the last size, the
rival's at that question, and their ratio.
"""

import argparse
import json
import os
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks import _people, _register
from benchmarks._register import Question, Typed

SEED = 7001
ASKED = 500
WARM_UP = 50
PAIRS = 1_000
COPY, NEW, SHORT = "a copy of somebody here", "a new person", "name and birth date alone"


@dataclass
class Asked:
    """What came of one kind of question; milliseconds a question. `noticed` and `rival_noticed` count questions whose
    answer names the person, or of a new person anybody; `reached` those where the person is a candidate at or above
    the line."""

    ours: list[float] = field(default_factory=list)
    sql: list[float] = field(default_factory=list)
    rival: list[float] = field(default_factory=list)
    candidates: list[int] = field(default_factory=list)
    noticed: int = 0
    rival_noticed: int = 0
    reached: int = 0


Times = dict[str, Asked]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="30000", help="one number of residents, or several")
    sizes = [int(size) for size in re.split(r"[\s,]+", parser.parse_args().size.strip())]
    measured = {size: _people.in_a_database_of_its_own(one_size, size) for size in sizes}
    summary(sizes[-1], measured[sizes[-1]])


def one_size(size: int) -> Times:
    from accounts.models import Officer
    from accounts.roles import Role

    copies, strangers = _register.fill(size, seed=SEED, asked=ASKED)
    officer = Officer.objects.create_user(
        "B-1", "MauSon@2026", full_name="Ngô Mẫu Bộ", role=Role.MINISTRY_SUPERVISOR
    )  # fmt: skip
    kinds = {COPY: copies, NEW: strangers, SHORT: [Question(shortened(one.typed), one.same) for one in copies]}
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for asked in kinds.values():
        measure(asked[:WARM_UP], officer)
    measured = {kind: measure(asked, officer) for kind, asked in kinds.items()}
    report(measured)
    same_scores([one.typed for asked in kinds.values() for one in asked])
    return measured


def shortened(typed: Typed) -> Typed:
    return {name: typed[name] for name in ("full_name", "birth_date", "commune_code")}


# --- Asking


def measure(asked: list[Question], officer) -> Asked:
    """Ours and the rival one after the other on each question, so that neither has the warmer cache."""
    from django.db import connection

    from registry.duplicates import check

    found = Asked()
    for one in asked:
        spent: list[float] = []
        with connection.execute_wrapper(stopwatch(spent)):
            took, answer = timed(lambda one=one: check.already_here(one.typed, officer=officer))
        found.ours.append(took)
        found.sql.append(sum(spent))
        took, alike = timed(lambda one=one: naive(one.typed, officer))
        found.rival.append(took)
        shown = {here.resident.pk for here in answer.here if not here.is_twin}
        found.noticed += is_hit(shown, one)
        found.rival_noticed += is_hit({person.pk for person in alike}, one)
        scored = scores(one.typed)
        found.candidates.append(len(scored))
        found.reached += is_hit({pk for pk, (_, above) in scored.items() if above}, one)
    return found


def is_hit(shown: set[int], question: Question) -> bool:
    return bool(shown & question.same if question.same else shown)


def scores(typed: Typed) -> dict[int, tuple[int, bool]]:
    """Every candidate -> (hundredths of a bit, whether from the line on), by the functions of the check."""
    from registry.duplicates import index
    from registry.duplicates.model_in_use import frequencies_of, in_use
    from registry.matching.normalise import normalise
    from registry.matching.score import is_worth_a_look, score

    asked = normalise(typed)
    candidates = index.candidates_of(asked)
    using = in_use()
    frequencies = frequencies_of([asked, *candidates.values()], size=using.residents)
    found = {pk: score(asked, other, using.model, frequencies) for pk, other in candidates.items()}
    return {pk: (one.bits, is_worth_a_look(one, using.review_at)) for pk, one in found.items()}


def naive(typed: Typed, officer) -> list:
    """Two at most: the same number, or the same name without accents and the same year of birth."""
    from django.db.models import Q

    from accounts.text import fold
    from registry.models import IdentityNumber, Resident

    wanted = Q()
    number, name, year = typed.get("personal_number", ""), typed["full_name"], typed["birth_date"][:4]
    if len(number) in (9, 12):
        owners = IdentityNumber.objects.filter(number=number).values_list("resident", flat=True)[:50]
        wanted |= Q(pk__in=list(owners))
    if name and year:
        wanted |= Q(name_folded=fold(name), birth_year=int(year))
    return list(Resident.objects.on_the_books().in_scope(officer).filter(wanted)[:2]) if wanted else []


def timed(work: Callable):
    started = time.perf_counter()
    answer = work()
    return (time.perf_counter() - started) * 1000, answer


def stopwatch(spent: list[float]) -> Callable:
    def execute(run, sql, params, many, context):
        took, answer = timed(lambda: run(sql, params, many, context))
        spent.append(took)
        return answer

    return execute


# --- The batch


def same_scores(asked: list[Typed]) -> None:
    """Score pairs of questions and candidates as the nightly run would, and count those that come out otherwise."""
    import numpy as np
    import polars as pl

    from registry.duplicates import index
    from registry.duplicates.model_in_use import frequencies_of, in_use
    from registry.matching.batch.register import Register
    from registry.matching.batch.scores import Rarities, score_pairs
    from registry.matching.normalise import normalise
    from registry.matching.record import COLUMNS

    every = [(typed, pk, bits) for typed in asked for pk, (bits, _) in scores(typed).items()]
    pairs = _register.sampled(every, PAIRS)
    others = index.read([pk for _, pk, _ in pairs])
    records = [record for typed, pk, _ in pairs for record in (normalise(typed), others[pk])]
    using = in_use()
    register = Register(pl.DataFrame(records, schema=dict.fromkeys(COLUMNS, pl.String), orient="row"))
    rarities = Rarities(register, frequencies_of(records, size=using.residents))
    left = np.arange(0, 2 * len(pairs), 2, dtype=np.int64)
    batch = score_pairs(register, left, left + 1, using.model, rarities).bits
    differ = int((batch != np.array([bits for *_, bits in pairs])).sum())
    print(f"of {len(pairs):,} pairs {differ} score otherwise in the batch", flush=True)


# --- Saying


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def report(measured: Times) -> None:
    titles = f"{'ours p50':>9}{'p95':>7}{'SQL p50':>9}{'p95':>7}{'naive p50':>11}{'p95':>7}{'compared':>10}{'max':>6}"
    print(f"{'ms':28}{titles}")
    for kind, one in measured.items():
        halves = [statistics.median(one.ours), p95(one.ours), statistics.median(one.sql), p95(one.sql)]
        rival = [statistics.median(one.rival), p95(one.rival)]
        print(
            f"{kind:28}{halves[0]:9.1f}{halves[1]:7.1f}{halves[2]:9.1f}{halves[3]:7.1f}{rival[0]:11.1f}{rival[1]:7.1f}"
            f"{statistics.mean(one.candidates):10.1f}{max(one.candidates):6d}"
        )
    for kind, one in measured.items():
        word = "false alarms" if kind == NEW else "noticed"
        print(
            f"{kind}: {word} {share(one, one.noticed):.1%} (from the line on {share(one, one.reached):.1%}), naive"
            f" {share(one, one.rival_noticed):.1%}"
        )
    print(f"(load of the machine now: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)", flush=True)


def share(one: Asked, count: int) -> float:
    return count / len(one.ours)


def summary(size: int, measured: Times) -> None:
    kind = max(measured, key=lambda kind: p95(measured[kind].ours))
    ours, rival = p95(measured[kind].ours), p95(measured[kind].rival)
    copy, new = measured[COPY], measured[NEW]
    line = {"name": "check", "size": size, "question": kind, "ours": round(ours, 2), "rival": round(rival, 2)}
    line |= {"ratio": round(rival / ours, 2), "recall": share(copy, copy.noticed)}
    line |= {"rival_recall": share(copy, copy.rival_noticed), "false_alarms": share(new, new.noticed)}
    print(json.dumps(line))


if __name__ == "__main__":
    main()
