"""Drafts: few, small, clean, and only where a form of ours shows them again."""

import datetime as dt
import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Draft, Setting
from accounts.sign_in import drafts, taking_over
from registry.models import Resident
from tests.accounts.test_sign_in import idle, sign_in
from tests.factories import PairFactory, ResidentFactory
from tests.registry.residents.test_pages import queries_of

pytestmark = pytest.mark.django_db


def form_address() -> str:
    return reverse("registry:resident_form", args=[uuid.uuid4()])


def typed(**fields: list[str]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in fields.items():
        query.setlist(name, values)
    return query


def load(officer, path: str) -> dict:
    request = RequestFactory().get(path)
    request.user = officer
    return drafts.load(request)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "https://x.example/",
        "//x.example/",
        "/\\x.example/",
        "/x/",
        "/cu-dan/",
        "/quan-tri/",
        "/cu-dan/\0/",
        "form\0",
    ],
)
def test_only_the_address_of_a_form_of_ours_takes_a_draft(client_of, officer, path):
    client = client_of(officer)
    for name in ("accounts:draft", "accounts:draft_forget"):
        answer = client.post(reverse(name), {"a": "b"}, query_params={"path": path})
        assert answer.status_code == 400
    assert not Draft.objects.exists()


def test_every_form_that_saves_by_itself_is_known():
    some = uuid.uuid4()
    arguments = {
        "cards:application_form": [some, some],
        "registry:resident_change": [some, "a", some],
        "registry:household_change": [some, "a", some],
    }
    for name in drafts.FORMS:
        assert drafts.accepts(reverse(name, args=arguments.get(name, [some]))), name


def test_names_of_fields_count_as_much_as_what_is_typed(officer):
    path = form_address()
    for far_too_much in ({"a" * 100_001: ["x"]}, {"a": ["x" * 100_001]}):
        with pytest.raises(drafts.DraftRefused, match="quá dài"):
            drafts.keep(officer, path, typed(**far_too_much))
    assert drafts.keep(officer, path, typed(a=["x"])) is not None


def test_an_officer_has_twenty_drafts_at_most_the_oldest_go_and_it_is_said(officer, colleague):
    theirs = drafts.keep(colleague, form_address(), typed(a=["x"])).draft
    addresses = [form_address() for _ in range(22)]
    said = [drafts.keep(officer, path, typed(full_name=[f"Số {n}"])).said for n, path in enumerate(addresses)]
    assert set(Draft.objects.filter(officer=officer).values_list("path", flat=True)) == set(addresses[2:])
    assert Draft.objects.filter(pk=theirs.pk).exists()
    assert said[:20] == [()] * 20
    assert [one[0].split(" (lưu")[0] for one in said[20:]] == [
        "Đã có 20 bản nháp, nên bản cũ nhất đã bỏ: Ghi nhận cư dân: Số 0",
        "Đã có 20 bản nháp, nên bản cũ nhất đã bỏ: Ghi nhận cư dân: Số 1",
    ]


def test_control_characters_are_left_out(officer):
    path = form_address()
    drafts.keep(officer, path, typed(**{"no\0te": ["Hai\tdòng\n\0\x07và hết"]}))
    assert load(officer, path) == {"note": "Hai\tdòng\nvà hết"}


def test_a_name_has_one_value_the_last(officer):
    path = form_address()
    drafts.keep(officer, path, typed(full_name=["Cũ", "Mới"], sex=["2"]))
    assert load(officer, path) == {"full_name": "Mới", "sex": "2"}


def test_a_draft_that_is_not_wanted_goes(client_of, officer, colleague):
    path = form_address()
    elsewhere = drafts.keep(colleague, form_address(), typed(full_name=["Nguyễn Thị Mẫu Khác"])).draft
    drafts.keep(officer, path, typed(full_name=["Nguyễn Thị Mẫu Dở"]))
    client = client_of(officer)
    assert "Mẫu Dở" in client.get(path).content.decode()
    answer = client.post(reverse("accounts:draft_forget"), query_params={"path": path})
    assert answer.url == path
    assert "Mẫu Dở" not in client.get(path).content.decode()
    assert list(Draft.objects.all()) == [elsewhere]


