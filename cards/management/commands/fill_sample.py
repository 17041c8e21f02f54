"""`manage.py fill_sample`: two communes of invented people, with flaws, duplicates, card files, and officers for them.

Only into an empty register; nothing is ever deleted. Prints the sign-ins; writes the truth about the flaws to
.data/sample-truth.json, which benchmarks and tests read.
"""

import json
import time
import uuid
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Level, Officer, Unit
from accounts.officers.sample import PASSWORD, SignIn, make_officers, sample_officers
from accounts.units.load import load_units
from cards.sample import Filed, fill_applications
from registry.cleanup.scan import scan, scan_due
from registry.duplicates.everything import search_everything
from registry.models import Resident
from registry.sample import afterwards, earlier, rosters
from registry.sample.fill import Filled, FillRefused, fill

PROVINCE = "20"  # Lạng Sơn
AT_ONCE, MOST_ROUNDS = 1000, 100
COMMUNES = {"MS": "06541", "LB": "06529"}  # Mẫu Sơn and Lộc Bình, next to each other; letters of the badge numbers


class Command(BaseCommand):
    help = "Fill an empty register with two communes of invented people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--residents", type=int, default=3000, help="people in each commune (default 3000)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed and day make the same people")
        parser.add_argument("--everything", action="store_true", help="scan and compare all at once, for minutes")

        parser.add_argument("--sign-ins", action="store_true", help="only print the accounts of an earlier filling")

    def handle(self, *args: Any, residents: int, seed: int, everything: bool, sign_ins: bool, **options: Any) -> None:
        if sign_ins:
            self.show(sample_officers(list(COMMUNES)))
            return
        started = time.monotonic()
        try:
            made, filled, filed = write(residents=residents, seed=seed)
        except FillRefused as refused:
            raise CommandError(str(refused)) from refused
        self.say(
            f"Đã ghi {filled.residents} cư dân, {filled.households} hộ, {filed.applications} hồ sơ căn cước", started
        )
        keep_truth(filled, filed)
        if everything:
            _work_off(scan_due)
        else:
            first_findings(filled, filed)
        search_for_copies()
        hand_in_lists(made, seed=seed)
        earlier.date_back()
        afterwards.run()
        self.say("Đã tìm trùng, rà soát phần đầu; tiến trình nền làm tiếp" if not everything else "Xong", started)
        self.show(made)

    def say(self, sentence: str, started: float) -> None:
        seconds = f"{time.monotonic() - started:.1f}".replace(".", ",")
        self.stdout.write(f"{sentence} ({seconds} giây).")

    def show(self, sign_ins: list[SignIn]) -> None:
        if not sign_ins:  # a register that was not filled by this command
            return
        self.stdout.write(f"\nTài khoản mẫu, mật khẩu chung {PASSWORD}:")
        for one in sign_ins:
            self.stdout.write(f"  {one.officer.badge_number:<8} {one.role:<20} {one.unit:<18} {one.officer}")


@transaction.atomic
def write(*, residents: int, seed: int) -> tuple[list[SignIn], Filled, Filed]:
    """Officers, people and card files in one transaction, with one line in the trail. Raises FillRefused."""
    today = timezone.localdate()
    communes = _communes()
    sign_ins = make_officers(communes, letters=list(COMMUNES))
    officers: dict[int, list[Officer]] = {
        commune.pk: [one.officer for one in sign_ins if one.officer.unit_id == commune.pk] for commune in communes
    }
    filled = fill(communes, officers=officers, residents=residents, seed=seed, today=today)
    flawed = {one for ids in filled.truth.values() for one in ids}
    flawed |= {one for pairs in filled.pairs.values() for pair in pairs for one in pair}
    filed = fill_applications(communes, officers=officers, flawed=flawed, seed=seed, today=today)
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE"
        )  # what one transaction wrote is unknown to the planner; the first scan follows at once
    names = " và ".join(commune.name for commune in communes)
    record(
        None,
        Action.SYSTEM,
        sentence=f"Ghi dữ liệu mẫu: {filled.residents} cư dân hư cấu ở {names}",
        data={"seed": seed, "residents": filled.residents, "applications": filed.applications},
    )
    return sign_ins, filled, filed


def first_findings(filled: Filled, filed: Filed) -> None:
    """Scan the people with planted flaws, so that the queues are full at once; workers do the others."""
    flawed = {one for people in [*filled.truth.values(), *filed.truth.values()] for one in people}
    scan(Resident.objects.filter(public_id__in=flawed).values_list("pk", flat=True))


def search_for_copies() -> None:
    """Everybody against everybody: a second or two. Nobody works yet, so the marks can go."""
    search_everything()
    Resident.objects.filter(matching_due=True).update(matching_due=False)


def hand_in_lists(sign_ins: list[SignIn], *, seed: int) -> None:
    """One list a commune, checked, for its officers to decide about."""
    for letters in COMMUNES:
        officer = next(one.officer for one in sign_ins if one.officer.badge_number == f"{letters}-002")
        rosters.plant(officer, seed=seed, token=str(uuid.uuid5(uuid.NAMESPACE_OID, f"roster {letters} {seed}")))


def _work_off(work: Callable[[int], int]) -> None:
    for _ in range(MOST_ROUNDS):
        if not work(AT_ONCE):
            return


def _communes() -> list[Unit]:
    rows = Unit.objects.current().filter(level=Level.COMMUNE, parent__code=PROVINCE, code__in=COMMUNES.values())
    if not rows.exists():
        load_units()
    found = {unit.code: unit for unit in rows.select_related("parent").all()}
    return [found[code] for code in COMMUNES.values()]


def keep_truth(filled: Filled, filed: Filed) -> None:
    folder = settings.BASE_DIR / ".data"
    folder.mkdir(exist_ok=True)
    truth = {"findings": filled.truth | filed.truth, "pairs": filled.pairs}
    (folder / "sample-truth.json").write_text(json.dumps(truth, indent=1, ensure_ascii=False), encoding="utf-8")
