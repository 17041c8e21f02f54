"""A card in hand: scanned at the one box, put beside the record, or laid into the register form."""

import datetime as dt
import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent, Draft
from registry.duplicates import index
from registry.models import CardScan, IdentityDocument, IdentityNumber, Resident
from registry.residents import scan
from registry.residents.refusal import RegisterRefused
from registry.residents.scan_compare import apply, compare
from registry.residents.snapshot import snapshot
from tests.conftest import settled
from tests.factories import (
    CardScanFactory,
    IdentityDocumentFactory,
    IdentityNumberFactory,
    ResidenceFactory,
    ResidentFactory,
)
from tests.registry.values.test_mrz import LAN as MRZ_LAN
from tests.registry.values.test_mrz import lines

LAN = "001190000123|012345678|Nguyễn Thị Mẫu Lan|21051990|Nữ|Số 5, Thôn 2, Xã Mẫu Sơn, Tỉnh Mẫu|10052021"
OTHER_NAME = LAN.replace("Mẫu Lan", "Mẫu Liên").replace("21051990", "22051990")
GARBLED = OTHER_NAME.replace("Nguyễn Thị", "Nguyeenx Thij")
NEW = "001190000321|012345679|Nguyễn Thị Mẫu Mới|21051990|Nữ|Số 5, Thôn 2, Xã Mẫu Sơn, Tỉnh Mẫu|10052021"
CHILD = "001320000456||Lê Mẫu An|03022020|Nữ|Thôn 2, Xã Mẫu Sơn|05072024|001320000111|Lê Văn Mẫu|Trần Thị Mẫu|"


@pytest.fixture
def client(client_of, officer):
    return client_of(officer)


def scanned(client, text: str, **more):
    return client.post(reverse("registry:scan"), {"q": text, **more})


def compared(client, text: str = OTHER_NAME) -> str:
    """The address of the page that puts the scanned card beside the record."""
    answer = scanned(client, text)
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def choice(client, address: str, **chosen: str) -> dict[str, str]:
    """The form of the page as it was opened, with these answers."""
    page = client.get(address)
    named = {f"chon_{name}": value for name, value in chosen.items()}
    return {"opened_with": page.context["opened_with"], "basis": page.context["basis"], **named}


def rows_of(page) -> dict[str, tuple[bool, bool]]:
    """Field -> (same, to be decided)."""
    return {row.name: (row.is_same, row.is_open) for row in page.context["found"].rows}


def everything_stored(but: type) -> str:
    """All text of all tables, to look for what must not be there."""
    told = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if table != but._meta.db_table:
                cursor.execute(f'SELECT coalesce(string_agg(t::text, chr(10)), chr(32)) FROM "{table}" t')
                told.append(cursor.fetchone()[0])
    return "\n".join(told)


# --- The known person ------------------------------------------------------------------------------------------------


def test_a_card_that_agrees_says_so_and_asks_nothing(client, resident):
    IdentityNumberFactory(resident=resident, kind="CMND9", number="012345678")
    IdentityDocumentFactory(resident=resident, issued_on=dt.date(2021, 5, 10), kind="CCCD_CHIP")
    page = client.get(compared(client, LAN))
    assert rows_of(page) == {
        "number": (True, False), "cmnd": (True, False), "full_name": (True, False), "birth_date": (True, False),
        "sex": (True, False), "residence": (True, False),
    }  # fmt: skip
    assert "Khớp thẻ" in page.content.decode() and "Ghi theo lựa chọn" not in page.content.decode()


def test_a_known_person_is_shown_beside_the_card_and_nothing_is_decided(client, resident):
    page = client.get(compared(client))
    assert rows_of(page)["full_name"] == rows_of(page)["birth_date"] == rows_of(page)["cmnd"] == (False, True)
    assert rows_of(page)["sex"] == (True, False)
    assert page.content.decode().count(" checked") == 0
    assert page.context["basis"] == "Theo thẻ CCCD gắn chip cấp ngày 10/05/2021"
    resident.refresh_from_db()
    assert resident.full_name == "Nguyễn Thị Mẫu Lan"