# --- It belongs to the office ------------------------------------------------------------------------------------


@pytest.fixture
def path() -> str:
    return form_address()


@pytest.fixture
def begun(officer, path) -> Draft:
    """What the officer has been typing for an hour; the last save was a minute ago."""
    draft = drafts.keep(officer, path, typed(full_name=["Nguyễn Thị Mẫu Dở"], phone=["0912345678"])).draft
    now = timezone.now()
    Draft.objects.update(begun_at=now - dt.timedelta(hours=1), saved_at=now - dt.timedelta(minutes=1))
    return Draft.objects.get(pk=draft.pk)


def let_the_lease_run_out() -> None:
    Draft.objects.update(saved_at=timezone.now() - dt.timedelta(minutes=11))


def save(client, path: str, **fields: str) -> dict:
    return client.post(reverse("accounts:draft"), fields, query_params={"path": path}).json()


def take(client, draft: Draft):
    return client.post(reverse("accounts:draft_take", args=[draft.public_id]))


def name_in(answer) -> str:
    return answer.context["form"]["full_name"].value()


def lines(*actions: str) -> list[tuple[str, str]]:
    rows = AuditEvent.objects.filter(action__in=actions, sentence__contains="bản nháp").order_by("pk")
    return list(rows.values_list("actor_badge", "sentence"))


def half_done(client) -> str:
    page = client.get("/").content.decode()
    return page[page.index('id="nhap-do"') :].partition("</section>")[0] if 'id="nhap-do"' in page else ""


def test_the_home_page_shows_the_office_who_what_and_since_when(client_of, colleague, stranger, supervisor, begun):
    panel = half_done(client_of(colleague))
    assert "Ghi nhận cư dân: Nguyễn Thị Mẫu Dở" in panel
    since, saved = (f"{timezone.localtime(at):%H:%M %d/%m}" for at in (begun.begun_at, begun.saved_at))
    assert f"đ/c Đại úy Lê Mẫu Hải đang nhập từ {since}, đã lưu {saved}" in panel
    assert "Nhận làm tiếp" not in panel
    let_the_lease_run_out()
    panel = half_done(client_of(colleague))
    assert "đ/c Đại úy Lê Mẫu Hải nhập dở từ" in panel and "Nhận làm tiếp" in panel
    assert half_done(client_of(stranger)) == half_done(client_of(supervisor)) == ""


def test_ones_own_work_is_one_click_away(client_of, officer, begun, path):
    assert f'href="{path}"' in half_done(client_of(officer))


def test_the_home_page_costs_the_same_with_one_draft_and_with_many(client_of, officer, colleague, begun):
    client = client_of(colleague)
    one = queries_of(client, "/")
    for who in (officer, officer, colleague):
        drafts.keep(who, form_address(), typed(full_name=["A"]))
    assert queries_of(client, "/") == one <= 12


def test_a_colleague_waits_while_the_lease_runs(client_of, colleague, begun, path):
    client = client_of(colleague)
    page = client.get(path).content.decode()
    assert re.search(r"Đ/c Đại úy Lê Mẫu Hải đang nhập phiếu này từ \d\d:\d\d(?: \d\d/\d\d)?, lưu lúc \d\d:\d\d", page)
    assert "nhận làm tiếp được từ" in page and "Nhận làm tiếp <" not in page
    assert "Mẫu Dở" not in page and 'id="phieu"' not in page
    assert "đang nhập phiếu này" in client.get(take(client, begun).url).content.decode()
    assert Draft.objects.get().officer == begun.officer


