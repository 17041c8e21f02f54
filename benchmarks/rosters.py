"""A list of a commune read, checked (all rules, everybody compared) and written, against django-import-export doing a
plain import of the same file in the same run: no checks, no search for doubles, nothing to take back.

    make bench NAME=rosters SIZE=30000
    make bench NAME=rosters SIZE="30000 120000"

The commune has a third as many people already, who came by a list of their own; a quarter of the new list are people
of it. Two worker processes do our steps, as in the portal: one goes on with the list, one helps where it is cut into
parts; their memory is told together. The rival writes the person, numbers, parents and residence by `save()`, on at
most 30,000 rows, told as the seconds that all would take. The last line is JSON: seconds of ours, the rival's, and
their ratio.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

from benchmarks import _people, _roster_file

RIVAL_ROWS = 30_000
_MEMORY = r"""
import re
from pathlib import Path
def most():
    # What getrusage tells is also what the starting process held when it started this one.
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(peak[1]) // 1024
"""
_WORKER = (
    _MEMORY
    + r"""
import sys, time
import django; django.setup()
from registry.models import Roster
from registry.rosters import work
print("ready", flush=True)
sys.stdin.readline()
started = time.monotonic()
while not work.go_on(int(sys.argv[1]), seconds=3600):
    pass
print(time.monotonic() - started, most())
"""
)
_HELPER = (
    _MEMORY
    + r"""
import sys, threading, time
import django; django.setup()
from registry.rosters import work
over = threading.Event()
print("ready", flush=True)
sys.stdin.readline()
threading.Thread(target=lambda: (sys.stdin.readline(), over.set()), daemon=True).start()
while not over.is_set():
    if not work.help_with(int(sys.argv[1]), seconds=3):
        time.sleep(0.1)
print(most())
"""
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="30000", help="one number of rows, or several")
    sizes = [int(size) for size in re.split(r"[\s,]+", parser.parse_args().size.strip())]
    for size in sizes:
        ours = _people.in_a_database_of_its_own(one_size, size)
        rival = _people.in_a_database_of_its_own(plain_import, size)
        line = {"name": "rosters", "size": size, "ours": round(ours, 1), "rival": round(rival, 1)}
        print(json.dumps(line | {"ratio": round(rival / ours, 2)}), flush=True)


def one_size(size: int) -> float:
    officer = an_office()
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        first, second = written(Path(folder), size, officer.unit.name)
        through(first, officer, "the people who are here already")
        return through(second, officer, "the list")


def an_office():
    """An empty commune of today among all units, and its chief."""
    from django.core.management import call_command

    from accounts.models import Officer, Unit
    from accounts.roles import Role
    from accounts.units.load import load_units

    call_command("migrate", verbosity=0)
    load_units()
    commune = Unit.objects.communes().current().order_by("code").first()
    return Officer.objects.create_user(
        badge_number="BENCH-1", password="", full_name="Nguyễn Văn Thử", unit=commune, role=Role.CHIEF
    )


def written(folder: Path, size: int, commune: str) -> tuple[Path, Path]:
    """Two files: who is here already, and the list that is measured."""
    first, second = folder / "first.xlsx", folder / "second.xlsx"
    known = _roster_file.people(size // 3, seed=11, commune=commune)
    _roster_file.write(known, first)
    _roster_file.write(_roster_file.next_years(known, size, seed=12, commune=commune), second)
    return first, second


def through(path: Path, officer, title: str) -> float:
    """Seconds of reading, checking and writing; the decisions in between are the officer's."""
    import datetime as dt

    from registry.models import Roster, RosterState, RowDecision, RowVerdict
    from registry.rosters import deciding, intake

    roster = intake.take_in(
        path.name, path.read_bytes(), by=officer, source_name=path.stem, source_code="TANG_THU",
        source_on=dt.date(2026, 7, 1), token=uuid.uuid4(),
    )  # fmt: skip
    read, memory = worker(roster.pk)
    roster = Roster.objects.get(pk=roster.pk)
    assert roster.state == RosterState.READ, (roster.state, roster.said)
    columns = {int(at): field for at, field in roster.columns.items()}
    intake.set_columns(roster, columns, sheet=roster.sheet, by=officer)
    checked, memory_of_check = worker(roster.pk)
    roster.refresh_from_db()
    assert roster.state == RosterState.CHECKED, (roster.state, roster.said)
    told(roster)
    deciding.decide(roster, roster.rows.filter(verdict=RowVerdict.CHANGED), RowDecision.WRITE, by=officer)
    deciding.decide(roster, roster.rows.filter(verdict=RowVerdict.SUSPECT), RowDecision.AS_NEW, by=officer)
    roster.refresh_from_db()
    deciding.approve(roster, by=officer)
    written, memory_of_write = worker(roster.pk)
    roster.refresh_from_db()
    assert roster.state == RosterState.APPLIED, (roster.state, roster.said)
    took = read + checked + written
    rows = roster.rows.count()
    most = max(memory, memory_of_check, memory_of_write)
    print(
        f"{title}: {rows:,} rows in {took:.1f} s (read {read:.1f}, checked {checked:.1f}, written {written:.1f}),"
        f" {most} MB at most; {roster.rows.filter(state='applied').count():,} written",
        flush=True,
    )
    return took