def test_what_was_chosen_is_written_with_basis_and_source(client, resident):
    address = compared(client)
    sent = choice(client, address, full_name="the", birth_date="ho-so", cmnd="the")
    answer = client.post(address, sent)
    assert answer.url == reverse("registry:resident", args=[resident.public_id])
    resident.refresh_from_db()
    assert (resident.full_name, resident.birth_day) == ("Nguyễn Thị Mẫu Liên", 21)
    assert resident.sources["full_name"] == {"source": "QR", "on": dt.date.today().isoformat()}
    assert "birth_date" not in resident.sources
    number = resident.numbers.get(kind="CMND9")
    assert (number.number, number.is_active) == ("012345678", True)
    event = AuditEvent.objects.get(action="change", sentence__startswith="Sửa")
    assert event.reason == "Theo thẻ CCCD gắn chip cấp ngày 10/05/2021"
    assert event.data == {"họ tên": ["Nguyễn Thị Mẫu Lan", "Nguyễn Thị Mẫu Liên"], "CMND": ["", "012345678"]}


def test_everything_else_of_the_record_stays_as_it_was(client, resident):
    ResidenceFactory(resident=resident, kind="temporary", from_on=dt.date(2026, 1, 1), to_on=dt.date(2027, 12, 31))
    before = snapshot(resident)
    address = compared(client)
    client.post(address, choice(client, address, full_name="the", birth_date="the", cmnd="ho-so"))
    after = snapshot(Resident.objects.get(pk=resident.pk))
    assert {name for name in after if after[name] != before[name]} == {"họ tên", "ngày sinh"}


def test_every_difference_wants_an_answer_and_the_card_a_basis(client, resident):
    address = compared(client)
    page = client.post(address, choice(client, address, full_name="the", cmnd="ho-so") | {"basis": "x"})
    assert page.status_code == 422
    assert set(page.context["errors"]) == {"birth_date", "basis"}
    assert 'value="the" checked' in page.content.decode()
    resident.refresh_from_db()
    assert resident.full_name == "Nguyễn Thị Mẫu Lan"
    assert not IdentityDocument.objects.exists()


def test_two_styles_of_one_name_are_one_name(client, commune, resident):
    resident.full_name = "Nguyễn Thị Hoà"
    resident.save()
    page = client.get(compared(client, LAN.replace("Mẫu Lan", "Hòa")))
    assert rows_of(page)["full_name"] == (True, False)


def test_the_personal_number_is_never_changed_from_a_card(client, resident):
    IdentityNumberFactory(resident=resident, kind="SDDCN_DA_HUY", number="001190000999", is_active=False)
    swapped = LAN.replace("001190000123", "001190000777") + "|001190000999|||"
    address = compared(client, swapped)
    page = client.get(address)
    assert rows_of(page)["number"] == (False, False)
    assert "Số định danh không đổi tại đây" in page.content.decode()
    client.post(address, choice(client, address, number="the", cmnd="ho-so"))
    assert resident.numbers.get(kind="SDDCN", is_active=True).number == "001190000123"
    assert not IdentityNumber.objects.filter(number="001190000777").exists()


def test_a_record_without_a_number_may_take_the_cards(client, resident):
    resident.numbers.all().delete()
    IdentityNumberFactory(resident=resident, kind="CMND9", number="012345678")
    address = compared(client, LAN)
    assert rows_of(client.get(address))["number"] == (False, True)
    client.post(address, choice(client, address, number="the"))
    assert resident.numbers.get(kind="SDDCN").number == "001190000123"


def test_a_number_that_belongs_elsewhere_is_not_taken_and_nothing_is_written(client, resident, outsider):
    resident.numbers.all().delete()
    IdentityNumberFactory(resident=resident, kind="CMND9", number="012345678")
    address = compared(client, LAN.replace("001190000123", "001190000999"))
    page = client.post(address, choice(client, address, number="the"))
    assert page.status_code == 422
    assert "đã có ở một hồ sơ khác" in page.content.decode() and outsider.full_name not in page.content.decode()
    assert not IdentityDocument.objects.exists()


@pytest.mark.parametrize("kind", ["SDDCN", "SDDCN_DA_HUY", "CMND9"])
def test_the_holder_is_found_by_any_number_of_the_card(officer, commune, kind):
    person = ResidentFactory(commune=commune)
    number = {"SDDCN": "001190000123", "SDDCN_DA_HUY": "001190000999", "CMND9": "012345678"}[kind]
    IdentityNumberFactory(resident=person, kind=kind, number=number, is_active=kind == "SDDCN")
    assert scan.holders(scan.read(LAN + "|001190000999|||"), officer) == [person]