def test_looking_shows_everything_reads_the_codes_and_leaves_a_line(client_of, officer, colleague, begun):
    Draft.objects.update(
        fields=begun.fields
        | {"ethnic_group": ["01"], "present_same": ["on"], "opened_with": ["x"], "của-ai": ["không tên"]}
    )
    address = reverse("accounts:draft_look", args=[begun.public_id])
    page = client_of(colleague).get(address)
    assert dict(page.context["lines"]) == {
        "Họ, chữ đệm và tên khai sinh": "Nguyễn Thị Mẫu Dở", "Điện thoại": "0912345678", "Dân tộc": "Kinh",
        "Nơi ở hiện tại trùng nơi đăng ký": "có", "của-ai": "không tên",
    }  # fmt: skip
    sentence = "Xem bản nháp của đ/c Đại úy Lê Mẫu Hải: Ghi nhận cư dân: Nguyễn Thị Mẫu Dở"
    assert lines("view") == [("MS-002", sentence)]
    client_of(officer).get(address)
    assert len(lines("view")) == 1  # one's own is no look


def test_after_the_lease_a_colleague_goes_on_where_it_stopped(client_of, officer, colleague, begun, path):
    let_the_lease_run_out()
    client = client_of(colleague)
    answer = take(client, begun)
    assert answer.url == path
    page = client.get(path)
    assert name_in(page) == "Nguyễn Thị Mẫu Dở"
    assert "nhận từ đ/c Đại úy Lê Mẫu Hải lúc" in page.content.decode()
    assert re.search(r'data-state="saved">đã lưu \d\d:\d\d<', page.content.decode())
    assert lines("change") == [
        ("MS-002", "Nhận làm tiếp bản nháp của đ/c Đại úy Lê Mẫu Hải: Ghi nhận cư dân: Nguyễn Thị Mẫu Dở")
    ]
    assert take(client, begun).url == path  # a double click
    assert len(lines("change")) == 1


def test_the_lease_is_a_threshold_that_the_administrator_enters(client_of, colleague, begun):
    Setting.objects.create(code="draft_lease_minutes", value=30, valid_from=timezone.localdate())
    let_the_lease_run_out()
    take(client_of(colleague), begun)
    assert Draft.objects.get().officer == begun.officer
    Setting.objects.update(value=5)
    take(client_of(colleague), begun)
    assert Draft.objects.get().officer == colleague


def test_the_chief_takes_over_at_once(client_of, chief, begun, path):
    client = client_of(chief)
    assert "Nhận làm tiếp" in client.get(path).content.decode()
    assert take(client, begun).url == path
    assert Draft.objects.get().officer == chief


def test_who_took_over_has_the_lease_then(client_of, officer, colleague, begun, path):
    let_the_lease_run_out()
    take(client_of(colleague), begun)
    take(client_of(officer), begun)
    assert Draft.objects.get().officer == colleague


def test_the_first_officer_is_told_and_keeps_what_he_types_afterwards(client_of, officer, colleague, begun, path):
    let_the_lease_run_out()
    take(client_of(colleague), begun)
    first = client_of(officer)
    told = save(first, path, full_name="Nguyễn Thị Mẫu Dở", home_town="Xã Thử")
    [sentence] = told["said"]
    assert re.fullmatch(
        r"Đ/c Trung úy Trần Mẫu Vân đã nhận làm tiếp phiếu này lúc \d\d:\d\d\. "
        r"Những gì đồng chí gõ từ đây được giữ riêng\.",
        sentence,
    )
    assert told["saved_at"]
    texts = {one.officer: one.fields for one in Draft.objects.all()}
    assert texts[colleague] == {"full_name": ["Nguyễn Thị Mẫu Dở"], "phone": ["0912345678"]}
    assert texts[officer] == {"full_name": ["Nguyễn Thị Mẫu Dở"], "home_town": ["Xã Thử"]}
    held = first.get(path).content.decode()
    assert "Đ/c Trung úy Trần Mẫu Vân đang nhập" in held and "Bản đồng chí đã gõ ở phiếu này" in held
    assert "gõ tiếp sau khi phiếu đã chuyển" in half_done(first)


