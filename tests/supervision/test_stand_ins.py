"""One statement for all communes: everybody still gets the own numbers, and nobody's stay in it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from supervision.catalogue import counting, stand_ins
from supervision.figures import FIGURES, Area, Ask, counts
from tests.factories import OfficerFactory, ResidentFactory
from tests.supervision.world import fill

pytestmark = pytest.mark.django_db
PLAIN = [one.code for one in FIGURES.values() if one.kind in ("standing", "happened")]


@pytest.fixture
def kept():
    counting._kept.clear()
    return counting._kept


def lists_of(ask: Ask) -> dict[str, int]:
    return {code: FIGURES[code].count(ask) for code in PLAIN}


@pytest.fixture
def towns(commune, other_commune):
    """Both with everything; the second with one person more, so that their numbers differ."""
    workers = [fill(unit) for unit in (commune, other_commune)]
    ResidentFactory(commune=other_commune)
    return workers


def test_the_statement_of_one_commune_serves_the_other_and_counts_its_own(kept, towns, commune, other_commune):
    asks = [Ask(worker, Area(unit)) for worker, unit in zip(towns, (commune, other_commune), strict=True)]
    found = [counts(ask, PLAIN) for ask in asks]
    assert len(kept) == 1
    for ask, values in zip(asks, found, strict=True):
        assert {code: values.get(code, 0) for code in PLAIN} == lists_of(ask)
    assert found[0]["nhan-khau"] + 1 == found[1]["nhan-khau"]


def test_two_officers_of_one_commune_see_their_own_lines_of_the_trail(kept, towns, commune):
    """Figures of the trail are a plain officer's own lines."""
    worker, idle = towns[0], OfficerFactory(unit=commune)
    for officer in (worker, idle, worker):
        ask = Ask(officer, Area(commune))
        values = counts(ask, PLAIN)
        assert {code: values.get(code, 0) for code in PLAIN} == lists_of(ask)
    assert counts(Ask(worker, Area(commune)), ["sua"]) != counts(Ask(idle, Area(commune)), ["sua"])


@pytest.mark.parametrize("role", [Role.OFFICER, Role.CHIEF, Role.PROVINCE_SUPERVISOR, Role.MINISTRY_SUPERVISOR])
def test_what_is_kept_names_nobody_and_what_is_asked_no_stand_in(kept, towns, commune, province, role):
    unit = {Role.OFFICER: commune, Role.CHIEF: commune, Role.PROVINCE_SUPERVISOR: province}.get(role)
    officer = OfficerFactory(role=role, unit=unit, badge_number="ZZ-987654")
    with CaptureQueriesContext(connection) as asked:
        counts(Ask(officer, Area(commune)), PLAIN)
    values = [value for parts in kept.values() for part in parts for value in part.sql[1]]
    assert "ZZ-987654" not in values and commune.code not in values
    told = "".join(query["sql"] for query in asked)
    for name in (stand_ins.ASKER, stand_ins.OFFICE, stand_ins.THERE, stand_ins.ABOVE):
        assert str(name) not in told
    assert not {stand_ins.BADGE, stand_ins.OFFICE_CODE, stand_ins.THERE_CODE} & set(told)


def test_an_officer_of_another_role_or_another_place_gets_another_statement(kept, towns, commune, province):
    for role, unit, area in (
        (Role.OFFICER, commune, Area(commune)), (Role.CHIEF, commune, Area(commune)),
        (Role.PROVINCE_SUPERVISOR, province, Area(commune)), (Role.PROVINCE_SUPERVISOR, province, Area()),
        (Role.PROVINCE_SUPERVISOR, province, Area(province, is_province=True)),
    ):  # fmt: skip
        ask = Ask(OfficerFactory(role=role, unit=unit), area)
        values = counts(ask, PLAIN)
        assert {code: values.get(code, 0) for code in PLAIN} == lists_of(ask), (role, area)
    assert len(kept) == 5
