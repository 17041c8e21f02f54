"""The pages: made, printed, typed back, ended; strangers see nothing; few queries, however long the list."""

import datetime as dt
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Draft
from registry.fieldwork import making, printing
from registry.fieldwork.entering import name_of
from registry.models import FieldLine, FieldSheet, Hamlet, Resident
from tests.factories import HouseholdFactory
from tests.registry.fieldwork.conftest import lives, run, saved, today
from tests.registry.fieldwork.test_excel import FIRST, out, typed_in

pytestmark = pytest.mark.django_db
DAY = f"{timezone.localdate():%d/%m/%Y}"


@pytest.fixture
def client(client_of, officer):
    return client_of(officer)


def url(name: str, *args) -> str:
    return reverse(f"registry:{name}", args=args)


def said(answer) -> list[str]:
    return [str(one) for one in answer.context["messages"]]


def wish(**more) -> dict:
    return {
        "hamlets": ["Thôn 2"],
        "which": "all",
        "most": "20",
        "codes": "",
        "planned_on": "",
        "assigned_to": "",
    } | more


def sent(client, sheet: FieldSheet, **typed: str) -> dict[str, str]:
    """The page as it was opened, with what was typed over it."""
    page = client.get(sheet.get_absolute_url())
    told = {"submit_token": page.context["submit_token"], "versions": page.context["versions"], "visited_on": DAY}
    return told | typed


def line_of(sheet: FieldSheet, person: Resident) -> FieldLine:
    return sheet.lines.get(resident=person)


# --- making ----------------------------------------------------------------------------------------------------------


def test_a_small_sheet_is_made_and_printed_at_once(client, home, other_home, officer, tmp_path):
    page = client.get(url("field_new"))
    data = wish(submit_token=page.context["submit_token"], assigned_to=officer.public_id, planned_on=DAY)
    answer = client.post(url("field_new"), data, follow=True)
    sheet = FieldSheet.objects.get()
    assert answer.redirect_chain[-1][0] == sheet.get_absolute_url()
    assert said(answer) == [f"Đã lập Phiếu phúc tra {sheet.number}: 2 hộ."]
    assert (sheet.assigned_to, sheet.planned_on, sheet.prints.get().state) == (officer, today(), "ready")
    pdf = client.get(url("field_pdf", sheet.public_id, 1))
    assert (pdf.status_code, pdf["Content-Type"], pdf["Cache-Control"]) == (200, "application/pdf", "no-store")
    assert "PHIẾU PHÚC TRA" in run("pdftotext", saved(tmp_path, pdf.content), "-")
    prints = AuditEvent.objects.filter(action="print", sentence__startswith=f"In Phiếu phúc tra {sheet.number}")
    assert prints.count() == 2  # each household finds it in its own trail


def test_a_double_click_makes_one_sheet(client, home):
    data = wish(submit_token=client.get(url("field_new")).context["submit_token"])
    client.post(url("field_new"), data)
    again = client.post(url("field_new"), data, follow=True)
    assert FieldSheet.objects.count() == 1
    assert said(again)[-1] == "Phiếu này đã lập, không lập thêm lần nữa."


@pytest.mark.parametrize(("change", "where", "sentence"), [
    ({"hamlets": []}, "hamlets", "Chọn ít nhất một thôn, tổ, hoặc ghi số hộ."),
    ({"hamlets": ["Thôn Lạ"]}, "hamlets", "“Thôn Lạ” không phải thôn, tổ đang có hộ của xã."),
    ({"most": "0"}, "most", "Ít nhất 1 hộ."), ({"most": "99"}, "most", "Một phiếu nhiều nhất 40 hộ."),
    ({"planned_on": "31/2/2026"}, "planned_on", "Ghi đủ ngày, tháng, năm, ví dụ 1/7/2026."),
    ({"codes": "99999"}, None, making.NOBODY),
])  # fmt: skip
def test_a_wish_that_cannot_be_says_why_and_keeps_what_was_typed(client, home, change, where, sentence):
    answer = client.post(url("field_new"), wish() | change)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert sentence in [str(one) for one in (form.errors.get(where) if where else form.non_field_errors())]
    assert form["most"].value() == change.get("most", "20")
    assert not FieldSheet.objects.exists()


def test_one_household_is_named_by_its_number(client, home, other_home):
    client.post(url("field_new"), wish(hamlets=[], codes="217"))
    assert FieldSheet.objects.get().lines.filter(resident=None).count() == 1


