"""A page of a list by key against Django's own paginator (COUNT and OFFSET), in the same run on the same queryset.

    make bench NAME=lists
    make bench NAME=lists SIZE="3000 30000 120000"

One commune of each size. Both answer with the fifty rows of the first page, of one in the middle and of the last, and
with the number of rows they show beside it. Prints p50 and p95 in milliseconds and the growth from the smallest to the
largest; the last line is JSON: the worst p95 of ours at the last size, the rival's for that page, and their ratio.
"""

import argparse
import json
import re
import statistics
import time
from collections.abc import Callable

from benchmarks import _people

PER_PAGE = 50
ASKED = 30
PATIENCE_SECONDS = 5  # for the rival, a page; then it has been asked often enough (three times at least)
Times = dict[tuple[str, str], tuple[list[float], list[float]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="3000 30000 120000", help="one number of residents, or several")
    sizes = [int(size) for size in re.split(r"[\s,]+", parser.parse_args().size.strip())]
    measured: dict[int, Times] = {size: _people.in_a_database_of_its_own(one_size, size) for size in sizes}
    small, large = measured[sizes[0]], measured[sizes[-1]]
    print(f"From {sizes[0]:,} to {sizes[-1]:,} residents p50 grows by a factor of")
    for page in large:
        ours, rival = (statistics.median(large[page][who]) / statistics.median(small[page][who]) for who in (0, 1))
        print(f"{' '.join(page):44}ours {ours:6.1f}   by offset {rival:6.1f}")
    worst = max(large, key=lambda page: p95(large[page][0]))
    ours, rival = (p95(values) for values in large[worst])
    line = {"name": "lists", "size": sizes[-1], "page": " ".join(worst), "ours": round(ours, 2)}
    print(json.dumps(line | {"rival": round(rival, 2), "ratio": round(rival / ours, 2)}))


def one_size(size: int) -> Times:
    from accounts.models import Officer
    from registry.models import HouseholdRole

    [commune] = _people.fill(size, a_commune=size)
    head, _ = HouseholdRole.objects.get_or_create(code="CHU_HO", valid_to=None, defaults={"valid_from": _people.SINCE})
    _people.add_homes(size, commune, head=head.pk)
    officer = Officer.objects.create_user("B-1", "MauSon@2026", full_name="Lê Mẫu Hải", unit=commune)
    times: Times = {}
    print(f"{'ms':44}{'ours p50':>10}{'p95':>10}{'offset p50':>12}{'p95':>10}")
    for name, table in lists(officer).items():
        for place in ("first", "middle", "last"):
            pages = by_key(table, place), by_offset(table, place)
            ours, rival = [], []
            while len(ours) < ASKED:
                ours.append(timed(pages[0]))
                if len(rival) < 3 or sum(rival) < PATIENCE_SECONDS * 1000:
                    rival.append(timed(pages[1]))
            times[name, place] = ours, rival
            print(
                f"{name + ', ' + place:44}{statistics.median(ours):10.1f}{p95(ours):10.1f}"
                f"{statistics.median(rival):12.1f}{p95(rival):10.1f}",
                flush=True,
            )
    return times


def lists(officer) -> dict[str, Callable[[], object]]:
    """Fresh tables as the views make them, each with its filter as the officer would choose it."""
    from django.test import RequestFactory

    from registry.models import Household, Resident
    from registry.residents.tables import (
        HouseholdTable,
        ResidentFilter,
        ResidentTable,
        listed,
        listed_homes,
    )

    request = RequestFactory().get("/")
    request.user = officer

    def people(order: str = "full_name", **chosen: str):
        rows = ResidentFilter(chosen, Resident.objects.in_scope(officer).current(), request=request).qs
        return lambda: ResidentTable(listed(rows.all()), officer=officer, order_by=order)

    homes = Household.objects.in_scope(officer).filter(closed_on=None)
    return {
        "residents by name": people(),
        "residents by birth, youngest first": people("-birth"),
        "residents from 60 on": people(age="60"),
        "residents of one hamlet": people(hamlet="Thôn 7"),
        "residents called nguyen": people(q="nguyen"),
        "residents with van and thi": people(q="van thi"),
        "homes": lambda: HouseholdTable(listed_homes(homes.all())),
    }


def by_key(table: Callable, place: str) -> Callable[[], object]:
    from accounts.lists import LAST, page_of

    asked = {"first": "", "last": LAST, "middle": cursor_of_middle(table())}[place]
    return lambda: list(page_of(table(), asked, per_page=PER_PAGE).object_list.data)


def cursor_of_middle(table) -> str:
    """The address of the page that begins in the middle, as one comes to it page by page."""
    from django.db.models import F

    from accounts.lists import KEY, order_of, write_cursor

    rows = table.data.data
    order = order_of(rows)
    middle = rows.count() // 2
    keyed = rows.annotate(**{f"{KEY}{place}": F(path) for place, (path, _) in enumerate(order)})
    found = keyed.order_by(*(f"-{path}" if down else path for path, down in order))[middle : middle + 1]
    return write_cursor(order, found[0], 2, back=False) if found else ""


def by_offset(table: Callable, place: str) -> Callable[[], object]:
    from django.core.paginator import Paginator

    def work() -> object:
        paginator = Paginator(table().data.data, PER_PAGE)
        number = {"first": 1, "middle": max(1, paginator.num_pages // 2), "last": paginator.num_pages}[place]
        return list(paginator.page(number).object_list)

    return work


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    main()
