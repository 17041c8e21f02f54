"""Slips: one against the naive way and against ReportLab drawing the same one by hand, in the same run; many in one
document; the worst day on two workers; memory over thousands; and how long the counter waits beside a bulk print.

    make bench NAME=receipts              5,000 slips for the memory, fifteen minutes
    make bench NAME=receipts SIZE=500     the same but for the memory, five minutes

"Naive" is WeasyPrint as its first page shows it, on our own template and sheets: a new document with style sheets and
whole fonts read anew. The last line is JSON: milliseconds of one slip, the naive one's, and their ratio.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable

from benchmarks import _people

ONE, NAIVE, TOGETHER = 30, 12, 50
WORST_DAY, BULK, COUNTER = 215, 300, 40
WARM = 3

DAY_WORKER = """
import django; django.setup()
from cards.models import Receipt
from cards.receipts import render, store
from benchmarks import _slips
for number in range(3):
    _slips.ours(number)
print("warm", flush=True); input()
while waiting := list(store.free().order_by("pk").values_list("pk", flat=True)[:10]):
    for pk in waiting:
        store.render_and_store(pk)
"""
MEMORY_WORKER = """
import sys, django; django.setup()
from benchmarks import _slips
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4 // 1024
size, step = int(sys.argv[1]), max(1, int(sys.argv[1]) // 10)
for number in range(1, size + 1):
    _slips.ours(number)
    if number % step == 0 or number == 50:
        print(number, resident(), flush=True)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=5000, help="slips rendered while memory is watched")
    size = parser.parse_args().size
    ours, rival = _people.in_a_database_of_its_own(everything, size)
    line = {"name": "receipts", "size": size, "ours": round(ours, 1), "rival": round(rival, 1)}
    print(json.dumps(line | {"ratio": round(rival / ours, 1)}), flush=True)


def everything(size: int) -> tuple[float, float]:
    told_load()
    one, naive = single()
    together(naive)
    commune, officer, files = office(WORST_DAY + BULK + COUNTER)
    worst_day(files[:WORST_DAY], officer)
    counter(files[WORST_DAY:], commune, officer)
    memory(size)
    told_load()
    return one, naive


def told_load() -> None:
    print("load: {:.1f} {:.1f} {:.1f} on {} cores".format(*os.getloadavg(), os.cpu_count()), flush=True)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds on the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000


def told(title: str, taken: list[tuple[float, float]], of: int = 1) -> float:
    """Prints both medians for one slip; answers the processor's: the machine may be shared."""
    clock, processor = (statistics.median(one[which] for one in taken) / of for which in (0, 1))
    print(f"{title:42} {clock:7.1f} ms on the clock, {processor:7.1f} ms of the processor", flush=True)
    return processor


