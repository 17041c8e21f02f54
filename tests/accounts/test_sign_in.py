"""Signing in: the badge number, the lock after wrong passwords, the idle clock, the second factor."""

import time
import uuid
from urllib.parse import urlencode

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, Draft
from accounts.sign_in import drafts
from config.settings import base
from tests.factories import PASSWORD, FindingFactory

LOGIN = "/tai-khoan/dang-nhap/"


@pytest.fixture(autouse=True)
def fresh_limits(db):
    cache.clear()


def sign_in(client: Client, badge: str, password: str = PASSWORD, **extra):
    return client.post(LOGIN, {"login": badge, "password": password} | extra)


def test_an_officer_signs_in_with_a_badge_number(client, officer):
    response = sign_in(client, "MS-001")
    assert response.url == reverse("accounts:home")
    assert AuditEvent.objects.get(action="sign_in").actor_badge == "MS-001"


def test_a_wrong_password_says_so_and_leaves_a_line(client, officer):
    response = sign_in(client, "MS-001", "sai")
    assert "Số hiệu hoặc mật khẩu không đúng." in response.content.decode()
    assert AuditEvent.objects.filter(action="sign_in_refused").count() == 1


def test_five_wrong_passwords_lock_the_badge_number_for_a_while(client, officer):
    for _ in range(5):
        sign_in(client, "MS-001", "sai")
    response = sign_in(client, "MS-001")
    assert response.status_code == 200
    assert "tạm khóa 15 phút" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_locked_badge_does_not_lock_a_colleague(client, officer, colleague):
    for _ in range(6):
        sign_in(client, "MS-001", "sai")
    assert sign_in(client, "MS-002").status_code == 302


def test_who_has_left_cannot_sign_in(client, officer):
    officer.is_active = False
    officer.save()
    sign_in(client, "MS-001")
    assert "_auth_user_id" not in client.session


def test_nobody_can_sign_up(client):
    assert client.get("/tai-khoan/dang-ky/").status_code == 404
    assert client.get("/accounts/signup/").status_code == 404


def test_passwords_are_kept_by_argon2():
    assert base.PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"


# --- The idle clock -------------------------------------------------------------------------------------------------


def idle(client: Client, seconds: float) -> None:
    session = client.session
    session["last_seen"] = time.time() - seconds
    session.save()


def test_fifteen_idle_minutes_end_the_session_and_lead_back(client_of, officer):
    client = client_of(officer)
    idle(client, 15 * 60 + 1)
    response = client.get("/cu-dan/")
    assert response.url == f"{LOGIN}?next=%2Fcu-dan%2F"
    assert AuditEvent.objects.filter(action="session_ended").count() == 1
    back = sign_in(client, "MS-001", next="/cu-dan/")
    assert back.url == "/cu-dan/"


def test_a_page_that_left_by_itself_keeps_its_way_back(client_of, officer):
    client = client_of(officer)
    idle(client, 16 * 60)
    page = client.get(LOGIN, {"next": "/cu-dan/"})
    assert page.status_code == 200
    assert sign_in(client, "MS-001", next="/cu-dan/").url == "/cu-dan/"


def test_fourteen_minutes_do_not(client_of, officer):
    client = client_of(officer)
    idle(client, 14 * 60)
    assert client.get("/cu-dan/").status_code == 200


def test_a_late_submit_is_not_lost(client_of, officer):
    client = client_of(officer)
    address = reverse("registry:resident_form", args=[uuid.uuid4()])
    idle(client, 16 * 60)
    response = client.post(address, {"full_name": "Nguyễn Thị Mẫu Đang Gõ", "sex": "2"})
    assert response.url.startswith(LOGIN)
    sign_in(client, "MS-001", next=address)
    assert 'value="Nguyễn Thị Mẫu Đang Gõ"' in client.get(address).content.decode()


def test_a_colleague_at_the_same_browser_does_not_see_the_draft(client_of, officer, colleague):
    client = client_of(officer)
    address = reverse("registry:resident_form", args=[uuid.uuid4()])
    idle(client, 16 * 60)
    client.post(address, {"full_name": "Nguyễn Thị Mẫu Đang Gõ"})
    sign_in(client, "MS-002", next=address)
    assert "Đang Gõ" not in client.get(address).content.decode()


def test_a_polling_fragment_does_not_keep_the_session_awake(client_of, officer, resident):
    from tests.factories import ApplicationFactory

    application = ApplicationFactory(resident=resident, created_by=officer)
    client = client_of(officer)
    idle(client, 10 * 60)
    before = client.session["last_seen"]
    client.get(reverse("cards:receipt_corner", args=[application.public_id]))
    assert client.session["last_seen"] == before
    client.post(reverse("accounts:stay"))
    assert client.session["last_seen"] > before


def test_a_fragment_after_the_end_leads_the_whole_page_to_sign_in(client_of, officer):
    client = client_of(officer)
    idle(client, 16 * 60)
    response = client.get(
        "/tim/goi-y/", {"q": "a"}, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/cu-dan/"}
    )
    assert response.headers["HX-Redirect"] == f"{LOGIN}?next=%2Fcu-dan%2F"


