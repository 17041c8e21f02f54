"""Django admin: for the administrator only, catalogues and accounts only, every change a line of the trail."""

import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import Action, AuditEvent, Holiday, Level, Officer, Setting, Unit, UnitSuccessor
from accounts.roles import Role
from accounts.working_days import add_working_days
from registry.codes import HEAD_RELATIONS
from registry.models import HouseholdRole
from tests.factories import PASSWORD, OfficerFactory, UnitFactory

pytestmark = pytest.mark.django_db

KEPT = {
    "accounts.Officer", "accounts.Unit", "accounts.UnitSuccessor", "accounts.Holiday", "accounts.Setting",
    "registry.HouseholdRole", "cards.Fee", "cards.FeeExemption",
}  # fmt: skip
NEW_PASSWORD = "NuiCao-2026-xanh"


@pytest.fixture
def browser(client_of, administrator):
    return client_of(administrator)


def last_line() -> AuditEvent:
    return AuditEvent.objects.filter(action=Action.ADMIN).first()


def officer_data(**changes) -> dict:
    data = {"badge_number": "MS-009", "full_name": "Vi Mẫu Thu", "rank": "Trung úy", "role": "officer", "unit": "06001"}
    return data | {"is_active": "on", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD} | changes


# --- what is there -----------------------------------------------------------------------------------------------


def test_only_accounts_and_catalogues_are_registered():
    assert {model._meta.label for model in admin.site._registry} <= KEPT
    assert {label for label in KEPT if label.startswith(("accounts", "registry"))} <= {
        model._meta.label for model in admin.site._registry
    }


@pytest.mark.parametrize("name", ["officer", "colleague", "chief", "supervisor", "ministry", "auditor"])
def test_nobody_but_the_administrator_gets_in(request, client_of, name):
    browser = client_of(request.getfixturevalue(name))
    for page in ("admin:index", "admin:accounts_officer_changelist", "admin:accounts_officer_add", "admin:login"):
        assert browser.get(reverse(page)).status_code == 403


@pytest.mark.parametrize("path", ["/quan-tri/accounts/officer/1/change/", "/quan-tri/khong-co/", "/quan-tri/%00/"])
def test_a_refusal_names_the_address_that_was_tried(client_of, officer, path):
    assert client_of(officer).get(path).status_code == 403
    line = AuditEvent.objects.get(action=Action.REFUSED)
    tried = path.replace("%00", "")
    assert line.sentence == f"Không có quyền quản trị tài khoản và danh mục: {tried}"
    assert line.actor_badge == "MS-001"


def test_the_administrator_needs_no_second_door(browser):
    assert browser.get(reverse("admin:login")).url == reverse("admin:index")


@pytest.mark.parametrize(
    "query",
    [
        "password__startswith=argon2",
        "password__regex=^m",
        "must_change_password__exact=1",
        "unit__officers__password__startswith=a",
        "role__startswith=a",
        "badge_number=%00",
        "role__exact=%00",
        "q=%00",
        "%00=1",
    ],
)
def test_a_list_answers_only_what_it_offers(browser, query):
    assert browser.get(f"{reverse('admin:accounts_officer_changelist')}?{query}").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "accounts/unit/?level__exact=%00",
        "accounts/setting/?code=%00",
        "accounts/holiday/?day__year=99999999999999999999",
        "accounts/holiday/?day__gte=x",
        "accounts/officer/%00/change/",
        "accounts/officer/1/change/?_changelist_filters=%00",
    ],
)
def test_odd_addresses_never_break_the_page(browser, address):
    assert browser.get(f"/quan-tri/{address}").status_code in {302, 400, 404}


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("officer", {"role__exact": "officer", "is_active__exact": "1", "q": "MS"}),
        ("unit", {"level__exact": "commune", "hieu-luc": "nay"}),
        ("holiday", {"day__year": "2026", "day__month": "2", "is_working__exact": "0"}),
    ],
)
def test_the_filters_of_the_lists_work(browser, officer, page, query):
    assert browser.get(reverse(f"admin:accounts_{page}_changelist"), query).status_code == 200


def test_no_row_of_any_table_is_opened_by_its_number(browser):
    assert browser.get("/quan-tri/r/1/1/").status_code == 404


def test_whoever_is_not_signed_in_comes_to_the_portals_own_door(client):
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_pages_open_with_vietnamese_titles_and_nothing_inline(browser, commune, province):
    UnitSuccessor.objects.create(old=UnitFactory(code="05000", parent=province), new=commune, kind="whole")
    Setting.objects.create(code="card_working_days", value=5, valid_from=dt.date(2027, 1, 1))
    for model in admin.site._registry:
        kind = f"{model._meta.app_label}_{model._meta.model_name}"
        pages = [reverse(f"admin:{kind}_changelist"), reverse(f"admin:{kind}_add")]
        row = model._default_manager.first()
        if row is not None:
            pages.append(reverse(f"admin:{kind}_change", args=[row.pk]))
            pages.append(reverse(f"admin:{kind}_history", args=[row.pk]))
        for page in [*pages, reverse("admin:index")]:
            answer = browser.get(page)
            assert answer.status_code == 200, page
            text = answer.content.decode()
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
            for tag in text.split("<script")[1:]:
                assert "src=" in tag.split(">")[0] or 'type="application/json"' in tag.split(">")[0], page
            assert "<style" not in text
            assert " onclick=" not in text and " style=" not in text, page


