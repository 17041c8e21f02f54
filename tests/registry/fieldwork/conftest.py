"""Two households to be visited: four people at Số 5, two at Số 12, and a stranger's next door."""

import datetime as dt
import subprocess
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import Officer, Unit
from registry.fieldwork import making, printing
from registry.models import FieldPrint, FieldSheet, Household, Resident
from tests.factories import (
    FindingFactory,
    HouseholdFactory,
    HouseholdRoleFactory,
    IdentityNumberFactory,
    MembershipFactory,
    ResidentFactory,
)

SENTENCE = "Số điện thoại 0912345678 không đúng dạng."


def lives(home: Household, name: str, *, role: str = "CON_DE", since: dt.datetime | None = None, **fields) -> Resident:
    """Somebody of a household, with a number; confirmed at `since`, or never."""
    who = ResidentFactory(commune=home.commune, full_name=name, confirmed_at=since,
                          confirmed_by=fields.pop("by", None) if since else None, **fields)  # fmt: skip
    names = {"CHU_HO": "Chủ hộ", "VO": "Vợ", "CON_DE": "Con đẻ"}
    MembershipFactory(household=home, resident=who, role=HouseholdRoleFactory(code=role, name=names[role]))
    IdentityNumberFactory(resident=who)
    return who


@pytest.fixture
def home(commune: Unit) -> Household:
    home = HouseholdFactory(commune=commune, code="00217", hamlet="Thôn 2", street="Số 5")
    lives(home, "Nguyễn Văn Mẫu An", role="CHU_HO", sex=1)
    lives(home, "Lê Thị Mẫu Bình", role="VO")
    lives(home, "Nguyễn Mẫu Cường", birth_year=2012)
    lives(home, "Nguyễn Thị Mẫu Dung", birth_year=2015)
    return home


@pytest.fixture
def other_home(commune: Unit) -> Household:
    home = HouseholdFactory(commune=commune, code="00231", hamlet="Thôn 2", street="Số 12")
    lives(home, "Trần Mẫu Em", role="CHU_HO", sex=1, birth_year=1940, birth_month=None, birth_day=None)
    lives(home, "Phạm Thị Mẫu Gấm", role="VO", birth_year=1944)
    return home


@pytest.fixture
def people(home: Household) -> list[Resident]:
    return list(Resident.objects.filter(memberships__household=home).order_by("pk"))


@pytest.fixture
def finding(people):
    evidence = {"sentence": SENTENCE, "values": [["Điện thoại", "0912345678"]], "key": ""}
    return FindingFactory(resident=people[0], rule="D31", group="D", severity="error", evidence=evidence)


@pytest.fixture
def sheet(home: Household, other_home: Household, finding, officer: Officer) -> FieldSheet:
    return making.make(home.commune, [home, other_home], by=officer, assigned_to=officer, planned_on=today())


@pytest.fixture
def printed(sheet: FieldSheet, officer: Officer) -> FieldPrint:
    one = printing.ask(sheet, by=officer)
    printing.render_and_store(one.pk)
    return FieldPrint.objects.select_related("sheet").get(pk=one.pk)


def today() -> dt.date:
    return timezone.localdate()


def run(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def saved(tmp_path: Path, pdf: bytes) -> Path:
    path = tmp_path / "sheet.pdf"
    path.write_bytes(pdf)
    return path


def info(path: Path) -> dict[str, str]:
    lines = run("pdfinfo", path).splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}
