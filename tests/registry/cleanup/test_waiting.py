"""What was received and waits is asked about: read from the changes, counted in working days."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from registry.changes import kinds, run
from registry.cleanup.scan import scan
from registry.models import Change, ChangeState, Finding
from tests.at_work import form_of


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    moment = timezone.make_aware(dt.datetime(2026, 11, 23, 9))
    monkeypatch.setattr(timezone, "now", lambda: moment)


def received(person, officer, kind: str, day: dt.date) -> Change:
    return Change.objects.create(
        kind=kind, commune=person.commune, resident=person, created_by=officer, received_on=day
    )


def found(person) -> set[str]:
    scan([person.pk])
    open_ones = Finding.objects.filter(resident=person).exclude(state="closed")
    return set(open_ones.values_list("rule", flat=True)) & {"L18", "L19", "L20"}


@pytest.mark.parametrize(
    "kind, day, rules",
    [
        ("ket-hon", dt.date(2026, 11, 18), set()),  # 19, 20, 23: three working days
        ("ket-hon", dt.date(2026, 11, 17), {"L19"}),
        ("thuong-tru-noi-khac", dt.date(2026, 11, 23), {"L20"}),
        ("dang-ky-thuong-tru", dt.date(2026, 11, 2), set()),
        ("viec-khong-con-trong-danh-muc", dt.date(2026, 11, 2), set()),
    ],
)
def test_what_waits_is_found(resident, officer, kind, day, rules):
    received(resident, officer, kind, day)
    assert found(resident) == rules


def test_an_adjustment_of_numbers_has_two_working_days(resident, officer):
    kind = next(code for code, one in kinds.every().items() if one.group == "number" and one.subject == "resident")
    change = received(resident, officer, kind, dt.date(2026, 11, 19))
    assert found(resident) == set()
    Change.objects.filter(pk=change.pk).update(received_on=dt.date(2026, 11, 18))
    assert found(resident) == {"L18"}


def test_what_is_decided_waits_no_longer(resident, officer):
    change = received(resident, officer, "thuong-tru-noi-khac", dt.date(2026, 11, 23))
    assert found(resident) == {"L20"}
    run.turn_down(change, state=ChangeState.REFUSED, by=officer, note="Nhầm người")
    resident.refresh_from_db()
    assert resident.scan_due
    assert found(resident) == set()


def test_receiving_has_the_person_looked_at(resident, officer, other_commune):
    kind = kinds.every()["thuong-tru-noi-khac"]
    form = form_of(kind.code, resident, officer, unit="Xã Mẫu Hạ", hamlet="Thôn 9", effective_on="15/11/2026")
    assert form.is_valid(), form.errors
    run.receive(kind, resident, form.cleaned_data, by=officer, token=uuid.uuid4(), fields={})
    resident.refresh_from_db()
    assert resident.scan_due
    assert found(resident) == {"L20"}