def test_a_cmnd_alone_finds_nobody_of_another_name_and_year(officer, commune):
    person = ResidentFactory(commune=commune, full_name="Trần Văn Mẫu", birth_year=1960)
    IdentityNumberFactory(resident=person, kind="CMND9", number="012345678")
    assert scan.holders(scan.read(LAN), officer) == []


def test_of_several_holders_the_officer_says_which(client, commune):
    twins = [ResidentFactory(commune=commune) for _ in range(2)]
    for one in twins:
        IdentityNumberFactory(resident=one, kind="CMND9", number="012345678")
    page = scanned(client, LAN)
    assert page.context["people"] == twins and not CardScan.objects.exists()
    asked = {"card": page.context["card"], "person": str(twins[1].public_id)}
    answer = client.post(reverse("registry:scan"), asked)
    assert CardScan.objects.get().resident == twins[1]
    assert answer.url == reverse("registry:scan_compare", args=[CardScan.objects.get().public_id])


def test_a_double_click_writes_once(client, resident):
    address = compared(client)
    sent = choice(client, address, full_name="the", birth_date="the", cmnd="the")
    for _ in range(2):
        assert client.post(address, sent).status_code == 302
    assert AuditEvent.objects.filter(action="change", sentence__startswith="Sửa").count() == 1
    assert IdentityDocument.objects.count() == 1


def test_a_record_that_a_colleague_changed_meanwhile_is_shown_again(client, client_of, colleague, resident):
    address = compared(client)
    sent = choice(client, address, full_name="the", birth_date="ho-so", cmnd="ho-so")
    resident.phone = "0987654321"
    resident.save()
    page = client.post(address, sent)
    assert page.status_code == 422
    assert "Trong lúc đồng chí nhập" in page.content.decode()
    resident.refresh_from_db()
    assert resident.full_name == "Nguyễn Thị Mẫu Lan"


def test_a_closed_record_is_only_looked_at(client, officer, resident):
    Resident.objects.filter(pk=resident.pk).update(state="moved")
    address = compared(client)
    assert "Ghi theo lựa chọn" not in client.get(address).content.decode()
    card = CardScan.objects.get()
    with pytest.raises(RegisterRefused):
        apply(card.resident, card, taken={"full_name"}, basis="Theo thẻ", opened_with=None, by=officer)
    assert not IdentityDocument.objects.exists()


def test_a_date_that_no_calendar_has_is_shown_and_never_lost_unasked(client, resident):
    Resident.objects.filter(pk=resident.pk).update(birth_month=2, birth_day=31)
    address = compared(client)
    assert "31/2/1990" in client.get(address).content.decode()
    page = client.post(address, choice(client, address, full_name="the", birth_date="ho-so", cmnd="ho-so"))
    assert page.status_code == 422 and "Bấm Sửa hồ sơ" in page.content.decode()
    resident.refresh_from_db()
    assert (resident.full_name, resident.birth_day) == ("Nguyễn Thị Mẫu Lan", 31)


# --- The card as a paper of its own ----------------------------------------------------------------------------------


def test_a_new_card_joins_the_papers_and_replaces_the_older_one(client, resident):
    old = IdentityDocumentFactory(resident=resident, kind="CCCD_MAVACH", issued_on=dt.date(2017, 3, 1))
    address = compared(client, LAN)
    client.post(address, choice(client, address, cmnd="ho-so"))
    new = resident.documents.exclude(pk=old.pk).get()
    old.refresh_from_db()
    assert (new.kind, new.number, new.issued_on) == ("CCCD_CHIP", "001190000123", dt.date(2021, 5, 10))
    assert (new.issued_by, new.source, new.state) == ("Cục Cảnh sát QLHC về TTXH", "QR", "in_use")
    assert old.state == "replaced"


def test_a_card_older_than_the_one_in_use_is_written_as_replaced(client, resident):
    held = IdentityDocumentFactory(resident=resident)
    address = compared(client, LAN)
    client.post(address, choice(client, address, cmnd="ho-so"))
    held.refresh_from_db()
    assert held.state == "in_use"
    assert resident.documents.exclude(pk=held.pk).get().state == "replaced"


def test_a_card_that_is_on_the_record_is_not_written_twice(client, resident):
    IdentityDocumentFactory(resident=resident, kind="CCCD_CHIP", issued_on=dt.date(2021, 5, 10))
    address = compared(client)
    client.post(address, choice(client, address, full_name="the", birth_date="ho-so", cmnd="ho-so"))
    assert resident.documents.count() == 1