def test_lists_cost_the_same_for_one_row_and_many(browser, commune, django_assert_max_num_queries):
    OfficerFactory.create_batch(4, unit=commune)
    for kind in ("officer", "unit", "holiday", "setting", "unitsuccessor"):
        with django_assert_max_num_queries(12):
            browser.get(reverse(f"admin:accounts_{kind}_changelist"))


# --- officers ------------------------------------------------------------------------------------------------------


def test_a_new_officer_signs_in_with_the_first_password(browser, client, commune):
    answer = browser.post(reverse("admin:accounts_officer_add"), officer_data())
    assert answer.status_code == 302, answer.content.decode()
    officer = Officer.objects.get(badge_number="MS-009")
    assert (officer.unit, officer.role, officer.full_name) == (commune, Role.OFFICER, "Vi Mẫu Thu")
    assert officer.check_password(NEW_PASSWORD)
    assert officer.must_change_password
    line = last_line()
    assert line.sentence == "Thêm cán bộ Trung úy Vi Mẫu Thu"
    assert NEW_PASSWORD not in f"{line.sentence}{line.data}"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"unit": ""}, "Vai trò này phải có đơn vị."),
        ({"unit": "Xã Không Có"}, "Không tìm thấy đúng một đơn vị đang tồn tại."),
        ({"unit": "20"}, "Vai trò này cần đơn vị cấp xã."),
        ({"role": "province_supervisor"}, "Vai trò này cần đơn vị cấp tỉnh."),
        ({"password2": "khác"}, "Hai lần nhập không giống nhau."),
        ({"password1": "123", "password2": "123"}, "Mật khẩu này quá ngắn: cần ít nhất 10 ký tự."),
        ({"password1": "Vi Mẫu Thu 2", "password2": "Vi Mẫu Thu 2"}, "quá giống với họ và tên"),
        ({"badge_number": "QT-01"}, "Số hiệu này đã có tài khoản."),
        ({"full_name": ""}, "trường này là bắt buộc"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_written(browser, commune, change, sentence):
    before = Officer.objects.count()
    answer = browser.post(reverse("admin:accounts_officer_add"), officer_data(**change))
    assert answer.status_code == 200
    assert sentence.lower() in answer.content.decode().lower()
    assert Officer.objects.count() == before


def test_a_change_is_audited_with_both_values(browser, officer, other_commune):
    browser.post(
        reverse("admin:accounts_officer_change", args=[officer.pk]),
        {"badge_number": "MS-001", "full_name": "Lê Mẫu Hải", "rank": "Đại úy", "role": "chief", "is_active": "on",
         "unit": "Xã Mẫu Hạ, Tỉnh Mẫu"},
    )  # fmt: skip
    officer.refresh_from_db()
    assert (officer.role, officer.unit) == (Role.CHIEF, other_commune)
    assert last_line().data == {
        "changes": {"role": ["Cán bộ", "Trưởng công an xã"], "unit": ["Xã Mẫu Sơn", "Xã Mẫu Hạ"]}
    }
    assert last_line().target_ref == str(officer.public_id)


def test_saving_without_a_change_writes_no_line(browser, officer):
    data = {"badge_number": "MS-001", "full_name": "Lê Mẫu Hải", "rank": "Đại úy", "role": "officer", "is_active": "on"}
    browser.post(reverse("admin:accounts_officer_change", args=[officer.pk]), data | {"unit": "Xã Mẫu Sơn, Tỉnh Mẫu"})
    assert last_line() is None


def test_a_locked_account_cannot_go_on_working(browser, client_of, officer):
    theirs = client_of(officer)
    data = {"badge_number": "MS-001", "full_name": "Lê Mẫu Hải", "rank": "Đại úy", "role": "officer", "unit": "06001"}
    browser.post(reverse("admin:accounts_officer_change", args=[officer.pk]), data)
    assert theirs.get("/").status_code == 302


def test_an_administrator_does_not_lock_himself_out(browser, administrator):
    data = {"badge_number": "QT-01", "full_name": "Hồ Mẫu Quản", "rank": "Đại úy", "role": "auditor", "unit": ""}
    answer = browser.post(reverse("admin:accounts_officer_change", args=[administrator.pk]), data)
    assert "Không tự khóa tài khoản của chính mình." in answer.content.decode()
    administrator.refresh_from_db()
    assert administrator.is_active and administrator.role == Role.ADMINISTRATOR


def test_accounts_and_units_are_never_deleted(browser, officer, commune):
    for kind, row in (("officer", officer), ("unit", commune)):
        assert browser.post(reverse(f"admin:accounts_{kind}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert Officer.objects.filter(pk=officer.pk).exists()


def test_a_new_password_ends_open_sessions_and_is_audited(browser, client_of, officer):
    theirs = client_of(officer)
    page = reverse("admin:accounts_officer_password", args=[officer.pk])
    assert browser.get(page).status_code == 200
    answer = browser.post(page, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert answer.status_code == 302
    officer.refresh_from_db()
    assert officer.check_password(NEW_PASSWORD)
    assert officer.must_change_password
    assert theirs.get("/").status_code == 302
    assert last_line().sentence == "Đặt lại mật khẩu của MS-001 Đại úy Lê Mẫu Hải"


def test_a_lost_telephones_second_factor_can_be_taken_off(browser, officer):
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=officer, type="totp", data={})
    page = reverse("admin:accounts_officer_password", args=[officer.pk])
    browser.post(page, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "remove_second_factor": "on"})
    assert not Authenticator.objects.exists()
    assert last_line().sentence.endswith("gỡ xác thực hai lớp")


def test_only_the_administrator_resets_passwords(client_of, chief, officer):
    page = reverse("admin:accounts_officer_password", args=[officer.pk])
    client_of(chief).post(page, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


def test_ones_own_password_is_changed_on_the_portals_page(browser):
    assert browser.get(reverse("admin:password_change")).url == reverse("account_change_password")


# --- catalogues -----------------------------------------------------------------------------------------------------


def test_settings_offer_the_thresholds_the_code_knows(browser):
    answer = browser.get(reverse("admin:accounts_setting_add"))
    assert "Thời hạn giải quyết hồ sơ căn cước" in answer.content.decode()
    refused = browser.post(
        reverse("admin:accounts_setting_add"), {"code": "made_up", "value": 3, "valid_from": "01/01/2027"}
    )
    assert refused.status_code == 200
    browser.post(
        reverse("admin:accounts_setting_add"),
        {"code": "card_working_days", "value": "5", "valid_from": "01/01/2027", "basis": "Luật mới"},
    )
    assert Setting.values_on(dt.date(2027, 1, 1))["card_working_days"] == 5
    assert Setting.values_on(dt.date(2026, 12, 31))["card_working_days"] == 7
    assert last_line().sentence == "Thêm ngưỡng, thời hạn card_working_days = 5 từ 01/01/2027"


def test_deleting_a_holiday_is_audited(browser):
    day = Holiday.objects.create(day=dt.date(2030, 1, 1), name="Tết Dương lịch")
    browser.post(reverse("admin:accounts_holiday_delete", args=[day.pk]), {"post": "yes"})
    assert not Holiday.objects.filter(pk=day.pk).exists()
    assert last_line().sentence == "Xóa ngày nghỉ, ngày làm bù 01/01/2030 Tết Dương lịch"


@pytest.mark.parametrize(("day", "is_kept"), [("02/12/2028", True), ("04/12/2028", False)])
def test_only_a_saturday_or_a_sunday_is_worked_in_exchange(browser, day, is_kept):
    sent = {"day": day, "name": "Làm bù", "is_working": "on", "basis": "Thông báo"}
    page = browser.post(reverse("admin:accounts_holiday_add"), sent).content.decode()
    assert Holiday.objects.filter(name="Làm bù", day__year=2028).exists() is is_kept
    assert ("Chỉ thứ Bảy, Chủ nhật mới là ngày làm bù" in page) is not is_kept


def test_units_are_found_without_accents_and_by_code(browser, commune, other_commune):
    for typed in ("mau son", "06001"):
        text = browser.get(reverse("admin:accounts_unit_changelist"), {"q": typed}).content.decode()
        assert "Xã Mẫu Sơn" in text and "Xã Mẫu Hạ" not in text
    assert Unit.objects.filter(level=Level.COMMUNE).count() == 2


# --- what the migrations brought -------------------------------------------------------------------------------------


def test_the_days_off_that_everybody_knows_are_there():
    days = dict(Holiday.objects.values_list("day", "is_working"))
    tet_2026 = [dt.date(2026, 2, day) for day in range(16, 21)]
    assert [days[day] for day in tet_2026] == [False] * 5
    assert days[dt.date(2026, 11, 24)] is False
    assert days[dt.date(2025, 4, 26)] is True
    assert add_working_days(dt.date(2026, 11, 20), 7) == dt.date(2026, 12, 2)  # the 24th does not count
    assert add_working_days(dt.date(2026, 2, 13), 1) == dt.date(2026, 2, 23)


def test_days_that_wait_for_an_announcement_say_so():
    provisional = Holiday.objects.filter(basis__startswith="Dự kiến")
    assert set(provisional.values_list("day__year", flat=True)) == {2026, 2027}
    assert Holiday.objects.get(day=dt.date(2027, 2, 8)) in provisional


def test_the_official_relations_to_the_head_are_there():
    rows = HouseholdRole.objects.filter(valid_from=dt.date(2026, 7, 1)).order_by("position")
    assert [row.code for row in rows] == list(HEAD_RELATIONS)
    wife = rows.get(code="VO")
    assert (wife.name, wife.required_sex, wife.generation) == ("Vợ", 2, 0)
    assert rows.get(code="GIAM_HO").generation is None
