"""A list that leaves holds the rows that its page shows for the same address, in the same order."""

import datetime as dt

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from cards.models import Receipt
from registry.models import Change, HouseholdRole
from registry.rosters.out import kinds
from tests.conftest import settled
from tests.factories import (
    ApplicationFactory,
    EidAccountFactory,
    FindingFactory,
    MembershipFactory,
    PairFactory,
    ResidentFactory,
    StockCardFactory,
)

pytestmark = pytest.mark.django_db

PAGES = [
    ("cu-dan", "registry:residents", [], ["", "sex=1", "q=mau", "sort=-birth", "state=moved", "age=u14"]),
    ("ho", "registry:households", [], ["", "sort=-hamlet", "q=mau"]),
    ("lam-sach", "registry:cleanup_queue", ["d"], ["", "sort=person", "muc=error", "tinh_trang=da-sua"]),
    ("lam-sach", "registry:cleanup_queue", ["tat-ca"], ["", "quy_tac=E06", "q=lan"]),
    ("nghi-trung", "registry:duplicates", [], ["", "muc=chac", "sort=found_at", "q=lan"]),
    ("cu-tru-ho-tich", "registry:changes", [], ["", "state=applied", "due=late", "sort=-due_on"]),
    ("ho-so-can-cuoc", "cards:applications", [], ["", "state=received", "sort=number", "promised_on=01/02/2026"]),
    ("hang-doi-can-cuoc", "cards:queue", ["tat-ca"], ["", "sort=-resident", "can_bo=chua-giao"]),
    ("hang-doi-can-cuoc", "cards:queue", ["cua-toi"], [""]),
    ("the-tai-tru-so", "cards:stock", [], ["", "muc=can-goi", "sort=-came_at"]),
    ("phai-lam-the", "cards:must_come", [], ["", "ly_do=no_card", "sort=-full_name", "nam_sinh=1990"]),
    ("phieu-hen", "cards:receipts", [], ["", "tinh_trang=chua-in", "sort=number"]),
    ("dinh-danh", "cards:eid", [], ["", "trang_thai=granted", "sort=resident"]),
]  # fmt: skip


@pytest.fixture
def register(commune, officer, colleague, resident, outsider):
    """A few of everything here, and one of each next door that could leak."""
    people = [resident]
    for place, name in enumerate(["Trần Văn Mẫu Bình", "Lê Thị Mẫu An", "Đỗ Mẫu Cường"]):
        born = {"birth_year": 1950 + 20 * place, "sex": 1 if place != 1 else 2}
        people.append(settled(commune, number=f"00119000020{place}", name=name, **born))
    ResidentFactory(commune=commune, full_name="Phạm Mẫu Đi", state="moved")
    ResidentFactory.create_batch(2, commune=commune, birth_year=1990)  # without card and file
    for home, here in ((people, officer), ([outsider], officer)):
        for place, person in enumerate(home):
            FindingFactory(resident=person, rule="D08" if place % 2 else "E06", group="D" if place % 2 else "E")
            file = ApplicationFactory(resident=person, created_by=here, serial=500 + person.pk)
            EidAccountFactory(resident=person, granted_by=here)
            Receipt.objects.create(
                application=file, commune=person.commune, year=2026, serial=person.pk, content={}, state="ready"
            )
            Change.objects.create(
                kind="tam-tru", commune=person.commune, resident=person, created_by=here,
                due_on=timezone.localdate() + dt.timedelta(days=place - 1),
            )  # fmt: skip
            if place == 0:
                other = ResidentFactory(commune=person.commune, full_name=f"{person.full_name} Hai")
                left, right = sorted([person, other], key=lambda one: one.pk)
                PairFactory(left=left, right=right)
                StockCardFactory(application__resident=other, arrived_by=here)
            else:
                file.assigned_to = officer
                file.save()
    return people


def shown_by(client, url: str) -> list[int]:
    page = client.get(url)
    assert page.status_code == 200
    return [row.record.pk for row in page.context["table"].page.object_list]


@pytest.mark.parametrize("desk", ["registry", "cards"])
def test_a_list_out_holds_what_its_page_shows_in_its_order(desk, register, officer, client_of):
    client = client_of(officer)
    for code, page, args, queries in PAGES:
        if not page.startswith(desk):
            continue
        seen = []
        for query in queries:
            asked = QueryDict(f"{query}&hang={args[0]}" if args else query)
            seen.append(shown_by(client, f"{reverse(page, args=args)}?{query}"))
            assert [row.pk for row in kinds.named(code).asked(officer, asked).rows] == seen[-1], (code, query)
        assert any(seen), f"{code}: there was nothing to compare"


def test_every_column_of_every_list_reads_a_row(register, officer):
    for kind in kinds.every().values():
        rows = kind.gather(list(kind.asked(officer, QueryDict("hang=tat-ca")).rows), officer)
        assert rows, kind.code
        for row in rows:
            assert all(isinstance(one.text(row), str) for one in kind.columns), kind.code
            assert all(isinstance(pk, int) for pk in kind.people(row))


def test_the_people_of_households_come_home_by_home_the_head_first(resident, commune, officer, outsider):
    home = resident.memberships.get().household
    child = HouseholdRole.objects.filter(code="CON_DE").first()
    MembershipFactory(household=home, resident=ResidentFactory(commune=commune, full_name="Bé Mẫu"), role=child)
    rows = kinds.named("nhan-khau").asked(officer, QueryDict("")).rows
    assert [row.resident.full_name for row in rows] == [resident.full_name, "Bé Mẫu"]


def test_an_address_that_names_nothing_is_no_list(officer, outsider):
    for code, query in (("lam-sach", "hang=zz"), ("lam-sach", f"cu_dan={outsider.public_id}"), ("lam-sach", "cu_dan=1"),
                        ("hang-doi-can-cuoc", "hang=zz")):  # fmt: skip
        with pytest.raises(kinds.UnknownList):
            kinds.named(code).asked(officer, QueryDict(query))


def test_the_filters_are_told_in_words(officer, resident):
    asked = kinds.named("cu-dan").asked(officer, QueryDict("sex=2&hamlet=Thôn 2&page=x"))
    assert asked.filters == [("Thôn, tổ", "Thôn 2"), ("Giới tính", "Nữ")]


def test_sensitive_columns_are_off_at_first_and_offered_to_who_may_see_them(officer, supervisor):
    for kind in kinds.every().values():
        sensitive = [one for one in kind.columns if one.is_sensitive]
        assert not [one.name for one in sensitive if one.is_on]
        assert not [one.name for one in kind.offered(supervisor) if one.is_sensitive]
        assert kind.offered(officer) == list(kind.columns)
    names = {one.name for one in kinds.named("cu-dan").columns if one.is_sensitive}
    assert names == {"ethnic_group", "religion", "blood_group"}