# --- typing back -----------------------------------------------------------------------------------------------------


def test_a_sheet_is_typed_back_on_one_screen(client, sheet, people, officer):
    lines = [line_of(sheet, person) for person in people]
    typed = {name_of("o", lines[0]): "1", f"{name_of('f', lines[0])}-0": "1", name_of("o", lines[1]): "2",
             name_of("r", lines[1]): "SĐT nay là 0987654321", name_of("o", lines[2]): "5"}  # fmt: skip
    answer = client.post(sheet.get_absolute_url(), sent(client, sheet, **typed), follow=True)
    assert said(answer)[0] == (
        "Đã ghi 3 dòng, 1 người được phúc tra, 1 việc làm sạch đã xác minh, 1 việc phải làm tiếp."
    )
    assert [line_of(sheet, person).outcome for person in people] == ["1", "2", "5", ""]
    sheet.refresh_from_db()
    assert sheet.state == "open"
    page = client.get(sheet.get_absolute_url()).content.decode()
    assert "Đã ghi 3/6 người" in page
    assert "SĐT nay là 0987654321" in page


def test_the_same_form_twice_is_written_once(client, sheet, people):
    data = sent(client, sheet, **{name_of("o", line_of(sheet, people[0])): "1"})
    client.post(sheet.get_absolute_url(), data)
    again = client.post(sheet.get_absolute_url(), data, follow=True)
    assert said(again)[-1] == "Kết quả này đã ghi, không ghi thêm lần nữa."
    assert AuditEvent.objects.filter(sentence__startswith="Phúc tra ngày").count() == 1


