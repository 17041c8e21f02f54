"""Cards and papers: every kind with its dates; what the law fixes is proposed; one card in use."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from registry.models import Change, IdentityDocument
from tests.factories import IdentityDocumentFactory, IdentityNumberFactory

pytestmark = pytest.mark.django_db
CARD = {"kind": "CAN_CUOC", "issued_on": "2/9/2024", "state": "in_use"}


def address(person, kind: str = "ghi-giay-to") -> str:
    return reverse("registry:resident_change", args=[person.public_id, kind, uuid.uuid4()])


def typed(step: str, **fields: str) -> dict[str, str]:
    return {"buoc": step, "received_on": "20/11/2026", **fields}


def written(client, person, work: str = "ghi-giay-to", /, **fields: str):
    url = address(person, work)
    seen = client.post(url, typed("xem", **fields))
    assert seen.status_code == 200, dict(seen.context["form"].errors)
    preview = seen.context["preview"]
    assert client.post(url, typed("ghi", seen=preview.seal, **fields)).status_code == 302
    return preview


def told(preview) -> list[tuple[str, str, str]]:
    return [(one["what"], one["before"], one["after"]) for one in preview.lines]


def test_number_issuer_and_end_are_proposed_by_law(resident, officer, client_of):
    preview = written(client_of(officer), resident, **CARD)
    card = IdentityDocument.objects.get()
    assert (card.number, card.issued_by, card.expires_on, card.no_expiry, card.state, card.source) == (
        "001190000123", "Bộ Công an", dt.date(2030, 5, 21), False, "in_use", "GIAY_TO",
    )  # fmt: skip
    assert preview.warnings == [
        "Thời hạn tính theo Điều 21 Luật Căn cước: đến 21/05/2030. Đối chiếu với thẻ trước khi ghi."
    ]
    after = "số 001190000123, cấp 02/09/2024, Bộ Công an, có giá trị đến 21/05/2030, đang dùng"
    assert ("Thẻ căn cước (từ 01/7/2024)", "", after) in told(preview)


@pytest.mark.parametrize(
    ("fields", "issuer", "ends"),
    [
        ({"kind": "CCCD_MAVACH", "issued_on": "9/10/2018"}, "Cục Cảnh sát ĐKQL cư trú và DLQG về dân cư",
         dt.date(2030, 5, 21)),
        ({"kind": "CCCD_CHIP", "issued_on": "10/5/2021"}, "Cục Cảnh sát QLHC về TTXH", dt.date(2030, 5, 21)),
        ({"kind": "CMND9", "number": "012345678", "issued_on": "1/4/2010"}, "", dt.date(2025, 4, 1)),
        ({"kind": "CMND12", "number": "001190000123", "issued_on": "1/4/2014"}, "", dt.date(2029, 4, 1)),
        ({"kind": "HO_CHIEU", "number": "C1234567", "issued_on": "1/4/2020", "expires_on": "1/4/2030"}, "",
         dt.date(2030, 4, 1)),
        ({"kind": "GIAY_KHAI_SINH", "number": "12/1990", "issued_on": "1/6/1990"}, "", None),
    ],
)  # fmt: skip
def test_every_kind_is_recorded(fields, issuer, ends, resident, officer, client_of):
    written(client_of(officer), resident, state="replaced", **fields)
    row = IdentityDocument.objects.get()
    assert (row.issued_by, row.expires_on, row.state) == (issuer, ends, "replaced")


def test_after_sixty_a_card_has_no_end(resident, officer, client_of):
    resident.birth_year = 1960
    resident.save()
    written(client_of(officer), resident, **CARD)
    assert IdentityDocument.objects.get().no_expiry


def test_a_new_card_replaces_the_ones_before_and_says_so(resident, officer, client_of):
    old = IdentityDocumentFactory(resident=resident, kind="CCCD_CHIP", issued_on=dt.date(2021, 5, 10))
    preview = written(client_of(officer), resident, **CARD)
    old.refresh_from_db()
    assert old.state == "replaced"
    assert any(after.endswith("đã đổi") for _, _, after in told(preview))
    assert resident.documents.filter(state="in_use").count() == 1


def test_an_older_card_cannot_be_the_one_in_use(resident, officer, client_of):
    IdentityDocumentFactory(resident=resident, issued_on=dt.date(2025, 1, 10))
    answer = client_of(officer).post(address(resident), typed("xem", **CARD))
    assert list(answer.context["form"].errors) == ["state"]


def test_the_same_card_twice_is_one_row(resident, officer, client_of):
    written(client_of(officer), resident, **CARD)
    written(client_of(officer), resident, **CARD, expires_on="21/5/2031")
    assert IdentityDocument.objects.get().expires_on == dt.date(2031, 5, 21)
    answer = client_of(officer).post(address(resident), typed("xem", **CARD, expires_on="21/5/2031"))
    assert answer.status_code == 422  # nothing would change
    assert Change.objects.count() == 2


def test_what_is_unlikely_is_said(resident, officer, client_of):
    IdentityNumberFactory(resident=resident, kind="CMND9", number="012345678")
    fields = CARD | {"number": "001190000124", "issued_by": "Cục Cảnh sát QLHC về TTXH", "expires_on": "1/1/2031"}
    said = client_of(officer).post(address(resident), typed("xem", **fields)).context["preview"].warnings
    assert [sentence.split(";")[0] for sentence in said] == [
        "Hạn thẻ khác Điều 21 Luật Căn cước (21/05/2030)",
        "Thẻ cấp ngày 02/09/2024 thường ghi nơi cấp “Bộ Công an”.",
        "Số trên thẻ khác số định danh đang ghi trong hồ sơ.",
    ]
    cmnd = {"kind": "CMND9", "number": "012345679", "issued_on": "1/4/2010", "state": "returned"}
    [said] = client_of(officer).post(address(resident), typed("xem", **cmnd)).context["preview"].warnings
    assert "Ghi thêm số" in said


BAD = [
    ({"kind": ""}, "kind"),
    ({"kind": "CMND9", "number": "12", "issued_on": "1/4/2010"}, "number"),
    ({"kind": "HO_CHIEU", "number": ""}, "number"),
    ({"number": "12"}, "number"),
    ({"issued_on": ""}, "issued_on"),
    ({"issued_on": "30/6/2024"}, "issued_on"),
    ({"kind": "CMND9", "number": "012345678", "issued_on": "1/1/2021"}, "issued_on"),
    ({"kind": "GIAY_KHAI_SINH", "number": "1", "issued_on": "1/1/1980"}, "issued_on"),
    ({"expires_on": "1/9/2024"}, "expires_on"),
    ({"expires_on": "1/9/2030", "no_expiry": "on"}, "no_expiry"),
    ({"state": "xxx"}, "state"),
]


@pytest.mark.parametrize(("fields", "wrong"), BAD)
def test_bad_input_is_told_beside_its_field(fields, wrong, resident, officer, client_of):
    answer = client_of(officer).post(address(resident), typed("xem", **(CARD | fields)))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [wrong]
    assert not IdentityDocument.objects.exists()


def test_a_lost_card_is_marked_with_its_reason(resident, officer, client_of):
    card = IdentityDocumentFactory(resident=resident)
    fields = {"line": str(card.public_id), "state": "lost"}
    answer = client_of(officer).post(address(resident, "tinh-trang-giay-to"), typed("xem", **fields))
    assert list(answer.context["form"].errors) == ["basis"]
    written(client_of(officer), resident, "tinh-trang-giay-to", **fields, basis="Đơn báo mất 20/11/2026")
    card.refresh_from_db()
    assert card.state == "lost"
    assert Change.objects.get().basis == "Đơn báo mất 20/11/2026"


def test_papers_of_a_stranger_cannot_be_named(resident, outsider, officer, client_of):
    theirs = IdentityDocumentFactory(resident=outsider)
    fields = {"line": str(theirs.public_id), "state": "lost", "basis": "Thử"}
    answer = client_of(officer).post(address(resident, "tinh-trang-giay-to"), typed("xem", **fields))
    assert list(answer.context["form"].errors) == ["line"]