# --- MRZ -------------------------------------------------------------------------------------------------------------


def test_mrz_lines_find_the_person_and_may_complete_the_card(client, resident):
    held = IdentityDocumentFactory(resident=resident, expires_on=None)
    address = compared(client, MRZ_LAN)
    page = client.get(address)
    assert rows_of(page) == {
        "number": (True, False), "name": (True, False), "birth_date": (True, False), "sex": (True, False),
        "expires_on": (False, True),
    }  # fmt: skip
    client.post(address, choice(client, address, expires_on="the"))
    held.refresh_from_db()
    assert (held.expires_on, held.no_expiry) == (dt.date(2030, 5, 21), False)


def test_a_wrong_check_digit_is_told_and_its_field_not_used(client, resident):
    page = client.get(compared(client, MRZ_LAN.replace("\n900521", "\n900522")))
    assert CardScan.objects.get().faults == ["birth", "composite"]
    assert "birth_date" not in rows_of(page)
    assert "Dòng MRZ sai số kiểm tra" in page.content.decode()


def test_mrz_takes_the_expiry_of_a_card_without_one(client, resident):
    held = IdentityDocumentFactory(resident=resident, expires_on=None)
    address = compared(client, lines(expiry="991231"))
    client.post(address, choice(client, address, expires_on="the"))
    held.refresh_from_db()
    assert held.no_expiry


# --- A garbled scan --------------------------------------------------------------------------------------------------


def test_a_garbled_scan_finds_the_person_and_trusts_only_digits(client, resident):
    page = client.get(compared(client, GARBLED))
    assert rows_of(page) == {
        "number": (True, False), "cmnd": (False, True), "birth_date": (False, True), "sex": (True, False),
    }  # fmt: skip
    told = page.content.decode()
    assert "Tắt bộ gõ tiếng Việt (Unikey) rồi quét lại." in told
    assert "Nguyeenx" not in told and "Thôn 2" not in str(page.context["found"].rows)
    assert "full_name" not in CardScan.objects.get().fields


def test_a_garbled_scan_of_a_new_person_fills_only_digits(client):
    page = scanned(client, GARBLED)
    assert "Tắt bộ gõ" in page.content.decode() and "Nguyeenx" not in page.content.decode()
    form = opened(client, page)
    assert form["full_name"].value() in (None, "")
    assert (form["number"].value(), form["birth_date"].value()) == ("001190000123", "22/05/1990")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Quét thẻ vào ô này"),
        ("|||||||", "Không đọc được số định danh"),
        ("001190000123|1|2|3|4", "chỉ đọc được 5 phần"),
        (LAN + "|" + LAN, "hai lần quét"),
        ("IDVNM19", "đủ ba dòng"),
        ("đđăă\u0323đđđđăâê", "Chuyển sang ENG"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_field(client, text, words):
    page = scanned(client, text)
    assert page.status_code == 422
    assert words in page.context["error"]
    assert page.context["error"] in page.content.decode().replace("&quot;", '"')
    assert not CardScan.objects.exists()


# --- The new person --------------------------------------------------------------------------------------------------


def opened(client, page):
    """The register form that the page leads to."""
    answer = client.post(reverse("registry:scan"), {"card": page.context["card"], "new": "1"})
    assert "?" not in answer.url
    return client.get(answer.url).context["form"]


def test_an_unknown_card_leads_to_a_filled_form(client, commune):
    form = opened(client, scanned(client, NEW))
    filled = {name: form[name].value() for name in scan.OF_THE_FORM + ("permanent_hamlet", "permanent_street")}
    assert filled == {
        "number": "001190000321", "cmnd": "012345679", "full_name": "Nguyễn Thị Mẫu Mới", "birth_date": "21/05/1990",
        "sex": "2", "father_name": None, "mother_name": None, "permanent_hamlet": "Thôn 2", "permanent_street": "Số 5",
    }  # fmt: skip
    assert form["permanent_unit"].value() == "Xã Mẫu Sơn"


def test_the_card_of_a_child_names_the_parents(client, commune):
    form = opened(client, scanned(client, CHILD))
    assert (form["father_name"].value(), form["mother_name"].value()) == ("Lê Văn Mẫu", "Trần Thị Mẫu")


def save(client, address: str, **changes: str):
    """Send the filled form as it stands, as a browser would, with some fields changed."""
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in values.items() if value not in (None, "", False)}
    return client.post(address, sent | changes)