def test_a_late_submit_of_the_first_officer_writes_nothing_and_loses_nothing(
    client_of, officer, colleague, begun, path
):
    let_the_lease_run_out()
    take(client_of(colleague), begun)
    answer = client_of(officer).post(path, {"full_name": "Nguyễn Thị Mẫu Mới", "sex": "2", "birth_date": "1990",
                                            "household_choice": "none", "nationality": "VN"})  # fmt: skip
    assert answer.status_code == 422
    assert "đã nhận làm tiếp phiếu này lúc" in answer.content.decode()
    assert 'value="Nguyễn Thị Mẫu Mới"' in answer.content.decode()
    assert not Resident.objects.exists()
    assert Draft.objects.get(officer=officer).fields["full_name"] == ["Nguyễn Thị Mẫu Mới"]
    assert Draft.objects.get(officer=colleague).fields["full_name"] == ["Nguyễn Thị Mẫu Dở"]


def test_taking_it_back_keeps_both_versions(client_of, officer, colleague, begun, path):
    let_the_lease_run_out()
    take(client_of(colleague), begun)
    first = client_of(officer)
    save(first, path, full_name="Bản của Hải")
    save(client_of(colleague), path, full_name="Bản của Vân")
    Draft.objects.update(saved_at=timezone.now() - dt.timedelta(minutes=11),
                         taken_at=None, taken_from=None)  # fmt: skip
    take(first, begun)
    page = first.get(path)
    assert name_in(page) == "Bản của Vân"
    assert "được cất riêng" in page.content.decode()
    assert sorted((one.state, one.fields["full_name"][0]) for one in Draft.objects.filter(officer=officer)) == [
        ("aside", "Bản của Hải"),
        ("held", "Bản của Vân"),
    ]


def test_who_takes_over_at_his_own_half_typed_form_loses_neither(client_of, officer, colleague, resident):
    path = reverse("registry:resident_edit", args=[resident.public_id])
    client = client_of(colleague)
    theirs = drafts.keep(officer, path, typed(full_name=["Của Hải"])).draft
    save(client, path, full_name="Của Vân")
    let_the_lease_run_out()
    take(client, theirs)
    page = client.get(path)
    assert name_in(page) == "Của Hải"
    assert "được cất riêng" in page.content.decode()
    assert Draft.objects.get(state="aside").fields["full_name"] == ["Của Vân"]


def test_two_windows_of_one_officer_are_one_draft_and_the_second_is_told(client_of, officer, path):
    client = client_of(officer)
    url = reverse("accounts:draft")

    def from_window(name: str, version: str) -> dict:
        return client.post(url, {"full_name": name}, query_params={"path": path, "version": version}).json()

    first = from_window("Một", "")
    second = from_window("Hai", first["version"])  # it opened with what the first had saved
    assert (first["said"], second["said"]) == ([], [])
    told = from_window("Ba", first["version"])  # the first window does not know of "Hai"
    assert "đang mở ở cửa sổ khác" in told["said"][0]
    assert Draft.objects.get().fields == {"full_name": ["Ba"]}


def test_the_draft_of_who_moved_to_another_unit_stays_and_is_free(
    client_of, officer, colleague, other_commune, begun, path
):
    officer.unit = other_commune
    officer.save()
    away = client_of(officer)
    assert half_done(away) == ""
    assert name_in(away.get(path)) != "Nguyễn Thị Mẫu Dở"
    told = save(away, path, full_name="Nguyễn Thị Mẫu Khác")
    assert told["saved_at"] is None and "ở lại Xã Mẫu Sơn" in told["said"][0]
    assert Draft.objects.get().fields["full_name"] == ["Nguyễn Thị Mẫu Dở"]
    assert take(client_of(colleague), begun).url == path
    assert name_in(client_of(colleague).get(path)) == "Nguyễn Thị Mẫu Dở"


@pytest.mark.parametrize("name", ["draft_look", "draft_take", "draft_drop"])
def test_another_commune_never_sees_a_draft(name, client_of, stranger, begun):
    let_the_lease_run_out()
    client, address = client_of(stranger), reverse(f"accounts:{name}", args=[begun.public_id])
    answer = client.get(address) if name == "draft_look" else client.post(address)
    assert answer.status_code == 404
    assert AuditEvent.objects.filter(action="refused", actor_badge=stranger.badge_number).count() == 1
    assert Draft.objects.get().officer == begun.officer


