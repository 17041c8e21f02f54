"""All clean-up rules over whole communes, against the naive way: every rule asked of every record in a Python loop,
each record read by itself; in the same run on the same people.

    make bench NAME=cleanup SIZE=30000
    make bench NAME=cleanup SIZE="30000 120000 1000000"

Two processes work on the communes, as two workers do. Prints seconds of the first scan, which writes every finding, and
of the next night, when little is new; and milliseconds of one record in a write. The naive loop
is timed on a part of the people and told as the seconds that two such processes would need for all of them. The last
line is JSON: seconds of the first scan, the rival's, and their ratio.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time

from benchmarks import _communes, _people

NAIVE_PEOPLE = 400
ONE_AT_A_TIME = 200
PROCESSES = 2
_WORKER = """
import sys, time
import django; django.setup()
import resource
from registry.cleanup.scan import work_on_jobs
done = work_on_jobs(seconds=float(sys.argv[1]))
print(done["people"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="30000", help="one number of residents, or several")
    sizes = [int(size) for size in re.split(r"[\s,]+", parser.parse_args().size.strip())]
    for size in sizes:
        seconds, rival = _people.in_a_database_of_its_own(one_size, size)
        line = {"name": "cleanup", "size": size, "ours": round(seconds, 1), "rival": round(rival, 1)}
        print(json.dumps(line | {"ratio": round(rival / seconds, 1)}), flush=True)


def one_size(size: int) -> tuple[float, float]:
    people = _communes.fill(size)
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    first = every_commune("the first scan")
    findings()
    every_commune("the next night")
    one_record()
    rival = naive(people)
    return first, rival


def every_commune(title: str) -> float:
    """Seconds until both workers have nothing left."""
    from registry.cleanup.scan import plan_all
    from registry.models import Job

    Job.objects.all().delete()
    plan_all()
    started = time.monotonic()
    command = [sys.executable, "-c", _WORKER, "86400"]
    workers = [subprocess.Popen(command, env=os.environ, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)]
    said = [worker.communicate()[0].split() for worker in workers]
    took = time.monotonic() - started
    assert all(worker.returncode == 0 for worker in workers)
    assert not Job.objects.exclude(state="done").exists(), list(Job.objects.exclude(state="done").values_list("error"))
    people = sum(int(one[0]) for one in said)
    print(
        f"{title}: {people:,} residents in {took:.1f} s, {people / took:,.0f} a second; {said[0][1]} MB a worker",
        flush=True,
    )
    return took


def findings() -> None:
    from django.db.models import Count

    from registry.models import Finding

    rows = Finding.objects.exclude(state="closed")
    told = rows.aggregate(people=Count("resident", distinct=True), rules=Count("rule", distinct=True))
    print(f"{rows.count():,} findings of {told['rules']} rules on {told['people']:,} people", flush=True)


def one_record() -> None:
    """What a write pays for the check of its record, with a warm connection."""
    from django.db import transaction

    from registry.cleanup.scan import scan
    from registry.models import Resident

    ids = list(Resident.objects.order_by("submit_token").values_list("pk", flat=True)[: ONE_AT_A_TIME + 20])
    spent = []
    for pk in ids:
        started = time.perf_counter()
        with transaction.atomic():
            scan([pk])
        spent.append((time.perf_counter() - started) * 1000)
    spent = spent[20:]
    print(
        f"one record: p50 {statistics.median(spent):.1f} ms, p95 {statistics.quantiles(spent, n=20)[-1]:.1f} ms",
        flush=True,
    )


def naive(people: int) -> float:
    """Seconds that two processes would need for everybody, reading each record and asking each rule by itself."""
    from django.utils import timezone

    from registry.cleanup import facts as facts_of
    from registry.cleanup.rules import catalogue, fired
    from registry.models import Resident

    rules, on = list(catalogue().values()), timezone.localdate()
    ids = list(Resident.objects.order_by("submit_token").values_list("pk", flat=True)[:NAIVE_PEOPLE])
    started = time.monotonic()
    found = 0
    for pk in ids:
        facts = facts_of.load([Resident.objects.get(pk=pk)], on=on)[0]
        found += sum(1 for _ in fired(facts, rules))
    each = (time.monotonic() - started) / len(ids)
    print(f"naive: {each * 1000:.1f} ms a record, {found} findings on {len(ids)}, nothing written", flush=True)
    return each * people / PROCESSES


if __name__ == "__main__":
    main()
