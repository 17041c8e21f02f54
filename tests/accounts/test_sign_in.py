"""Signing in: the badge number, the lock after wrong passwords, the idle clock, the second factor."""

import time
import uuid

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
from config.settings import base
from tests.factories import PASSWORD

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
    client.post(f"{reverse('accounts:draft')}?path=/x/", {"password": "bí mật", "full_name": "A", "code": "123456"})
    assert Draft.objects.get().fields == {"full_name": ["A"]}


@pytest.mark.parametrize("path", ["", "https://x.example/", "//x.example/"])
def test_a_draft_belongs_to_an_address_of_ours(client_of, officer, path):
    assert (
        client_of(officer).post(reverse("accounts:draft"), {"a": "b"}, query_params={"path": path}).status_code == 400
    )


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
