"""Whatever is done in whatever order: nobody has two permanent places on one day, and nothing ends before it begins."""

import datetime as dt
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.changes.refusal import ChangeRefused
from registry.models import Residence, Resident
from tests.at_work import do, errors

FIRST = dt.date(2025, 1, 1)
DAYS = st.integers(min_value=0, max_value=690).map(lambda n: FIRST + dt.timedelta(days=n))
HAMLETS = st.sampled_from(["Thôn 1", "Thôn 2", "Thôn 3"])
STEPS = st.one_of(
    st.tuples(st.just("dang-ky-thuong-tru"), DAYS, HAMLETS),
    st.tuples(st.just("thuong-tru-noi-khac"), DAYS, HAMLETS),
    st.tuples(st.just("xoa-thuong-tru"), DAYS, st.sampled_from(["pha-do", "nuoc-ngoai"])),
    st.tuples(st.just("dang-ky-tam-tru"), DAYS, HAMLETS),
    st.tuples(st.just("xoa-tam-tru"), DAYS, st.just("huy")),
    st.tuples(st.just("tam-vang"), DAYS, st.just("work")),
    st.tuples(st.just("da-ve"), DAYS, st.just("")),
    st.tuples(st.just("cap-nhat-noi-o"), DAYS, HAMLETS),
    st.tuples(st.just("dieu-chinh-cu-tru"), DAYS, HAMLETS),
)
ROWS = {"xoa-thuong-tru": "permanent", "xoa-tam-tru": "temporary", "da-ve": "absence", "dieu-chinh-cu-tru": "permanent"}


def typed(code: str, day: dt.date, word: str, person: Resident) -> dict[str, Any]:
    values: dict[str, Any] = {
        "effective_on": f"{day:%d/%m/%Y}",
        "hamlet": word,
        "present_same": "on",
        "unit": "Xã Mẫu Sơn",
    }
    if code == "thuong-tru-noi-khac":
        values["unit"] = "Xã Mẫu Hạ"
    if code == "dang-ky-tam-tru":
        values["to_on"] = f"{day + dt.timedelta(days=200):%d/%m/%Y}"
    if code == "tam-vang":
        values |= {"destination": "Lào", "purpose": word, "to_on": f"{day + dt.timedelta(days=40):%d/%m/%Y}"}
    if code == "dieu-chinh-cu-tru":
        values["from_on"] = values.pop("effective_on")
    if code in ROWS:
        row = Residence.objects.filter(resident=person, kind=ROWS[code], closed_at=None).order_by("pk").last()
        values |= {"row": row.public_id if row else "", "ground": word}
    return values


def step(person: Resident, officer, code: str, day: dt.date, word: str) -> bool:
    values = typed(code, day, word, person)
    if errors(code, person, officer, **values):
        return False
    try:
        with transaction.atomic():
            do(code, person, officer, **values)
    except ChangeRefused:
        person.refresh_from_db()
        return False
    return True


def overlaps(person: Resident, kind: str) -> list[tuple[Residence, Residence]]:
    """Read row by row, not by the database's own constraint."""
    rows = Residence.objects.filter(resident=person, kind=kind, closed_at=None).order_by("from_on", "pk")
    return [(one, next_) for one, next_ in pairwise(rows) if one.to_on is None or one.to_on >= (next_.from_on or FIRST)]


def test_no_order_of_procedures_breaks_the_ranges(commune, other_commune, officer, resident):
    """The property is about nothing when every step is refused, so what was written is counted."""
    written = []

    @settings(max_examples=14, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=st.lists(STEPS, min_size=2, max_size=6))
    def try_one(steps):
        written.append(run(steps, officer, resident))

    try_one()
    assert sum(written) > 8


def run(steps, officer, resident) -> int:
    """Do these steps and take them back; answers how many were written."""
    done = 0
    point = transaction.savepoint()
    person = Resident.objects.get(pk=resident.pk)
    Residence.objects.filter(resident=person).update(from_on=dt.date(2010, 1, 1))
    for code, day, word in steps:
        done += step(person, officer, code, day, word)
        assert overlaps(person, "permanent") == []
        assert overlaps(person, "present") == []
        assert overlaps(person, "absence") == []
        assert not Residence.objects.filter(resident=person, to_on__lt=F("from_on")).exists()
        struck = Residence.objects.filter(resident=person, closed_at__isnull=False)
        assert not struck.filter(closed_reason="").exists() and not struck.filter(to_on=None).exists()
    transaction.savepoint_rollback(point)
    return done


def test_the_reader_of_overlaps_sees_one(resident):
    Residence.objects.filter(resident=resident, kind="permanent").update(to_on=dt.date(2026, 1, 1))
    row = Residence.objects.get(resident=resident, kind="permanent")
    assert overlaps(resident, "permanent") == []
    Residence.objects.create(resident=resident, kind="stay", unit=row.unit, from_on=dt.date(2026, 1, 1))
    Residence.objects.create(resident=resident, kind="stay", unit=row.unit, from_on=dt.date(2026, 2, 1))
    assert len(overlaps(resident, "stay")) == 1