def test_passwords_never_become_a_draft(client_of, officer):
    client = client_of(officer)
    client.post(
        reverse("accounts:draft"),
        {"password": "bí mật", "full_name": "A", "code": "123456"},
        query_params={"path": reverse("registry:resident_form", args=[uuid.uuid4()])},
    )
    assert Draft.objects.get().fields == {"full_name": ["A"]}


def test_a_late_submit_to_an_address_without_a_page_leads_to_the_page_it_came_from(client_of, officer, resident):
    finding = FindingFactory(resident=resident)
    case = reverse("registry:cleanup_case", args=[finding.public_id])
    client = client_of(officer)
    idle(client, 16 * 60)
    decide = reverse("registry:finding_decide", args=[finding.public_id])
    answer = client.post(decide, {"reason": "chờ giấy tờ"}, headers={"Referer": f"http://testserver{case}?ve=/"})
    assert answer.url == f"{LOGIN}?{urlencode({'next': f'{case}?ve=/'})}"
    assert Draft.objects.get().path == case
    back = sign_in(client, "MS-001", next=f"{case}?ve=/")
    assert client.get(back.url).status_code == 200


@pytest.mark.parametrize("referer", ["", "https://elsewhere.example/cu-dan/", "itself"])
def test_without_a_page_to_go_back_to_it_is_the_nearest_one_above(client_of, officer, resident, referer):
    record_page = reverse("registry:resident", args=[resident.public_id])
    confirm = reverse("registry:resident_confirm", args=[resident.public_id])
    client = client_of(officer)
    idle(client, 16 * 60)
    headers = {"Referer": f"http://testserver{confirm}" if referer == "itself" else referer}
    answer = client.post(confirm, headers=headers)
    assert answer.url == f"{LOGIN}?{urlencode({'next': record_page})}"
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "path", ["//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example/", "/x/", ""]
)
def test_the_way_back_is_always_a_page_of_ours(client_of, officer, path):
    client = client_of(officer)
    idle(client, 16 * 60)
    answer = client.post(reverse("accounts:stay"), query_params={"path": path})
    assert answer.url == f"{LOGIN}?next=%2F"


def test_a_draft_that_cannot_be_kept_does_not_keep_the_session(client_of, officer, monkeypatch):
    def refuse(*args, **kwargs):
        raise ValueError("A string literal cannot contain NUL (0x00) characters.")

    monkeypatch.setattr(drafts, "keep", refuse)
    client = client_of(officer)
    idle(client, 16 * 60)
    answer = client.post(reverse("registry:resident_form", args=[uuid.uuid4()]), {"full_name": "A\0"})
    assert answer.url.startswith(LOGIN)
    assert "_auth_user_id" not in client.session
    assert "chưa được ghi" in client.get(answer.url).content.decode()


def test_a_dead_session_shows_no_name_on_a_page_that_does_not_exist(client_of, officer):
    client = client_of(officer)
    assert "Lê Mẫu Hải" in client.get("/khong-co/").content.decode()
    idle(client, 16 * 60)
    answer = client.get("/khong-co/")
    assert answer.url.startswith(LOGIN)
    assert "_auth_user_id" not in client.session


# --- What the door writes down ------------------------------------------------------------------------------------


def lines(*actions: str) -> list[tuple[str, str, str]]:
    rows = AuditEvent.objects.filter(action__in=actions).order_by("pk")
    return list(rows.values_list("action", "actor_name", "sentence"))


def test_an_attempt_on_a_locked_badge_leaves_a_line(client, officer):
    for _ in range(6):
        sign_in(client, "MS-001", "sai")
    found = lines("sign_in_refused")
    assert len(found) == 6
    assert found[-1][2] == "Từ chối đăng nhập số hiệu “MS-001”: đang bị khóa vì sai mật khẩu nhiều lần"


def test_nobody_is_not_the_system_and_writes_no_odd_characters(client, officer):
    sign_in(client, "X\u202e\x1b[31m\nMS", "sai")
    assert lines("sign_in_refused") == [
        ("sign_in_refused", "Chưa đăng nhập", "Đăng nhập không thành công với số hiệu “X[31mMS”")
    ]


# --- Passwords ----------------------------------------------------------------------------------------------------


def change_password(client: Client, old: str, new: str):
    fields = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(reverse("account_change_password"), fields)


def test_a_given_password_is_changed_before_anything_else(client, officer):
    officer.must_change_password = True
    officer.save()
    sign_in(client, "MS-001")
    for page in ("/", "/cu-dan/", reverse("mfa_index")):
        assert client.get(page).url == reverse("account_change_password")
    refused = change_password(client, PASSWORD, PASSWORD)
    assert "Mật khẩu mới phải khác mật khẩu hiện tại." in refused.content.decode()
    change_password(client, PASSWORD, "NuiCao-2026-xanh")
    assert sign_in(client, "MS-001", "NuiCao-2026-xanh").status_code == 302
    assert client.get("/cu-dan/").status_code == 200


