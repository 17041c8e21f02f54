"""Numbers are a history: what changes or ends one waits for a second officer, and nothing is given twice."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from registry.models import Change, IdentityNumber
from registry.residents import numbers
from tests.conftest import settled
from tests.factories import IdentityDocumentFactory, IdentityNumberFactory, RelationFactory, ResidentFactory

pytestmark = pytest.mark.django_db
OLD, NEW = "001190000123", "001190000777"


def address(person, kind: str) -> str:
    return reverse("registry:resident_change", args=[person.public_id, kind, uuid.uuid4()])


def typed(**fields: str) -> dict[str, str]:
    return {"received_on": "20/11/2026", "basis": "Trích lục khai sinh 12/2026", **fields}


CANCEL = {"reason": "gioi-tinh", "new_number": NEW}


def asked(client, person, kind: str, **fields: str) -> Change:
    """Sent to the second officer."""
    url = address(person, kind)
    seen = client.post(url, {**typed(**fields), "buoc": "xem"})
    assert seen.status_code == 200, seen.context["form"].errors
    sent = client.post(url, {**typed(**fields), "buoc": "nhan", "seen": seen.context["preview"].seal})
    assert sent.status_code == 302
    return Change.objects.order_by("-pk").first()


def looked_again(client, change: Change) -> str:
    """The seal of what the second officer was shown."""
    url = reverse("registry:change_decide", args=[change.public_id])
    return client.post(url, {"buoc": "xem"}).context["preview"].seal


def agree(client, change: Change, seen: str = ""):
    seen = seen or looked_again(client, change)
    url = reverse("registry:change_decide", args=[change.public_id])
    answer = client.post(url, {"buoc": "dong-y", "seen": seen})
    change.refresh_from_db()
    return answer


def held(person) -> list[tuple[str, str, bool]]:
    return list(person.numbers.order_by("pk").values_list("kind", "number", "is_active"))


def sentence_of(response, field: str = "number") -> str:
    assert response.status_code == 422
    return response.context["form"].errors[field][0]


def test_a_cancelled_number_is_kept_with_its_end_and_the_new_one_stands(resident, officer, colleague, client_of):
    change = asked(client_of(officer), resident, "huy-so", **CANCEL)
    assert held(resident) == [("SDDCN", OLD, True)]
    assert (change.state, change.due_on.isoformat()) == ("waiting", "2026-12-14")  # 15 working days, 24/11 a holiday
    agree(client_of(colleague), change)
    assert held(resident) == [("SDDCN_DA_HUY", OLD, False), ("SDDCN", NEW, True)]
    assert resident.numbers.get(number=OLD).valid_to is not None
    change.refresh_from_db()
    assert (change.state, change.created_by, change.decided_by) == ("applied", officer, colleague)
    assert change.basis == "Đã xác định lại giới tính hoặc cải chính năm sinh. Trích lục khai sinh 12/2026"
    assert AuditEvent.objects.filter(action="change", target_ref=str(resident.public_id)).count() == 1


def test_the_new_number_may_come_later(resident, officer, colleague, client_of):
    agree(client_of(colleague), asked(client_of(officer), resident, "huy-so", reason="giay-to-gia"))
    assert held(resident) == [("SDDCN_DA_HUY", OLD, False)]
    numbers.set_number(resident, "SDDCN", NEW)
    assert held(resident)[-1] == ("SDDCN", NEW, True)


def test_a_cancelled_number_is_never_given_again(resident, officer, colleague, client_of, outsider, commune):
    agree(client_of(colleague), asked(client_of(officer), resident, "huy-so", **CANCEL))
    other = ResidentFactory(commune=commune)
    for person in (resident, other, outsider):
        with pytest.raises(numbers.RegisterRefused, match="đã bị hủy") as refusal:
            numbers.write(person, "SDDCN", OLD)
        assert resident.full_name not in str(refusal.value)
    answer = client_of(officer).post(address(other, "them-so"), typed(number_kind="CMND12", number=OLD, standing="nay"))
    assert "đã bị hủy" in sentence_of(answer)


@pytest.mark.parametrize("kind", ["huy-so", "sua-so", "sua-cmnd"])
def test_who_asked_cannot_agree_not_even_in_another_window(kind, resident, officer, colleague, client_of):
    IdentityNumberFactory(resident=resident, kind="CMND9", number="012345678")
    fields = {"sua-cmnd": {"line": "012345678", "reason": "ghi-sai", "new_number": "012345679"}}
    change = asked(client_of(officer), resident, kind, **{**CANCEL, **fields.get(kind, {})})
    before = held(resident)
    tab = client_of(officer)
    seen = looked_again(client_of(colleague), change)
    answer = agree(tab, change, seen)
    assert answer.status_code == 422
    assert "cần một cán bộ khác" in answer.content.decode()
    url = address(resident, kind)
    direct = tab.post(url, {**typed(**{**CANCEL, **fields.get(kind, {})}), "buoc": "ghi", "seen": seen})
    assert direct.status_code == 422
    assert held(resident) == before


def test_the_second_officer_is_told_when_the_record_moved_meanwhile(resident, officer, colleague, client_of):
    change = asked(client_of(officer), resident, "sua-so", new_number=NEW)
    client = client_of(colleague)
    seen = looked_again(client, change)
    row = resident.numbers.get(kind="SDDCN")
    row.number = "001190000555"
    row.save()
    answer = agree(client, change, seen)
    assert answer.status_code == 422
    assert held(resident) == [("SDDCN", "001190000555", True)]


def test_sending_twice_asks_once(resident, officer, client_of):
    client, url = client_of(officer), address(resident, "sua-so")
    sent = {**typed(new_number=NEW), "buoc": "nhan"}
    first, second = client.post(url, sent), client.post(url, sent)
    assert first.url == second.url
    assert Change.objects.count() == 1


def test_a_slip_is_retired_and_may_be_anothers(resident, officer, colleague, client_of, commune):
    agree(client_of(colleague), asked(client_of(officer), resident, "sua-so", new_number=NEW))
    assert held(resident) == [("SDDCN", OLD, False), ("SDDCN", NEW, True)]
    numbers.write(ResidentFactory(commune=commune), "SDDCN", OLD)


def test_a_retired_and_a_cancelled_number_find_their_person(resident, officer, colleague, client_of):
    agree(client_of(colleague), asked(client_of(officer), resident, "huy-so", **CANCEL))
    answer = client_of(officer).get(reverse("registry:search"), {"q": OLD})
    assert answer.url == resident.get_absolute_url()


def test_a_new_number_of_another_record_is_refused_without_a_name(resident, outsider, officer, client_of):
    answer = client_of(officer).post(address(resident, "sua-so"), typed(new_number="001190000999"))
    assert "do Công an Xã Mẫu Hạ quản lý" in sentence_of(answer, "new_number")
    assert outsider.full_name not in answer.content.decode()
    assert AuditEvent.objects.filter(action="search_outside", actor_badge="MS-001").count() == 1
    assert held(resident) == [("SDDCN", OLD, True)]


def test_a_basis_and_a_reason_must_be_given(resident, officer, client_of):
    answer = client_of(officer).post(address(resident, "huy-so"), typed(basis="", new_number=NEW))
    assert sorted(answer.context["form"].errors) == ["basis", "reason"]
    assert not Change.objects.exists()


def test_the_preview_says_when_the_number_and_the_record_differ(resident, officer, client_of):
    seen = client_of(officer).post(address(resident, "sua-so"), typed(new_number="001090000777"))
    assert "Số định danh là của nam, hồ sơ ghi nữ." in seen.context["preview"].warnings


def test_a_card_with_the_cancelled_number_is_spoken_of(resident, officer, client_of):
    IdentityDocumentFactory(resident=resident, number=OLD)
    seen = client_of(officer).post(address(resident, "huy-so"), typed(**CANCEL))
    assert any("đổi thẻ" in sentence for sentence in seen.context["preview"].warnings)


def test_relatives_who_name_the_cancelled_number_are_looked_at_again(
    resident, commune, django_capture_on_commit_callbacks
):
    relative = ResidentFactory(commune=commune)
    RelationFactory(resident=relative, kind="mother", name="Nguyễn Thị Mẫu Lan", personal_number=OLD)
    with django_capture_on_commit_callbacks(execute=True):
        numbers.cancel(resident, on=resident.source_on)
    relative.refresh_from_db()
    assert relative.scan_due


def test_a_cmnd_is_corrected_or_dropped(resident, officer, colleague, client_of):
    IdentityNumberFactory(resident=resident, kind="CMND9", number="012345678")
    IdentityNumberFactory(resident=resident, kind="CMND12", number="001190000321")
    change = asked(
        client_of(officer), resident, "sua-cmnd", line="012345678", reason="ghi-sai", new_number="012 345 679"
    )
    agree(client_of(colleague), change)
    change = asked(client_of(officer), resident, "sua-cmnd", line="001190000321", reason="cap-sai")
    agree(client_of(colleague), change)
    assert held(resident)[1:] == [
        ("CMND9", "012345678", False), ("CMND12", "001190000321", False), ("CMND9", "012345679", True),
    ]  # fmt: skip


BAD_CMND = [
    ({"line": "999999999", "reason": "ghi-sai"}, "line"),
    ({"line": "012345678", "reason": ""}, "reason"),
    ({"line": "012345678", "reason": "ghi-sai", "new_number": "12"}, "new_number"),
    ({"line": "012345678", "reason": "ghi-sai", "new_number": "012345678"}, "new_number"),
]


@pytest.mark.parametrize(("fields", "wrong"), BAD_CMND)
def test_bad_input_is_told_beside_its_field(fields, wrong, resident, officer, client_of):
    IdentityNumberFactory(resident=resident, kind="CMND9", number="012345678")
    answer = client_of(officer).post(address(resident, "sua-cmnd"), typed(**fields))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [wrong]


ADDED = [
    ({"number_kind": "CMND9", "number": "011111112", "standing": "truoc", "from_on": "1/2/1999", "to_on": "3/4/2009"},
     ("CMND9", "011111112", False)),
    ({"number_kind": "CMND12", "number": "001 190 000 321", "standing": "nay"}, ("CMND12", "001190000321", True)),
    ({"number_kind": "GCN_CAN_CUOC", "number": "001190000322", "standing": "nay"},
     ("GCN_CAN_CUOC", "001190000322", True)),
    ({"number_kind": "SDDCN_DA_HUY", "number": "001090000123", "standing": "truoc"},
     ("SDDCN_DA_HUY", "001090000123", False)),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "line"), ADDED)
def test_a_number_is_added_by_one_officer(fields, line, resident, officer, client_of):
    client, url = client_of(officer), address(resident, "them-so")
    seen = client.post(url, {**typed(**fields), "buoc": "xem"}).context["preview"].seal
    client.post(url, {**typed(**fields), "buoc": "ghi", "seen": seen})
    assert held(resident) == [("SDDCN", OLD, True), line]
    row = resident.numbers.get(number=line[1])
    assert (row.source, row.source_on.isoformat()) == ("GIAY_TO", "2026-11-20")


BAD_ADDED = [
    ({"number_kind": "CMND9", "number": "12", "standing": "truoc"}, "number"),
    ({"number_kind": "CMND12", "number": "123456789", "standing": "truoc"}, "number"),
    ({"number_kind": "SDDCN_DA_HUY", "number": OLD, "standing": "truoc"}, "number"),
    ({"number_kind": "SDDCN_DA_HUY", "number": "001190000999", "standing": "truoc"}, "number"),  # in use elsewhere
    ({"number_kind": "SDDCN_DA_HUY", "number": "001090000123", "standing": "nay"}, "standing"),
    ({"number_kind": "CMND9", "number": "011111112", "standing": "nay", "to_on": "1/1/2020"}, "to_on"),
    ({"number_kind": "CMND9", "number": "011111112", "standing": "truoc", "from_on": "1/1/2020", "to_on": "1/1/2019"},
     "to_on"),
    ({"number_kind": "SDDCN", "number": NEW, "standing": "nay"}, "number_kind"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "wrong"), BAD_ADDED)
def test_what_cannot_be_added_is_told_beside_its_field(fields, wrong, resident, outsider, officer, client_of):
    answer = client_of(officer).post(address(resident, "them-so"), typed(**fields))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [wrong]
    assert held(resident) == [("SDDCN", OLD, True)]


# --- a CMND may repeat, with a warning -------------------------------------------------------------------------------


def test_a_repeated_cmnd_is_said_by_name_within_the_commune(resident, commune, officer, client_of):
    other = settled(commune, number="001190000555", name="Trần Thị Mẫu Cùng")
    IdentityNumberFactory(resident=other, kind="CMND9", number="012345678")
    seen = client_of(officer).post(
        address(resident, "them-so"), typed(number_kind="CMND9", number="012345678", standing="nay")
    )
    assert seen.context["preview"].warnings == [
        "Số CMND 012345678 còn ở hồ sơ Trần Thị Mẫu Cùng, sinh 21/05/1990 của xã."
    ]


def test_elsewhere_it_is_said_without_a_name(resident, outsider, officer):
    IdentityNumberFactory(resident=outsider, kind="CMND9", number="271460000")
    said = " ".join(numbers.cmnd_elsewhere("271460000", officer, but=resident.pk).sentences())
    assert "một hồ sơ của xã khác" in said and "Đồng Nai và Bà Rịa - Vũng Tàu" in said
    assert outsider.full_name not in said and "Mẫu Hạ" not in said


def test_retired_and_own_numbers_are_no_repetition(resident, outsider, officer):
    IdentityNumberFactory(resident=resident, kind="CMND9", number="012345678")
    IdentityNumberFactory(resident=outsider, kind="CMND9", number="012345678", is_active=False)
    assert not numbers.cmnd_elsewhere("012345678", officer, but=resident.pk)


# --- the database ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["SDDCN", "CMND12", "GCN_CAN_CUOC"])
def test_the_database_refuses_the_same_active_number_twice(kind, resident, commune):
    IdentityNumber.objects.create(resident=ResidentFactory(commune=commune), kind=kind, number="001190000321")
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityNumber.objects.create(resident=ResidentFactory(commune=commune), kind=kind, number="001190000321")
    IdentityNumber.objects.create(
        resident=ResidentFactory(commune=commune), kind=kind, number="001190000321", is_active=False
    )


def test_the_database_lets_a_cmnd_of_nine_repeat(resident, commune):
    for _ in range(2):
        IdentityNumber.objects.create(resident=ResidentFactory(commune=commune), kind="CMND9", number="012345678")


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "SDDCN", "number": NEW},  # a second personal number in use
        {"kind": "SDDCN_DA_HUY", "number": NEW, "is_active": True},
        {"kind": "CMND9", "number": "012345678", "valid_from": "2020-01-01", "valid_to": "2019-01-01"},
    ],
)
def test_the_database_refuses_what_cannot_be(fields, resident):
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityNumber.objects.create(resident=resident, **fields)


# --- the form of the record ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "recorded"), [("SDDCN", OLD), ("CMND9", "012345678")])
@pytest.mark.parametrize("number", ["", "other"])
def test_the_form_neither_changes_nor_empties_a_recorded_number(kind, recorded, number, resident):
    if kind == "CMND9":
        IdentityNumberFactory(resident=resident, kind=kind, number=recorded)
    new = {"SDDCN": NEW, "CMND9": "012345679"}[kind] if number else ""
    with pytest.raises(numbers.RegisterRefused, match="không sửa, không bỏ trên phiếu này") as refusal:
        numbers.set_number(resident, kind, new)
    assert refusal.value.field == {"SDDCN": "number", "CMND9": "cmnd"}[kind]
    numbers.set_number(resident, kind, recorded)


def test_the_form_leads_to_the_work_that_changes_a_number(resident, officer, client_of):
    page = client_of(officer).get(reverse("registry:resident_edit", args=[resident.public_id])).content.decode()
    for kind in ("sua-so", "huy-so"):
        assert reverse("registry:resident_change_new", args=[resident.public_id, kind]) in page


def test_the_table_masks_for_who_looks_from_above(resident, officer, supervisor):
    IdentityNumberFactory(resident=resident, kind="SDDCN_DA_HUY", number="001090000123", is_active=False)
    rows = list(resident.numbers.all())
    assert [(row["number"], row["state"]) for row in numbers.table(rows, officer)] == [
        ("001 1 90 000123", "Đang ghi"), ("001 0 90 000123", "Đã hủy"),
    ]  # fmt: skip
    assert [row["number"] for row in numbers.table(rows, supervisor)] == ["001••••••123", "001••••••123"]


def test_who_looks_from_above_sees_that_a_number_changed_but_not_the_numbers(
    resident, officer, colleague, supervisor, client_of
):
    change = asked(client_of(officer), resident, "huy-so", **CANCEL | {"basis": "Thẻ số 001190000123"})
    agree(client_of(colleague), change)
    whole = client_of(officer).get(change.get_absolute_url()).content.decode()
    assert (OLD in whole, NEW in whole) == (True, True)
    seen = client_of(supervisor).get(change.get_absolute_url()).content.decode()
    assert (OLD in seen, NEW in seen) == (False, False)
    assert "001••••••777" in seen