def worker(roster_id: int) -> tuple[float, int]:
    """Seconds of one step, and the most memory (MB) of its two workers together: one goes on with the list, one helps,
    as in the portal."""
    leader, helper = (started(script, roster_id) for script in (_WORKER, _HELPER))
    for process in (leader, helper):
        assert process.stdout and process.stdout.readline().strip() == "ready"
    for process in (helper, leader):
        begin(process)
    seconds, megabytes = ended(leader).split()[-2:]
    begin(helper)  # the second line ends it
    return float(seconds), int(megabytes) + int(ended(helper).split()[-1])


def started(script: str, roster_id: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, str(roster_id)]
    return subprocess.Popen(
        command, env=os.environ, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sys.stderr
    )


def begin(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def ended(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    said = process.stdout.read()
    if process.wait():
        raise SystemExit("a worker broke off")
    return said


def told(roster) -> None:
    from django.db.models import Count

    counts = dict(roster.rows.order_by().values_list("verdict").annotate(n=Count("pk")))
    print(", ".join(f"{verdict} {count:,}" for verdict, count in sorted(counts.items())), flush=True)


def plain_import(size: int) -> float:
    """Seconds that a resource of django-import-export takes for the whole file, into an empty commune: nobody is in its
    way."""
    import tablib

    commune = an_office().unit
    with tempfile.TemporaryDirectory() as folder:
        content = written(Path(folder), size, commune.name)[1].read_bytes()
    started = time.monotonic()
    sheet = tablib.Dataset()
    sheet.load(content, format="xlsx", read_only=True)
    sheet.headers = list(_roster_file.HEADINGS)
    read = time.monotonic() - started
    rows = tablib.Dataset(*sheet[1 : RIVAL_ROWS + 1], headers=list(_roster_file.HEADINGS))
    started = time.monotonic()
    result = resource_of(commune)().import_data(rows, dry_run=False, use_transactions=False, raise_errors=False)
    took = time.monotonic() - started
    failed = len(result.row_errors()) + len(result.invalid_rows)
    print(
        f"django-import-export: {len(rows):,} rows in {took:.1f} s, file read in {read:.1f} s, {failed:,} rows failed",
        flush=True,
    )
    return read + took * size / len(rows)


def resource_of(commune):
    """What a developer writes in an afternoon: columns to attributes, rows of other tables after the person's."""
    from import_export import fields, resources, widgets

    from registry.models import IdentityNumber, Relation, Residence, Resident

    class Plain(resources.ModelResource):
        full_name = fields.Field("full_name", "Họ và tên")
        home_town = fields.Field("home_town", "Quê quán", widgets.CharWidget(allow_blank=True))
        phone = fields.Field("phone", "Điện thoại", widgets.CharWidget(allow_blank=True))

        class Meta:
            model = Resident
            import_id_fields = ()
            fields = ("full_name", "home_town", "phone")

        def before_save_instance(self, instance, row, **kwargs):
            parts = [int(part) for part in reversed((row["Ngày sinh"] or "").split("/")) if part]
            instance.birth_year, instance.birth_month, instance.birth_day = (*parts, None, None, None)[:3]
            instance.sex = {"Nam": 1, "Nữ": 2}.get(row["Giới tính"], 0)
            instance.commune, instance.ethnic_group, instance.nationality = commune, "01", "VN"

        def after_save_instance(self, instance, row, **kwargs):
            for kind, heading in (("SDDCN", "Số định danh cá nhân"), ("CMND9", "Số CMND")):
                if row[heading]:
                    IdentityNumber.objects.create(resident=instance, kind=kind, number=row[heading])
            for kind, heading in (("father", "Họ tên cha"), ("mother", "Họ tên mẹ")):
                if row[heading]:
                    Relation.objects.create(resident=instance, kind=kind, name=row[heading])
            Residence.objects.create(
                resident=instance, kind="permanent", unit=commune, raw_text=row["Nơi thường trú"] or ""
            )

    return Plain


if __name__ == "__main__":
    main()
