"""People for each kind of fix, with the finding that the check really opens on them."""

import datetime as dt
from collections.abc import Iterable

import pytest
from django.utils import timezone

from accounts.models import Officer, Unit, UnitSuccessor
from registry.cleanup.scan import scan
from registry.models import Finding, RepairRun, Resident
from registry.repairs import choice, kinds, work
from tests.factories import (
    HouseholdFactory,
    MembershipFactory,
    RelationFactory,
    ResidenceFactory,
    ResidentFactory,
    UnitFactory,
)

TODAY = timezone.localdate()
BASIS = "Phúc tra thôn 2 ngày 20/11/2026"


def checked(person: Resident, rule: str) -> Finding:
    """The finding of this rule that the check opens; none is a failure of the test's own people."""
    scan([person.pk])
    person.refresh_from_db()
    return Finding.objects.exclude(state="closed").get(resident=person, rule=rule)


def garbled(commune: Unit, name: str = "NguyÔn V¨n §øc", **fields) -> Resident:
    return ResidentFactory(commune=commune, full_name=name, sex=1, home_town="", **fields)


def lodger(commune: Unit, *, ended: int = 5, **fields) -> Resident:
    """Registered temporarily for a year, until `ended` days ago."""
    person = ResidentFactory(commune=commune, full_name=fields.pop("name", "Trần Mẫu Khách"), sex=1)
    to_on = TODAY - dt.timedelta(days=ended)
    ResidenceFactory(resident=person, kind="temporary", from_on=to_on - dt.timedelta(days=365), to_on=to_on, **fields)
    return person


def renamed(commune: Unit, *into: Unit) -> Resident:
    """Lives in a unit that is no more, and went on in `into`."""
    old = UnitFactory(name="Xã Mẫu Cổ", parent=commune.parent, valid_from=dt.date(2000, 1, 1),
                      valid_to=dt.date(2025, 6, 30))  # fmt: skip
    for unit in into:
        UnitSuccessor.objects.create(old=old, new=unit)
    person = ResidentFactory(commune=commune)
    ResidenceFactory(resident=person, unit=old)
    return person


def represented(commune: Unit, **line) -> Resident:
    """Of age since 2008, and still with a guardian; both halves are written."""
    person, guardian = ResidentFactory(commune=commune), ResidentFactory(commune=commune, full_name="Lê Thị Sen")
    RelationFactory(resident=person, kind="guardian", name=guardian.full_name, person=guardian, **line)
    RelationFactory(resident=guardian, kind="ward", name=person.full_name, person=person, **line)
    return person


def half_named(commune: Unit) -> Resident:
    """Names a father, whose record does not name this child."""
    person = ResidentFactory(commune=commune, birth_year=2010)
    father = ResidentFactory(commune=commune, full_name="Nguyễn Văn Mẫu", sex=1, birth_year=1980)
    RelationFactory(resident=person, name=father.full_name, person=father)
    return person


def last_of_the_house(commune: Unit) -> Resident:
    person = ResidentFactory(commune=commune, state="deceased", died_on=TODAY - dt.timedelta(days=40))
    MembershipFactory(household=HouseholdFactory(commune=commune), resident=person)
    return person


MAKERS = {
    "chu-viet": (garbled, "S15"),
    "tam-tru-het-han": (lodger, "L05"),
    "don-vi-moi": (lambda commune: renamed(commune, commune), "L04"),
    "het-dai-dien": (represented, "L21"),
    "hai-phia": (half_named, "D20"),
    "ho-trong": (last_of_the_house, "E23"),
}


def found(code: str, commune: Unit) -> Finding:
    """A new person for whom this fix has work."""
    make, rule = MAKERS[code]
    return checked(make(commune), rule)


def chosen(code: str, findings: Iterable[Finding], by: Officer) -> RepairRun:
    fix = kinds.KINDS[code]
    ids = [one.public_id for one in findings]
    run = choice.tick(by, fix, shown=ids, ticked=ids)
    return choice.look(run, by=by)


def started(code: str, findings: Iterable[Finding], by: Officer) -> RepairRun:
    run, fix = chosen(code, findings, by), kinds.KINDS[code]
    ground = next(iter(fix.grounds), "")
    return choice.start(run, by=by, seen=run.seal, ground=ground, basis=BASIS)[0]


def done(code: str, findings: Iterable[Finding], by: Officer) -> RepairRun:
    run = started(code, findings, by)
    work.go_on(run.pk)
    run.refresh_from_db()
    return run


@pytest.fixture
def clock(monkeypatch):
    def stand(moment: dt.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return stand