def test_the_address_of_a_form_tells_a_stranger_nothing(client_of, stranger, begun, path):
    page = client_of(stranger).get(path).content.decode()
    assert "Lê Mẫu Hải" not in page and "Mẫu Dở" not in page


def test_what_is_typed_after_the_record_was_written_is_kept_apart(client_of, officer, begun, path, resident):
    """A second window goes on after the first has written: Back, a late autosave."""
    resident.submit_token = uuid.UUID(path.strip("/").split("/")[-1])
    resident.save()
    page = client_of(officer).get(path, follow=True).content.decode()
    assert "không ghi thêm lần nữa" in page and "xem bản cất riêng" in page
    assert Draft.objects.get().state == "aside"


def test_ones_own_version_is_dropped_on_request_and_a_colleagues_only_by_the_chief(
    client_of, officer, colleague, chief, begun
):
    address = reverse("accounts:draft_drop", args=[begun.public_id])
    client_of(colleague).post(address)
    client_of(chief).post(address)  # somebody is still typing
    assert Draft.objects.exists()
    let_the_lease_run_out()
    client_of(chief).post(address)
    assert not Draft.objects.exists()
    assert lines("change") == [("MS-010", "Bỏ bản nháp của đ/c Đại úy Lê Mẫu Hải: Ghi nhận cư dân: Nguyễn Thị Mẫu Dở")]
    own = drafts.keep(officer, form_address(), typed(full_name=["A"])).draft
    client_of(officer).post(reverse("accounts:draft_drop", args=[own.public_id]))
    assert not Draft.objects.exists()


def test_what_nobody_came_back_to_goes_after_thirty_days_and_leaves_a_line(officer, begun):
    drafts.keep(officer, form_address(), typed(full_name=["Mới"]))
    Draft.objects.filter(pk=begun.pk).update(saved_at=timezone.now() - dt.timedelta(days=31))
    assert drafts.forget_old() == 1
    assert [one.about for one in Draft.objects.all()] == ["Mới"]
    told = "Bỏ bản nháp quá 30 ngày: Ghi nhận cư dân: Nguyễn Thị Mẫu Dở, đ/c Đại úy Lê Mẫu Hải"
    assert lines("system") == [("", told)]


@pytest.mark.django_db(transaction=True)
def test_typing_and_taking_over_at_one_moment_lose_nothing(officer, chief, path):
    """Whoever comes first: the chief has what was saved before, and what came after is the officer's own version."""
    drafts.keep(officer, path, typed(full_name=["0"]))
    draft = Draft.objects.get()

    def type_on(_):
        try:
            for n in range(1, 15):
                drafts.keep(officer, path, typed(full_name=[str(n)]))
        finally:
            connection.close()

    def take_over(_):
        try:
            taking_over.take(draft, by=chief)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(type_on, 0), pool.submit(take_over, 0)]:
            done.result(timeout=60)
    mine = Draft.objects.filter(officer=officer).first()
    theirs = Draft.objects.get(officer=chief)
    assert theirs.state == "held"
    latest = mine or theirs
    assert latest.fields == {"full_name": ["14"]}
    assert mine is None or mine.state == "beside"


def test_a_note_on_a_pair_is_shown_again_after_a_timeout(client_of, officer, commune):
    left, right = sorted([ResidentFactory(commune=commune), ResidentFactory(commune=commune)], key=lambda one: one.pk)
    pair = PairFactory(left=left, right=right)
    page = reverse("registry:duplicate_pair", args=[pair.public_id])
    client = client_of(officer)
    idle(client, 16 * 60)
    sent = {"decision": "same", "note": "đã hỏi gia đình"}
    decide = reverse("registry:duplicate_decide", args=[pair.public_id])
    client.post(decide, sent, headers={"Referer": f"http://testserver{page}"})
    sign_in(client, officer.badge_number, next=page)
    assert 'value="đã hỏi gia đình"' in client.get(page).content.decode()