def test_ones_own_change_of_password_leaves_a_line(client, officer):
    sign_in(client, "MS-001")
    change_password(client, PASSWORD, "NuiCao-2026-xanh")
    assert lines("change") == [("change", "Đại úy Lê Mẫu Hải", "Đại úy Lê Mẫu Hải tự đổi mật khẩu")]
    assert AuditEvent.objects.get(action="change").ip_address == "127.0.0.1"


# --- The second factor ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "must"), [("officer", False), ("chief", True), ("supervisor", True), ("ministry", True)]
)
def test_chiefs_and_above_must_register_a_second_factor(who, must, settings, client_of, request):
    settings.SECOND_FACTOR_REQUIRED = True
    response = client_of(request.getfixturevalue(who)).get("/cu-dan/")
    assert (response.status_code == 302) == must
    if must:
        assert response.url == reverse("mfa_activate_totp")


def totp_now(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_with_a_second_factor_the_password_alone_is_not_enough(settings, client, chief):
    settings.SECOND_FACTOR_REQUIRED = True
    secret = generate_totp_secret()
    TOTP.activate(chief, secret)
    response = sign_in(client, "MS-010")
    assert response.url == reverse("mfa_authenticate")
    assert client.get("/cu-dan/").status_code == 302
    response = client.post(reverse("mfa_authenticate"), {"code": totp_now(secret)})
    assert response.url == reverse("accounts:home")
    assert client.get("/cu-dan/").status_code == 200


@pytest.fixture
def factored(client, chief):
    """A chief who has just signed in with the second factor, and proved it again."""
    secret = generate_totp_secret()
    TOTP.activate(chief, secret)
    sign_in(client, "MS-010")
    client.post(reverse("mfa_authenticate"), {"code": totp_now(secret)})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_who_must_have_a_second_factor_cannot_put_it_off(settings, factored, chief):
    settings.SECOND_FACTOR_REQUIRED = True
    answer = factored.post(reverse("mfa_deactivate_totp"))
    assert "Không được tắt bước xác thực thứ hai." in answer.content.decode()
    assert chief.authenticator_set.filter(type="totp").exists()
    assert reverse("mfa_deactivate_totp") not in factored.get(reverse("mfa_index")).content.decode()


def test_a_session_does_not_outlive_its_second_factor(settings, factored, chief):
    settings.SECOND_FACTOR_REQUIRED = True
    assert factored.get("/cu-dan/").status_code == 200
    settings.SECOND_FACTOR_REQUIRED = False
    assert factored.post(reverse("mfa_deactivate_totp")).url == reverse("mfa_index")
    settings.SECOND_FACTOR_REQUIRED = True
    assert factored.get("/cu-dan/").url == reverse("mfa_activate_totp")


def test_every_change_of_a_second_factor_leaves_a_line(client, chief, django_capture_on_commit_callbacks):
    sign_in(client, "MS-010")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    with django_capture_on_commit_callbacks(execute=True):
        secret = client.session["mfa.totp.secret"]
        client.post(reverse("mfa_activate_totp"), {"code": totp_now(secret)})
    client.get(reverse("mfa_view_recovery_codes"))
    assert "codes" in client.get(reverse("mfa_download_recovery_codes")).headers["Content-Disposition"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_generate_recovery_codes"))
    client.post(reverse("mfa_deactivate_totp"))
    assert [sentence for _, name, sentence in lines("change", "reveal") if name == "Trung tá Phạm Mẫu Quang"] == [
        "Bật ứng dụng xác thực bước hai",
        "Lập mã khôi phục",
        "Xem mã khôi phục",
        "Xem mã khôi phục",
        "Lập mã khôi phục",
        "Tắt ứng dụng xác thực bước hai",
        "Bỏ mã khôi phục",
    ]


def test_a_wrong_code_leaves_a_line(client, chief):
    TOTP.activate(chief, generate_totp_secret())
    sign_in(client, "MS-010")
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert lines("sign_in_refused") == [
        ("sign_in_refused", "Trung tá Phạm Mẫu Quang", "Mã xác thực bước hai không đúng")
    ]


def test_the_secret_of_a_second_factor_stays_in_no_cache(client, officer):
    sign_in(client, "MS-001")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert "no-store" in client.get(reverse("mfa_activate_totp")).headers["Cache-Control"]


def test_a_stolen_table_gives_no_second_factor(chief):
    secret = generate_totp_secret()
    stored = TOTP.activate(chief, secret).instance.data["secret"]
    assert secret not in stored


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_change_password", "account_reauthenticate", "account_logout", "mfa_index",
     "mfa_activate_totp", "mfa_generate_recovery_codes"],
)  # fmt: skip
def test_the_pages_of_the_account_are_vietnamese(name, client_of, officer):
    client = Client() if name == "account_login" else client_of(officer)
    response = client.get(reverse(name), follow=True)
    page = response.content.decode()
    assert response.status_code == 200
    assert '<html lang="vi">' in page
    for word in ("Sign In", "Password:", "Authenticator", "Recovery", "Confirm"):
        assert word not in page