def test_bad_lines_answer_422_beside_the_field_and_keep_everything(client, sheet, people):
    good, bad = line_of(sheet, people[0]), line_of(sheet, people[1])
    typed = {name_of("o", good): "1", name_of("r", good): "Có điện thoại mới", name_of("o", bad): "2"}
    answer = client.post(sheet.get_absolute_url(), sent(client, sheet, **typed) | {"visited_on": "1/1/2020"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert f'id="{name_of("r", bad)}-loi">Ghi chỗ sai và nội dung đúng.' in text
    assert 'id="loi-ngay">Phiếu lập ngày' in text
    assert 'value="Có điện thoại mới"' in text and 'value="1/1/2020"' in text
    assert re.search(rf'name="{name_of("o", bad)}" value="2" checked', text)
    assert not FieldLine.objects.filter(entered_at__isnull=False).exists()


def test_a_bad_day_is_said_even_when_it_cannot_be_read(client, sheet, people):
    typed = {name_of("o", line_of(sheet, people[0])): "1"}
    answer = client.post(sheet.get_absolute_url(), sent(client, sheet, **typed) | {"visited_on": "31/2/2026"})
    assert answer.status_code == 422
    assert "Ghi đủ ngày, tháng, năm" in answer.content.decode()


def test_what_a_colleague_entered_meanwhile_is_asked_about(client, client_of, colleague, sheet, people):
    line = line_of(sheet, people[0])
    mine = sent(client, sheet, **{name_of("o", line): "1"})
    theirs = client_of(colleague)
    theirs.post(sheet.get_absolute_url(), sent(theirs, sheet, **{name_of("o", line): "4"}))
    answer = client.post(sheet.get_absolute_url(), mine)
    assert answer.status_code == 422
    assert f"Đồng chí {colleague} đã nhập lúc" in answer.content.decode()
    again = mine | {"versions": answer.context["versions"], "submit_token": answer.context["submit_token"]}
    client.post(sheet.get_absolute_url(), again)
    assert line_of(sheet, people[0]).outcome == "1"


def test_a_half_typed_sheet_is_kept_as_a_draft_and_shown_again(client, sheet, people, officer):
    line = line_of(sheet, people[0])
    path = sheet.get_absolute_url()
    typed = sent(client, sheet, **{name_of("o", line): "2", name_of("r", line): "Sai năm sinh"})
    client.post(f"{reverse('accounts:draft')}?path={path}", typed)
    draft = Draft.objects.get(officer=officer)
    page = client.get(path).content.decode()
    assert 'value="Sai năm sinh"' in page and "Đang hiện bản nháp" in page
    text = client.get(reverse("accounts:draft_look", args=[draft.public_id])).content.decode()
    assert "Ghi lại, Nguyễn Văn Mẫu An" in text and "Sai, ghi lại" in text
    client.post(path, typed)
    assert not Draft.objects.exists()


def test_forged_versions_and_fields_do_no_harm(client, sheet, people):
    for versions in ("[]", "{", '{"a": 1}', json.dumps({line_of(sheet, people[0]).public_id.hex: 7})):
        data = sent(client, sheet) | {"versions": versions, "o-xyz": "1", "r-": "x"}
        assert client.post(sheet.get_absolute_url(), data).status_code in (200, 302, 422)
    assert not FieldLine.objects.filter(entered_at__isnull=False).exists()


# --- finding ---------------------------------------------------------------------------------------------------------


def test_a_scanned_code_opens_the_sheet_at_its_household(client, sheet, other_home):
    code = sheet.lines.get(household=other_home, resident=None).code
    answer = client.get(url("field_find"), {"ma": code})
    assert answer.url == f"{sheet.get_absolute_url()}#ho-2"


def test_the_one_box_knows_a_code_too(client, client_of, stranger, sheet, other_home):
    line = sheet.lines.get(household=other_home, resident=None)
    answer = client.get(reverse("registry:search"), {"q": line.code}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{sheet.get_absolute_url()}#ho-2"
    assert client_of(stranger).get(reverse("registry:search"), {"q": line.code}).status_code == 200


def test_a_household_leads_to_a_sheet_of_its_own(client, home):
    text = client.get(home.get_absolute_url()).content.decode()
    assert f"{url('field_new')}?ho=00217" in text
    assert client.get(url("field_new") + "?ho=00217").context["form"]["codes"].value() == "00217"


def test_a_number_opens_its_sheet_however_it_is_typed(client, sheet):
    for text in (sheet.number, "1", "0001", f"{sheet.year}-1", f"{sheet.year % 100}/0001"):
        assert client.get(url("field_find"), {"ma": text}).url == sheet.get_absolute_url(), text


def test_a_strangers_sheet_is_not_there(client_of, stranger, sheet, officer):
    theirs = client_of(stranger)
    assert sheet.number not in theirs.get(url("field")).content.decode()
    for name in ("field_sheet", "field_list", "field_prints"):
        assert theirs.get(url(name, sheet.public_id)).status_code == 404
    line = sheet.lines.filter(resident=None).first()
    assert theirs.get(url("field_find"), {"ma": line.code}).status_code == 404
    assert theirs.get(url("field_find"), {"ma": sheet.number}).url == url("field")
    refused = AuditEvent.objects.filter(action="refused", actor_badge=stranger.badge_number)
    assert refused.count() >= 4


def test_a_text_that_is_nothing_is_said(client, sheet):
    answer = client.get(url("field_find"), {"ma": "<b>x"}, follow=True)
    assert said(answer) == ["Không có phiếu “<b>x”. Quét mã trên phiếu, hoặc gõ số phiếu như 26-0012."]
    assert "<b>x" not in answer.content.decode()


# --- prints, lists, ending -------------------------------------------------------------------------------------------


def test_a_reprint_waits_for_a_worker_and_then_shows(client, printed):
    sheet = printed.sheet
    answer = client.post(url("field_print", sheet.public_id), follow=True)
    assert "Đang lập bản in…" in answer.content.decode()
    printing.render_and_store(sheet.prints.get(copy=2).pk)
    fragment = client.get(url("field_prints", sheet.public_id), headers={"HX-Request": "true"}).content.decode()
    assert "In lại lần 1" in fragment and "<html" not in fragment
    assert client.get(url("field_pdf", sheet.public_id, 3)).status_code == 404


def test_the_list_goes_out_and_comes_back(client, sheet, people, officer):
    answer = client.get(url("field_list", sheet.public_id))
    assert answer["Content-Disposition"] == f'attachment; filename="phieu-phuc-tra-{sheet.number}.xlsx"'
    content = typed_in(answer.content, {(FIRST + 1, 8): "1 Đúng", (FIRST + 2, 8): "2"})
    file = SimpleUploadedFile("a.xlsx", content)
    page = client.post(url("field_list_back", sheet.public_id), {"file": file})
    text = page.content.decode()
    assert page.status_code == 200
    assert "2 dòng có kết quả, 1 dòng không ghi được" in text
    assert Resident.objects.get(pk=people[0].pk).confirmed_how == "visit"
    assert AuditEvent.objects.filter(sentence__contains="Tải danh sách Excel").count() == 3


def test_a_foreign_list_answers_422(client, sheet, home, officer):
    other = making.make(home.commune, [home], by=officer)
    file = SimpleUploadedFile("a.xlsx", typed_in(out(other, officer), {(FIRST + 1, 8): "1"}))
    page = client.post(url("field_list_back", sheet.public_id), {"file": file})
    assert page.status_code == 422
    assert "không phải danh sách phúc tra" in page.content.decode()
    assert client.post(url("field_list_back", sheet.public_id), {}).status_code == 422


def test_a_sheet_is_cancelled_with_a_reason_or_ended(client, sheet, home, officer):
    assert client.post(url("field_cancel", sheet.public_id), {"reason": ""}).status_code == 422
    client.post(url("field_cancel", sheet.public_id), {"reason": "In nhầm"})
    other = making.make(home.commune, [home], by=officer)
    client.post(url("field_finish", other.public_id))
    assert list(FieldSheet.objects.order_by("serial").values_list("state", flat=True)) == ["cancelled", "done"]
    page = client.get(sheet.get_absolute_url()).content.decode()
    assert "In nhầm" in page and 'id="ket-qua"' not in page
    assert sheet.number not in client.get(url("field")).content.decode()
    assert sheet.number in client.get(url("field") + "?tat-ca=1").content.decode()


def test_what_visits_left_is_a_list_and_done_with_a_click(client, sheet, people, home):
    moved, wrong = line_of(sheet, people[0]), line_of(sheet, people[1])
    data = {name_of("o", moved): "4", name_of("r", moved): "Về Hà Nội", name_of("o", wrong): "2",
            name_of("r", wrong): "Sai ngày sinh"}  # fmt: skip
    client.post(sheet.get_absolute_url(), sent(client, sheet, **data))
    text = client.get(url("field_to_do")).content.decode()
    assert "Về Hà Nội" in text and "Sai ngày sinh" in text
    assert f"/cu-dan/{people[0].public_id}/" in text and "vang-khong-khai-bao" in text
    client.post(url("field_to_do_done", moved.public_id))
    assert "Về Hà Nội" not in client.get(url("field_to_do")).content.decode()


# --- the plan --------------------------------------------------------------------------------------------------------


@pytest.fixture
def late(home, other_home, officer) -> None:
    Hamlet.objects.create(commune=home.commune, name="Thôn 2", officer=officer)
    Resident.objects.update(confirmed_at=timezone.now() - dt.timedelta(days=500), confirmed_by=officer)


def test_the_plan_shows_its_numbers_and_each_opens_its_list(client, late, officer):
    page = client.get(url("field_plan"))
    text = page.content.decode()
    assert page.context["total"].past == 6
    assert str(officer.full_name) in text
    for address, count in re.findall(r'href="([^"]*/nhan-khau/[^"]*)"[^>]*>(\d+)<', text):
        opened = client.get(address.replace("&amp;", "&"))
        assert f"{int(count)} dòng" in opened.content.decode() or int(count) == 0, address
    assert AuditEvent.objects.filter(sentence__startswith="Xem danh sách phúc tra:").exists()


def test_one_click_makes_the_sheets_of_the_month(client, late):
    token = client.get(url("field_plan")).context["submit_token"]
    client.post(url("field_plan_make"), {"submit_token": token})
    made = FieldSheet.objects.count()
    assert made >= 1
    client.post(url("field_plan_make"), {"submit_token": token})
    client.post(url("field_plan_make"), {})
    assert FieldSheet.objects.count() == made
    assert FieldLine.objects.filter(resident=None).count() == 2


def test_every_page_costs_the_same_with_one_row_and_with_many(
    client, commune, officer, late, django_assert_max_num_queries
):
    sheet = making.make(commune, [HouseholdFactory.create(commune=commune)], by=officer)
    pages = [url("field"), url("field_new"), url("field_plan"), url("field_people"), url("field_to_do"),
             sheet.get_absolute_url()]  # fmt: skip
    for start in (100, 200):
        for page in pages:
            with django_assert_max_num_queries(12):
                assert client.get(page).status_code == 200
        homes = [HouseholdFactory(commune=commune, hamlet=f"Thôn {n}") for n in range(3)]
        for n, home in enumerate(homes):
            lives(home, f"Người Mẫu {n}", role="CHU_HO")
            told = {"place": n, "household": "Hộ"}
            FieldLine.objects.create(sheet=sheet, household=home, position=start + n, told=told,
                                     outcome="6", remark="x", entered_at=timezone.now(), entered_by=officer,
                                     visited_on=today(), follow_up="open")  # fmt: skip
            making.make(commune, [home], by=officer)
