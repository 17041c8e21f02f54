"""Terms in working days, by the holiday table: over the Culture Day of 24/11/2026 and over Tết 2027."""

import uuid

import pytest
from django.urls import reverse

from registry.changes import kinds, run
from registry.models import Change
from tests.at_work import form_of

TERMS = [
    # kind, what else is typed, received, due
    ("dang-ky-thuong-tru", {}, "23/11/2026", "2026-12-03"),
    ("dang-ky-thuong-tru", {}, "29/1/2027", "2027-02-16"),
    ("dang-ky-tam-tru", {}, "23/11/2026", "2026-11-27"),
    ("dang-ky-tam-tru", {}, "3/2/2027", "2027-02-15"),
    ("gia-han-tam-tru", {}, "20/11/2026", "2026-11-26"),
    ("xoa-tam-tru", {}, "4/2/2027", "2027-02-16"),
    ("xoa-thuong-tru", {"ground": "pha-do"}, "23/11/2026", "2026-12-01"),
    ("xoa-thuong-tru", {"ground": "chet"}, "23/11/2026", "2026-11-25"),
    ("xoa-thuong-tru", {"ground": "chet"}, "4/2/2027", "2027-02-12"),
    ("tam-vang", {}, "23/11/2026", "2026-11-25"),
    ("tam-vang", {"needs_checking": True}, "23/11/2026", "2026-11-26"),
    ("dieu-chinh-cu-tru", {}, "23/11/2026", "2026-11-27"),
    ("khai-bao-cu-tru", {}, "4/2/2027", "2027-02-18"),
    ("thuong-tru-noi-khac", {}, "23/11/2026", "2026-12-01"),
]


@pytest.mark.parametrize("code, typed, received, due", TERMS)
def test_the_last_day(db, code, typed, received, due):
    from accounts.working_days import add_working_days
    from registry.values.partial_date import parse

    day = parse(received).as_date()
    assert day is not None
    assert f"{add_working_days(day, kinds.every()[code].term_days(typed))}" == due


def test_every_term_names_its_law():
    unnamed = [kind.code for kind in kinds.every().values()
               if kind.group == "residence" and (kind.working_days or kind.days_for) and not kind.deadline]  # fmt: skip
    assert unnamed == []


def test_what_is_received_waits_until_its_term(resident, officer):
    kind = kinds.every()["dang-ky-thuong-tru"]
    form = form_of(kind.code, resident, officer, hamlet="Thôn 7", present_same="on", effective_on="20/11/2026")
    assert form.is_valid()
    change, _ = run.receive(kind, resident, form.cleaned_data, by=officer, token=uuid.uuid4(), fields={})
    assert (change.state, f"{change.due_on}") == ("waiting", "2026-12-03")
    assert Change.objects.waiting().in_scope(officer).count() == 1


def test_the_preview_names_the_term_and_its_law(resident, officer, client_of):
    url = reverse("registry:resident_change", args=[resident.public_id, "dang-ky-thuong-tru", uuid.uuid4()])
    typed = {"buoc": "xem", "received_on": "23/11/2026", "hamlet": "Thôn 7", "present_same": "on"}
    page = client_of(officer).post(url, typed).content.decode()
    assert "hạn giải quyết 03/12/2026 (7 ngày làm việc, Luật Cư trú Điều 22)" in page
