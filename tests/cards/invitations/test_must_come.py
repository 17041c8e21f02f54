"""Who must come: one query finds whom the rules find, person by person."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Setting
from cards.invitations import must_come
from cards.invitations.must_come import Horizon
from cards.models import Why
from registry.cleanup import facts as facts_of
from registry.cleanup.rules import catalogue
from registry.models import Resident
from registry.values.partial_date import PartialDate
from tests.factories import (
    ApplicationFactory,
    HouseholdFactory,
    IdentityDocumentFactory,
    InvitationFactory,
    MembershipFactory,
    ResidentFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def by_the_rules() -> dict[str, set[int]]:
    """Rule -> whom it finds, everybody asked one by one."""
    rows = Resident.objects.filter(state__in=["living", "absent"]).order_by("pk")
    batch = facts_of.load(list(rows), on=TODAY)
    codes = sorted(set(must_come.RULES.values()))
    return {code: {one.resident.pk for one in batch if catalogue()[code].check(one)} for code in codes}


def by_the_lists(officer) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {code: set() for code in must_come.RULES.values()}
    for why, code in must_come.RULES.items():
        found[code] |= set(must_come.coming(officer, Horizon.read(TODAY), why=why).values_list("pk", flat=True))
    return found


def around(age_years: int) -> st.SearchStrategy[PartialDate]:
    """Births whose birthday of that age lies about today, or about the end of the warning time."""
    days = st.sampled_from([-400, -2, -1, 0, 1, 2, 45, 89, 90, 91, 92])
    return days.map(lambda ahead: PartialDate.of(must_come.years_before(TODAY + dt.timedelta(days=ahead), age_years)))


births = st.one_of(
    around(14), around(25), around(40), around(60),
    st.sampled_from([
        PartialDate(1990, 5, 21), PartialDate(2012), PartialDate(2012, 12), PartialDate(2001), PartialDate(1986, 12),
        PartialDate(2012, 2, 29), PartialDate(2001, 12, 31), None,
    ]),
)  # fmt: skip
day = st.sampled_from([-5114, -1000, -731, -730, -366, -1, 0, 1, 40, 400]).map(lambda n: TODAY + dt.timedelta(days=n))
paper = st.tuples(
    st.sampled_from(["CAN_CUOC", "CCCD_CHIP", "CCCD_MAVACH", "CMND9", "CMND12"]), st.none() | day, st.none() | day,
    st.sampled_from(["in_use", "in_use", "replaced"]), st.sampled_from([None, -1, 0, 1]),
)  # fmt: skip
person = st.tuples(
    births, st.lists(paper, max_size=2), st.sampled_from(["VN", "VN", "FR", ""]),
    st.sampled_from(["living", "living", "living", "absent", "moved", "deceased"]), st.booleans(),
)  # fmt: skip


def two_years_begin(born: PartialDate) -> dt.date:
    """The day from which a card covers the next birthday that wants a new one (the one just past counts as next)."""
    ages = [age for age in must_come.AGES.values() if born.turns_on(age) > TODAY - dt.timedelta(days=3)]
    return born.turns_on((ages or [60])[0] - 2)


def write(one, commune, officer) -> None:
    born, papers, nationality, state, has_file = one
    row = ResidentFactory(
        commune=commune, birth_year=born and born.year, birth_month=born and born.month, birth_day=born and born.day,
        nationality=nationality, state=state,
    )  # fmt: skip
    for kind, issued_on, expires_on, standing, beside in papers:
        if born and beside is not None:  # on the very day the two years begin with, or a day beside it
            issued_on = two_years_begin(born) + dt.timedelta(days=beside)
        IdentityDocumentFactory(resident=row, kind=kind, issued_on=issued_on, expires_on=expires_on, state=standing)
    if has_file:
        ApplicationFactory(resident=row, created_by=officer)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(people=st.lists(person, min_size=2, max_size=6))
def test_the_lists_hold_exactly_whom_the_rules_find(commune, officer, people):
    kept = transaction.savepoint()
    try:
        for one in people:
            write(one, commune, officer)
        assert by_the_lists(officer) == by_the_rules()
        everybody = set(must_come.coming(officer, Horizon.read(TODAY)).values_list("pk", flat=True))
        assert everybody == set().union(*by_the_rules().values())
        counted = must_come.counts(officer, Horizon.read(TODAY))
        for why in Why:
            assert counted[why] == must_come.coming(officer, Horizon.read(TODAY), why=why).count()
    finally:
        transaction.savepoint_rollback(kept)


def test_on_the_first_and_the_last_day_and_beside_them_lists_and_rules_agree(commune, officer):
    """Every age, about today and about the end of the warning time, with no card and with one issued on the day the two
    years begin, and on the days beside it."""
    for age_years in must_come.AGES.values():
        for ahead in (0, 1, 90, 91):
            born = PartialDate.of(must_come.years_before(TODAY + dt.timedelta(days=ahead), age_years))
            for beside in (None, -1, 0, 1):
                row = ResidentFactory(commune=commune, birth_year=born.year, birth_month=born.month, birth_day=born.day)
                if beside is not None:
                    issued_on = born.turns_on(age_years - 2) + dt.timedelta(days=beside)
                    IdentityDocumentFactory(resident=row, issued_on=issued_on)
    found = by_the_lists(officer)
    assert found == by_the_rules()
    assert {code: len(rows) for code, rows in found.items()} == {"L11": 4, "L12": 6, "L13": 0, "L14": 0, "E24": 13}


@pytest.mark.parametrize("age_years", [14, 25, 40, 60])
def test_a_birthday_has_come_by_a_day_just_when_the_birth_is_so_many_years_before(age_years):
    """Also around every end of February, for four years."""
    days = [dt.date(2026, 2, 26) + dt.timedelta(days=n) for n in range(4 * 366)]
    births = [dt.date(2026 - age_years - 4, 2, 26) + dt.timedelta(days=n) for n in range(8 * 366)]
    near = [one for one in births if (one.month, one.day) in {(2, 27), (2, 28), (2, 29), (3, 1), (3, 2), (7, 9)}]
    for born in near:
        turned = PartialDate.of(born).turns_on(age_years)
        for on in days[:6] + [one for one in days if one.month in (2, 3) and one.day in (1, 2, 28, 29)]:
            assert (turned <= on) == (born <= must_come.years_before(on, age_years)), (born, on)


def test_the_warning_time_is_a_setting(commune, officer):
    born = PartialDate.of(must_come.years_before(TODAY + dt.timedelta(days=120), 14))
    child = ResidentFactory(commune=commune, birth_year=born.year, birth_month=born.month, birth_day=born.day)
    assert not must_come.coming(officer, Horizon.read(TODAY), why=Why.AGE_14).exists()
    Setting.objects.create(code="coming_of_age_days", value=125, valid_from=TODAY)
    assert must_come.coming(officer, Horizon.read(TODAY), why=Why.AGE_14).get() == child


def test_somebody_known_by_the_year_alone_reaches_the_age_on_its_last_day(commune, officer):
    row = ResidentFactory(commune=commune, birth_year=2012, birth_month=None, birth_day=None)
    found = must_come.with_reasons(must_come.coming(officer, Horizon.read(dt.date(2026, 12, 1))),
                                   Horizon.read(dt.date(2026, 12, 1))).get()  # fmt: skip
    assert (found, found.why, must_come.due_on(found, found.why)) == (row, Why.AGE_14, dt.date(2026, 12, 31))


def test_of_several_reasons_what_is_wrong_today_comes_first(commune, officer):
    born = must_come.years_before(TODAY + dt.timedelta(days=30), 40)
    row = ResidentFactory(commune=commune, birth_year=born.year, birth_month=born.month, birth_day=born.day)
    IdentityDocumentFactory(resident=row, issued_on=dt.date(2015, 1, 1), expires_on=TODAY - dt.timedelta(days=9))
    horizon = Horizon.read(TODAY)
    shown = must_come.with_reasons(must_come.coming(officer, horizon, why=Why.AGE_40), horizon).get()
    assert (shown.why, must_come.due_on(shown, shown.why)) == (Why.EXPIRED, TODAY - dt.timedelta(days=9))


def test_nobody_of_another_commune_is_on_the_lists(officer, other_commune, commune):
    for where in (commune, other_commune):
        IdentityDocumentFactory(resident=ResidentFactory(commune=where), expires_on=dt.date(2026, 1, 1))
    found = must_come.coming(officer, Horizon.read(TODAY))
    assert [row.commune for row in found] == [commune]
    assert must_come.counts(officer, Horizon.read(TODAY))[Why.EXPIRED] == 1


def test_who_has_a_file_or_a_letter_is_marked(commune, officer):
    rows = [ResidentFactory(commune=commune, full_name=name) for name in ("Lê An", "Lê Bình", "Lê Chi", "Lê Dung")]
    for row in rows:
        IdentityDocumentFactory(resident=row, expires_on=dt.date(2026, 1, 1))
    MembershipFactory(resident=rows[0], household=HouseholdFactory(commune=commune, hamlet="Thôn 7"))
    file = ApplicationFactory(resident=rows[1], created_by=officer)
    letter = InvitationFactory(resident=rows[2], made_by=officer)
    InvitationFactory(resident=rows[3], made_by=officer, cancelled_at=timezone.now(), cancelled_by=officer)
    horizon = Horizon.read(TODAY)
    shown = must_come.with_reasons(must_come.coming(officer, horizon), horizon).order_by("pk")
    assert [row.hamlet for row in shown] == ["Thôn 7", None, None, None]
    assert [row.file_id for row in shown] == [None, file.public_id, None, None]
    assert [row.letter_id for row in shown] == [None, None, letter.public_id, None]


def test_the_whole_list_is_one_query_however_long(commune, officer):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            list(must_come.with_reasons(must_come.coming(officer, horizon), horizon))
        return len(caught)

    horizon = Horizon.read(TODAY)
    one_by_one = []
    for _ in range(2):
        IdentityDocumentFactory(resident=ResidentFactory(commune=commune), expires_on=dt.date(2026, 1, 1))
        one_by_one.append(queries())
    assert one_by_one == [1, 1]