def test_a_person_registered_by_card_keeps_source_scan_and_card(client, commune):
    page = scanned(client, NEW)
    address = client.post(reverse("registry:scan"), {"card": page.context["card"], "new": "1"}).url
    answer = save(client, address, full_name="Nguyễn Thị Mẫu Mởi", phone="0912345678")
    person = Resident.objects.get()
    assert answer.url == person.get_absolute_url()
    today = {"source": "QR", "on": dt.date.today().isoformat()}
    assert {name: person.sources.get(name) for name in ("birth_date", "sex", "full_name", "phone")} == {
        "birth_date": today, "sex": today, "full_name": None, "phone": None,
    }  # fmt: skip
    assert person.documents.get().issued_on == dt.date(2021, 5, 10)
    assert person.residences.get(kind="permanent").raw_text == "Số 5, Thôn 2, Xã Mẫu Sơn, Tỉnh Mẫu"
    kept = person.card_scans.get()
    assert (kept.kind, kept.fields["full_name"]) == ("qr_2021", "Nguyễn Thị Mẫu Mới")


def test_a_card_whose_number_was_changed_in_the_form_is_not_this_persons(client, commune):
    page = scanned(client, NEW)
    address = client.post(reverse("registry:scan"), {"card": page.context["card"], "new": "1"}).url
    save(client, address, number="001190000322")
    person = Resident.objects.get()
    assert not person.card_scans.exists() and not person.documents.exists()


def test_a_seal_that_is_not_ours_fills_nothing(client):
    page = client.post(reverse("registry:scan"), {"card": "x:y:z", "new": "1"})
    assert page.status_code == 422
    assert not Draft.objects.exists()


def test_who_may_already_be_here_is_shown_first(client, resident, outsider):
    resident.numbers.all().delete()
    index.refresh([resident.pk, outsider.pk])
    page = scanned(client, LAN.replace("012345678", ""))
    assert page.context["near"] == [resident]
    assert "Có thể đã có hồ sơ" in page.content.decode()


# --- The scan field of the form --------------------------------------------------------------------------------------


def form_scan(client, token: uuid.UUID, text: str, **along: str):
    sent = {f"phieu-{name}": value for name, value in along.items()}
    return client.post(reverse("registry:scan_form", args=[token]), {"q": text, **sent})


def test_what_was_typed_stays_and_the_card_goes_over_it(client, commune):
    token = uuid.uuid4()
    answer = form_scan(client, token, NEW, phone="0912345678", full_name="Nguyễn Thị Mới", nationality="VN")
    assert answer.url == reverse("registry:resident_form", args=[token])
    page = client.get(answer.url)
    form = page.context["form"]
    assert (form["phone"].value(), form["full_name"].value()) == ("0912345678", "Nguyễn Thị Mẫu Mới")
    assert "Đã thay theo thẻ: họ tên." in page.content.decode()


def test_the_draft_is_what_a_form_without_scripts_goes_on_with(client, officer, commune):
    token = uuid.uuid4()
    path = reverse("registry:resident_form", args=[token])
    client.post(f"{reverse('accounts:draft')}?path={path}", {"phone": "0912345678"})
    form_scan(client, token, NEW)
    assert client.get(path).context["form"]["phone"].value() == "0912345678"


def test_in_the_form_too_a_known_person_is_not_entered_twice(client, resident):
    answer = form_scan(client, uuid.uuid4(), LAN)
    assert answer.url == reverse("registry:scan_compare", args=[CardScan.objects.get().public_id])


def test_in_the_form_a_bad_scan_changes_nothing(client):
    token = uuid.uuid4()
    page = client.post(reverse("registry:scan_form", args=[token]), {"q": "nguyen van a"}, follow=True)
    assert "Đây không phải nội dung mã QR" in page.content.decode()
    assert not Draft.objects.exists()


def test_the_form_shows_the_scan_field_outside_itself(client):
    page = client.get(reverse("registry:resident_form", args=[uuid.uuid4()])).content.decode()
    assert page.index('id="quet"') < page.index('id="phieu"')
    assert "</form>" in page[page.index('id="quet"') : page.index('id="phieu"')]


# --- Who, and what is written down -----------------------------------------------------------------------------------


def test_the_neighbours_card_finds_nobody(client, outsider):
    page = scanned(client, LAN.replace("001190000123", "001190000999"))
    assert page.status_code == 200
    assert page.context["people"] == [] and page.context["near"] == []
    assert outsider.full_name not in page.content.decode()
    assert not CardScan.objects.exists()


