"""The pages of a province supervisor and of a commune's chief against the naive way, which counts every figure of every
commune by itself; in the same run on the same register.

    make bench NAME=dashboard
    make bench NAME=dashboard SIZE="100000 3000000"

A hundred communes of one province with everything their desks leave behind (benchmarks/_desks.py) and eight weeks of
figures. Pages are asked of the whole portal through Django's test client, each as another commune's chief. The naive
way is timed on a few communes and told for all. Prints p50 and p95 in milliseconds, and the seconds of one round of
counting and of closing a week; the last line is JSON: p95 of the province's page (the promise is 300 ms), of a
commune's (150 ms), the naive way's for both, and the ratio of the first.
"""

import argparse
import json
import os
import re
import statistics
import time
from collections.abc import Callable

from benchmarks import _desks, _people

COMMUNES, ASKED, WARM = 100, 60, 3
NAIVE_COMMUNES = 2
WEEKS = 8
PLAIN_FILES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
Measured = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="300000", help="one number of residents, or several")
    sizes = [int(size) for size in re.split(r"[\s,]+", parser.parse_args().size.strip())]
    for size in sizes:
        found = _people.in_a_database_of_its_own(one_size, size)
        line: dict[str, object] = {"name": "dashboard", "size": size} | {key: round(n, 1) for key, n in found.items()}
        print(json.dumps(line | {"ratio": round(found["rival"] / found["ours"], 1)}), flush=True)


def one_size(size: int) -> Measured:
    from django.test.utils import override_settings

    communes = _people.fill(size, a_commune=max(1, size // COMMUNES))[:COMMUNES]
    officers = _desks.grow(communes)
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    keep_figures(communes)
    # Names of style sheets need no manifest here. Nothing else of a test's surroundings: it copies every template's
    # context.
    with override_settings(STORAGES=PLAIN_FILES, ALLOWED_HOSTS=["testserver"], DEBUG=False):
        found = pages(communes, officers)
    return found | naive(communes, officers)


def keep_figures(communes: list) -> None:
    """Today as the sweep counts it, eight weeks before as copies of it, and one week closed."""
    from django.db import connection
    from django.utils import timezone

    from accounts.periods import ONE_DAY, of_kind, previous
    from supervision import closing, snapshots
    from supervision.models import FigureDay

    started = time.monotonic()
    counted = 0
    while done := snapshots.work_on_due(600):
        counted += done
    took = time.monotonic() - started
    print(f"figures of {counted} communes counted and added up in {took:.1f} s", flush=True)
    rows = list(FigureDay.objects.all())
    today = timezone.localdate()
    FigureDay.objects.bulk_create(
        (FigureDay(unit_id=row.unit_id, day=today - ONE_DAY * back, values=row.values, spreads=row.spreads,
                   taken_at=timezone.now())
         for back in range(1, 7 * WEEKS + 1) for row in rows), batch_size=500,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE supervision_figureday")
    started = time.monotonic()
    week = previous("week", of_kind("week", today, starts=4))
    print(f"a week closed for {closing.close('week', week)} units in {time.monotonic() - started:.1f} s", flush=True)


def pages(communes: list, officers: dict[int, list]) -> Measured:
    from accounts.models import Officer
    from accounts.roles import Role

    supervisor = Officer.objects.create_user(
        "T20-01", _desks.PASSWORD, full_name="Vũ Mẫu Tỉnh", unit=communes[0].parent, role=Role.PROVINCE_SUPERVISOR
    )
    chiefs = [officers[unit.pk][0] for unit in communes]
    workers = [officers[unit.pk][1] for unit in communes]
    print(f"{'ms':44}{'p50':>10}{'p95':>10}", flush=True)
    found = {
        "ours": measured("the province's page", [supervisor] * ASKED),
        "commune": measured("a commune's page, of its chief", (chiefs * ASKED)[:ASKED]),
        "officer": measured("a commune's page, of an officer", (workers * ASKED)[:ASKED]),
    }
    one = f"?xa={communes[-1].code}"
    found["one"] = measured("a commune's page, of the supervisor", [supervisor] * ASKED, query=one)
    return found


def measured(title: str, officers: list, *, query: str = "") -> float:
    """p95 in milliseconds."""
    from django.test import Client
    from django.urls import reverse

    address = reverse("supervision:dashboard") + query
    spent, client = [], Client()  # one: a new one would put the middleware together again
    for officer in [*officers[:WARM], *officers]:
        client.force_login(officer)
        started = time.perf_counter()
        answer = client.get(address)
        spent.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200, (answer.status_code, address)
    return told(title, spent[WARM:])


def told(title: str, spent: list[float]) -> float:
    p95 = statistics.quantiles(spent, n=20, method="inclusive")[-1]
    print(f"{title:44}{statistics.median(spent):10.1f}{p95:10.1f}", flush=True)
    return p95


def naive(communes: list, officers: dict[int, list]) -> Measured:
    """One count() a figure, of one commune after the other; without the cases by rule, which make it three times as
    long."""
    from supervision.catalogue.figure import OfRule
    from supervision.figures import FIGURES, Area, Ask

    plain = [one for one in FIGURES.values() if one.kind in ("standing", "happened") and not isinstance(one, OfRule)]
    spent = []
    for unit in communes[:NAIVE_COMMUNES]:
        ask = Ask(officers[unit.pk][0], Area(unit))
        spent.append(timed(lambda ask=ask: [one.count(ask) for one in plain]))
    of_one = statistics.mean(spent)
    print(f"naive: {len(plain)} counts for a commune {of_one:,.0f} ms, for {len(communes)} communes"
          f" {of_one * len(communes) / 1000:,.0f} s", flush=True)  # fmt: skip
    return {"rival": of_one * len(communes), "rival_commune": of_one}


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