def single() -> tuple[float, float]:
    """One slip three ways, by turns, so that a busy minute strikes all of them."""
    from benchmarks import _slips

    _slips.register_fonts()
    ways: dict[str, Callable[[int], bytes]] = {"ours": _slips.ours, "naive": _slips.naive, "ReportLab": _slips.by_hand}
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for number in range(1, WARM + ONE + 1):
        for name, way in ways.items():
            if name == "naive" and number > WARM + NAIVE:
                continue
            spent = timed(lambda way=way, number=number: way(number))  # type: ignore[misc]
            if number > WARM:
                taken[name].append(spent)
    size = {name: len(way(1)) // 1024 for name, way in ways.items()}
    one, naive, by_hand = (told(f"one slip, {name} ({size[name]} KB)", taken[name]) for name in ways)
    print(f"  naive / ours: {naive / one:.1f}   ReportLab / ours: {by_hand / one:.2f}", flush=True)
    return one, naive


def together(naive: float) -> None:
    """Many in one document, for each of them."""
    from benchmarks import _slips

    taken = [timed(lambda start=start: _slips.ours_together(range(start, start + TOGETHER))) for start in (1, 101, 201)]  # type: ignore[misc]
    each = told(f"one of {TOGETHER} in one document, ours", taken, TOGETHER)
    by_hand = told("  the same, ReportLab", [timed(lambda: _slips.by_hand(*range(1, TOGETHER + 1)))], TOGETHER)
    print(f"  naive / ours: {naive / each:.1f}   ReportLab / ours: {by_hand / each:.2f}", flush=True)


def office(count: int):
    """(a commune, its officer, so many files of as many people)."""
    from django.utils import timezone

    from accounts.models import Officer
    from cards.models import Application, Kind, State
    from registry.models import Resident

    (commune,) = _people.fill(count, a_commune=count)
    officer = Officer.objects.create(badge_number="B-1", full_name="Lê Mẫu Hải", rank="Đại úy", unit=commune)
    now = timezone.now()
    people = Resident.objects.filter(commune=commune).order_by("pk")[:count]
    rows = [
        Application(
            resident=person, commune=commune, year=now.year, serial=serial, kind=Kind.CHANGE, reason="g",
            state=State.RECEIVED, received_at=now, promised_on=now.date(), created_by=officer,
        )
        for serial, person in enumerate(people, start=1)
    ]  # fmt: skip
    Application.objects.bulk_create(rows)
    files = Application.objects.select_related("resident", "commune__parent").order_by("serial")
    return commune, officer, list(files)


def issued(files: list, officer) -> list:
    from django.db import transaction

    from cards.receipts import issue

    with transaction.atomic():
        return [issue.issue(file, by=officer) for file in files]


def worst_day(files: list, officer) -> None:
    """215 slips, A5 and A4 of each, rendered, stored and written down by two processes as two workers do."""
    clock = time.perf_counter()
    issued(files, officer)
    print(f"{len(files)} slips numbered, frozen and signed in {time.perf_counter() - clock:.1f} s", flush=True)
    workers = [
        subprocess.Popen([sys.executable, "-c", DAY_WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdout is not None and worker.stdout.readline().strip() == "warm"
    clock = time.perf_counter()
    for worker in workers:
        worker.stdin.write("\n")  # type: ignore[union-attr]
        worker.stdin.flush()  # type: ignore[union-attr]
    assert [worker.wait() for worker in workers] == [0, 0]
    seconds = time.perf_counter() - clock
    from cards.models import ReceiptFile

    stored = ReceiptFile.objects.count()
    print(f"{len(files)} slips ({stored} papers) on two workers: {seconds:.1f} s; wanted: under 30", flush=True)
    assert stored == 2 * len(files)


def counter(files: list, commune, officer) -> None:
    """Seconds from the order of a slip to its stored PDF, while 300 others are printed in one document."""
    from cards.models import Paper, PrintJob, Receipt, RenderState
    from cards.receipts import papers, store
    from cards.tasks import render_print, render_receipt

    for slip in (slips := issued(files[:BULK], officer)):
        claim = store.take(slip.pk)
        assert claim is not None
        store.store(claim, dict.fromkeys(Paper, b"%PDF-1.7"))
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--without-mingle", "--without-gossip",
               "--loglevel", "ERROR", "--concurrency", "1"]  # fmt: skip
    workers = [
        subprocess.Popen(
            [*command, "-n", f"{queue}@%h", "-Q", queue], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for queue in ("receipts", "bulk")
    ]
    try:
        _wait_for(files[BULK], officer)  # both processes are there and warm
        job = papers.order_slips(slips, "A5", commune=commune, by=officer, token=uuid.uuid4())
        started = time.perf_counter()
        render_print.delay(job.pk)
        waited, beside = [], 0
        for file in files[BULK + 1 :]:
            (slip,) = issued([file], officer)
            clock = time.perf_counter()
            render_receipt.delay(slip.pk)
            while Receipt.objects.filter(pk=slip.pk, state=RenderState.READY).count() == 0:
                time.sleep(0.01)
            waited.append(time.perf_counter() - clock)
            if PrintJob.objects.filter(pk=job.pk, state=RenderState.READY).exists():
                break
            beside += 1
            time.sleep(0.3)
        while not PrintJob.objects.filter(pk=job.pk, state=RenderState.READY).exists():
            time.sleep(0.05)
        took = time.perf_counter() - started
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait()
    ordered = sorted(waited)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    print(
        f"counter beside a bulk print of {BULK}: median {statistics.median(waited):.2f} s, p95 {p95:.2f} s, longest "
        f"{ordered[-1]:.2f} s of {len(waited)} slips, {beside} of them beside it; the bulk print took {took:.1f} s; "
        "wanted: p95 under 2 s",
        flush=True,
    )


def _wait_for(file, officer) -> None:
    from cards.models import Receipt, RenderState
    from cards.tasks import render_receipt

    (slip,) = issued([file], officer)
    render_receipt.delay(slip.pk)
    until = time.monotonic() + 60
    while Receipt.objects.filter(pk=slip.pk, state=RenderState.READY).count() == 0:
        assert time.monotonic() < until, "no worker rendered the first slip"
        time.sleep(0.1)


def memory(size: int) -> None:
    """Resident megabytes of one process over so many slips."""
    done = subprocess.run(
        [sys.executable, "-c", MEMORY_WORKER, str(size)], stdout=subprocess.PIPE, text=True, check=True
    )  # fmt: skip
    steps = [line.split() for line in done.stdout.splitlines()]
    print("memory: " + ", ".join(f"{int(count):,} slips {megabytes} MB" for count, megabytes in steps), flush=True)


if __name__ == "__main__":
    main()