def test_a_strangers_scan_cannot_be_opened_or_written(client_of, stranger, officer, resident):
    card = CardScanFactory(resident=resident, by=officer)
    address = reverse("registry:scan_compare", args=[card.public_id])
    client = client_of(stranger)
    assert client.get(address).status_code == 404
    assert client.post(address, {"chon_full_name": "the", "basis": "Theo thẻ"}).status_code == 404


def test_a_person_chosen_by_hand_is_looked_for_in_scope_only(client, resident, outsider):
    sealed = scan.sealed(scan.read(LAN))
    client.post(reverse("registry:scan"), {"card": sealed, "person": str(outsider.public_id)})
    assert [one.resident for one in CardScan.objects.all()] == [resident]


def test_who_looks_from_above_sees_the_record_and_leaves_no_scan(client_of, supervisor, resident):
    answer = scanned(client_of(supervisor), LAN)
    assert answer.url == reverse("registry:resident", args=[resident.public_id])
    assert not CardScan.objects.exists()
    refused = client_of(supervisor).post(reverse("registry:scan"), {"card": scan.sealed(scan.read(NEW)), "new": "1"})
    assert refused.status_code == 200 and not Draft.objects.exists()


def test_the_raw_text_is_in_one_audit_line_and_nowhere_else(client, resident):
    """From the scan to the saved record: one line of the trail has the text, no other table and no address."""
    odd = OTHER_NAME.replace("012345678", " 012345678 ")  # a spelling that only the raw text has
    address = compared(client, odd + "\r\n")
    client.get(address)
    client.post(address, choice(client, address, full_name="the", birth_date="the", cmnd="the"))
    events = [event for event in AuditEvent.objects.all() if odd in json.dumps(event.data, ensure_ascii=False)]
    assert [event.data for event in events] == [{"raw": odd + "\r\n"}]
    assert events[0].target_ref == str(resident.public_id)
    assert not any("|" in event.sentence or "|" in event.reason for event in AuditEvent.objects.all())
    stored = everything_stored(but=AuditEvent)
    assert "Liên" in stored  # the look finds what is there
    assert odd not in stored and "|012345678|" not in stored and "| 012345678 |" not in stored


def test_the_raw_text_of_a_new_person_is_in_no_draft(client, officer):
    form_scan(client, uuid.uuid4(), NEW)
    assert NEW in str([event.data for event in AuditEvent.objects.all()])
    assert NEW not in everything_stored(but=AuditEvent)


def test_a_text_that_cannot_be_stored_is_scanned_all_the_same(client, resident):
    assert scanned(client, "\x00" + LAN + "\x00").status_code == 302


def test_an_old_address_with_a_cards_text_uses_only_the_number(client, resident):
    page = client.get(reverse("registry:search"), {"q": NEW})
    assert "Mẫu Mới" not in page.content.decode()
    client.get(reverse("registry:suggest"), {"q": LAN})
    client.get(reverse("registry:search"), {"q": LAN})
    assert not any("|" in event.sentence for event in AuditEvent.objects.all())


def test_the_one_box_sends_by_post_and_a_plain_question_goes_on_to_the_search(client, resident):
    page = client.get("/").content.decode()
    box = page[page.index('<form class="search"') :].split(">")[0]
    assert 'method="post"' in box and f'action="{reverse("registry:scan")}"' in box
    answer = scanned(client, "  nguyen thi & lan ")
    assert answer.url == f"{reverse('registry:search')}?q=nguyen+thi+%26+lan"


# --- Price -----------------------------------------------------------------------------------------------------------


def queries_of(call) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert call().status_code == 200
    return len(captured)


def test_the_pages_cost_the_same_however_much_there_is(client, officer, commune, resident):
    address = compared(client)
    one = queries_of(lambda: client.get(address))
    for issued in range(2010, 2013):
        IdentityDocumentFactory(resident=resident, issued_on=dt.date(issued, 1, 1))
        settled(commune, number=f"00119000{issued}")
    assert queries_of(lambda: client.get(address)) == one <= 12
    assert queries_of(lambda: client.get(reverse("registry:scan"))) <= 12
    assert queries_of(lambda: scanned(client, NEW)) <= 12


def test_a_comparison_reads_five_times(officer, resident, django_assert_num_queries):
    card = CardScanFactory(resident=resident, by=officer)
    with django_assert_num_queries(5):
        compare(resident, card)
