"""Units that cannot be: D26, D27, on real units with their dates and successors."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Unit, UnitSuccessor
from registry.cleanup import units
from registry.cleanup.scan import scan
from registry.models import Finding, Resident
from tests.factories import ResidenceFactory, ResidentFactory, UnitFactory

pytestmark = pytest.mark.django_db
BEGUN, ENDED = dt.date(1990, 1, 1), dt.date(2025, 6, 30)


def old(code: str, name: str, parent: Unit | None = None, **more) -> Unit:
    level = "commune" if parent else "province"
    return UnitFactory(code=code, name=name, parent=parent, level=level, valid_from=BEGUN, valid_to=ENDED, **more)


@pytest.fixture
def merged(commune) -> Unit:
    """The commune of today was made of one commune of old Lạng Sơn and one of old Cao Bằng."""
    for code, province in (("20", "Lạng Sơn"), ("04", "Cao Bằng")):
        before = old(f"0900{code[1]}", f"Xã Cũ {province}", old(code, f"Tỉnh {province} cũ"))
        UnitSuccessor.objects.create(old=before, new=commune, kind="whole")
    return commune


def found(person: Resident) -> set[str]:
    scan([person.pk])
    return set(Finding.objects.filter(state="open", rule__in=["D26", "D27"]).values_list("rule", flat=True))


@pytest.mark.parametrize(
    ("from_on", "rules"),
    [(dt.date(2019, 9, 1), set()), (ENDED, set()), (dt.date(2025, 7, 1), {"D26"})],
    ids=["long before", "its last day", "the day after"],
)
def test_nobody_registers_in_a_unit_that_has_ended(commune, from_on, rules):
    person = ResidentFactory(commune=commune)
    gone = old("09001", "Xã Đã Hết", old("09", "Tỉnh Đã Hết"))
    ResidenceFactory(resident=person, kind="temporary", unit=gone, from_on=from_on)
    assert found(person) == rules


def test_people_moved_to_the_successor_keep_their_older_dates(merged):
    person = ResidentFactory(commune=merged)
    ResidenceFactory(resident=person, from_on=dt.date(1999, 1, 1))
    assert merged.valid_from > dt.date(1999, 1, 1)
    assert found(person) == set()


@pytest.mark.parametrize(("stated", "rules"), [("020", set()), ("004", set()), ("001", {"D27"}), ("", set())])
def test_a_commune_of_today_lies_in_every_old_province_it_was_made_of(merged, stated, rules):
    person = ResidentFactory(
        commune=merged, birth_registration_unit=merged, birth_registration_province=stated
    )  # fmt: skip
    assert found(person) == rules


def test_the_code_of_a_province_of_today_says_nothing(commune):
    """80 is Tây Ninh now and was Long An: without what it was made of, a unit of today is not asked about."""
    today = UnitFactory(code="99080", name="Xã Nay", parent=UnitFactory(code="80", name="Tỉnh Tây Ninh",
                                                                      level="province"))  # fmt: skip
    person = ResidentFactory(commune=commune, birth_registration_unit=today, birth_registration_province="072")
    assert found(person) == set()


def test_reading_takes_two_queries_for_many(merged):
    people = [ResidentFactory(commune=merged, birth_registration_unit=merged) for _ in range(4)]
    for some in (people[:1], people):
        with CaptureQueriesContext(connection) as queries:
            units.load([one.pk for one in some])
        assert len(queries) == 2
