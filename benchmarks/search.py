"""The one box against a stock admin search (`icontains` over the same columns), in the same run on the same people.

    make bench NAME=search SIZE=3000000
    make bench NAME=search SIZE="30000 300000 3000000"

Fills a database of its own with invented residents, 30,000 a commune, and asks both for the same things as an officer
of one commune: everything that find() does, down to the people it answers with. Prints p50 and p95 in milliseconds,
how p95 grows from size to size, and what the ministry waits, who has no commune to narrow by. The last line is JSON:
the worst p95 of ours at the last size, the rival's at that question, and their ratio. The very common word is shown
but left out of the worst, as it is for both.
"""

import argparse
import json
import math
import os
import re
import statistics
import time
from collections.abc import Callable
from random import Random

from benchmarks import _people

A_COMMUNE = 30_000
ASKED = 60
PATIENCE_SECONDS = 60  # for the rival, a question; then it has been asked often enough
COMMON = "one very common word"
Times = dict[str, tuple[list[float], list[float]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="30000", help="one number of residents, or several")
    sizes = [int(size) for size in re.split(r"[\s,]+", parser.parse_args().size.strip())]
    measured: dict[int, Times] = {size: _people.in_a_database_of_its_own(one_size, size) for size in sizes}
    growth(measured)
    summary(sizes[-1], measured[sizes[-1]])


def one_size(size: int) -> Times:
    from accounts.models import Officer
    from accounts.roles import Role

    communes = _people.fill(size, a_commune=A_COMMUNE)
    officer = Officer.objects.create_user("B-1", "MauSon@2026", full_name="Lê Mẫu Hải", unit=communes[0])
    ministry = Officer.objects.create_user(
        "B-2", "MauSon@2026", full_name="Ngô Mẫu Bộ", role=Role.MINISTRY_SUPERVISOR
    )  # fmt: skip
    asked = questions(officer)
    times = {kind: measure(texts, officer, typing=kind == TYPING) for kind, texts in asked.items()}
    report(times)
    print(f"(load of the machine now: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)")
    print("\nThe ministry, over all communes (ours alone):")
    for kind, texts in asked.items():
        ours = [timed(lambda t=text, half=kind == TYPING: ask(t, ministry, typing=half)) for text in texts]
        print(f"{kind:24}{statistics.median(ours):10.1f}{p95(ours):10.1f}")
    print(flush=True)
    return times


TYPING = "last word half typed"


def questions(officer) -> dict[str, list[str]]:
    """About people of the officer's commune, drawn by lot."""
    from registry.models import Resident

    random = Random(7)
    everybody = Resident.objects.filter(commune=officer.unit).values_list(
        "full_name", "birth_year", "numbers__number", "name_folded"
    )
    picked = random.sample(list(everybody), ASKED)
    return {
        "number": [number for _, _, number, _ in picked],
        "full name": [name for name, _, _, _ in picked],
        "two words and year": [f"{name.split()[0]} {name.split()[-1]} {year}" for name, year, _, _ in picked],
        "no hit": [f"Khôngai {random.choice('ABCDEGH')}xyz{n}" for n in range(ASKED)],
        TYPING: [" ".join([*name.split()[:-1], name.split()[-1][:2]]) for name, _, _, _ in picked],
        COMMON: ["nguyen"] * ASKED,
    }


def measure(texts: list[str], officer, *, typing: bool) -> tuple[list[float], list[float]]:
    """Milliseconds of ours and of the rival, one after the other on each text, so that neither has the warmer cache.
    The rival may answer fewer: it is asked until it has taken PATIENCE_SECONDS."""
    ours, rival = [], []
    for text in texts:
        ours.append(timed(lambda t=text: ask(t, officer, typing=typing)))
        if sum(rival) < PATIENCE_SECONDS * 1000:
            rival.append(timed(lambda t=text: stock(t, officer)))
    return ours, rival


def ask(text: str, officer, *, typing: bool) -> list:
    from registry.residents.search import find

    return find(text, officer, typing=True, limit=8) if typing else find(text, officer)


def stock(text: str, officer) -> list:
    """What the change list of Django's admin runs for `search_fields`, within the same commune; without its counts."""
    from django.contrib.admin import ModelAdmin, site
    from django.db.models import Exists, OuterRef

    from registry.models import Resident

    admin = ModelAdmin(Resident, site)
    admin.search_fields = ["full_name", "phone", "numbers__number", "birth_year"]
    rows = Resident.objects.in_scope(officer).select_related("commune")
    found, may_have_duplicates = admin.get_search_results(None, rows, text)
    if may_have_duplicates:
        found = rows.filter(Exists(found.filter(pk=OuterRef("pk"))))
    return list(found.order_by("sort_key", "pk")[:50])


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def report(times: Times) -> None:
    print(f"{'ms':24}{'ours p50':>10}{'p95':>10}{'stock p50':>12}{'p95':>10}{'asked':>8}")
    for kind, (ours, rival) in times.items():
        print(
            f"{kind:24}{statistics.median(ours):10.1f}{p95(ours):10.1f}{statistics.median(rival):12.1f}{p95(rival):10.1f}"
            f"{len(rival):8d}"
        )


def growth(measured: dict[int, Times]) -> None:
    """The exponent: 1 grows as the number of residents does, 0.5 as its square root, 0 not at all."""
    sizes = sorted(measured)
    for small, large in zip(sizes, sizes[1:], strict=False):
        print(f"Growth of p95 from {small:,} to {large:,} (exponent):")
        for kind in measured[small]:
            ours, rival = (
                math.log(p95(measured[large][kind][who]) / p95(measured[small][kind][who])) / math.log(large / small)
                for who in (0, 1)
            )
            print(f"{kind:24}ours {ours:5.2f}   stock {rival:5.2f}")


def summary(size: int, times: Times) -> None:
    kind = max((kind for kind in times if kind != COMMON), key=lambda kind: p95(times[kind][0]))
    ours, rival = (p95(values) for values in times[kind])
    line = {"name": "search", "size": size, "question": kind, "ours": round(ours, 2), "rival": round(rival, 2)}
    print(json.dumps(line | {"ratio": round(rival / ours, 2)}))


if __name__ == "__main__":
    main()
