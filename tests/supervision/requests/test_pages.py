"""Pages of requests: asking with the number in sight, the talk, the list with what is overdue first, the home page."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import AuditEvent, Level, UnitSuccessor
from accounts.roles import Role
from supervision.models import FigureDay, Request, RequestAnswer
from supervision.requests.work import next_working_day
from tests.factories import (
    AlertFactory,
    FindingFactory,
    OfficerFactory,
    RequestFactory,
    ResidentFactory,
    TargetFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
PAGE, NEW = "/viec-giao/", "/viec-giao/moi/"
TODAY = timezone.localdate()
UNCLEAN, SHARE = "chua-sach", "ty-le-sach"
ABOUT = f"{NEW}?chi-so={UNCLEAN}&xa=06001"


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def unclean(commune) -> list:
    return [FindingFactory(resident=ResidentFactory(commune=commune)) for _ in range(3)]


@pytest.fixture
def due_on(db) -> dt.date:
    return next_working_day(TODAY + dt.timedelta(days=20))


def sent(due_on: dt.date, **fields) -> dict:
    return {"text": "Làm sạch trước kỳ họp", "goal": "1", "due_on": f"{due_on:%d/%m/%Y}"} | fields


def of(request: Request, act: str = "") -> str:
    return f"{PAGE}{request.public_id}/{act}"


# --- asking ----------------------------------------------------------------------------------------------------------


def test_the_number_and_the_target_are_seen_before_one_asks(client_of, supervisor, province, unclean):
    TargetFactory(unit=province, set_by=supervisor, code=UNCLEAN, value=1_00)
    client = client_of(supervisor)
    assert "Xem số hiện nay" in text(client.get(NEW))
    response = client.get(ABOUT)
    page = text(response)
    assert "3 người" in page
    assert "nhiều nhất 1 người" in page
    assert response.context["form"]["goal"].value() == "1"


def test_asking_twice_by_two_clicks_is_one_request_that_the_chief_reads(
    client_of, supervisor, chief, unclean, due_on
):  # fmt: skip
    client = client_of(supervisor)
    form = sent(due_on, submit_token="4b7b6f0e-0000-4000-8000-000000000002")
    first, second = client.post(ABOUT, form), client.post(ABOUT, form)
    request = Request.objects.get()
    assert first.url == second.url == of(request)
    page = text(client_of(chief).get(of(request)))
    for words in ("Làm sạch trước kỳ họp", "3 người", "1 người", "Gửi trả lời", "Vũ Mẫu Tỉnh"):
        assert words in page
    assert "Kết thúc việc" not in page


def test_bad_input_is_told_beside_the_field_and_the_text_is_kept(client_of, supervisor, unclean):
    response = client_of(supervisor).post(ABOUT, sent(TODAY, goal="nhiều", text="Làm sạch ngay"))
    assert response.status_code == 422
    page = text(response)
    for words in ("Ghi số nguyên không âm", "Làm sạch ngay"):
        assert words in page
    response = client_of(supervisor).post(ABOUT, sent(TODAY))
    assert response.context["form"].errors == {"due_on": ["Hạn phải sau hôm nay."]}
    assert not Request.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_commune_of_another_province_is_not_there_and_the_attempt_is_kept(client_of, supervisor, due_on, method):
    UnitFactory(code="30001", name="Xã Xa", parent=UnitFactory(code="30", level=Level.PROVINCE))
    client = client_of(supervisor)
    address = f"{NEW}?chi-so={UNCLEAN}&xa=30001"
    response = client.get(address) if method == "get" else client.post(address, sent(due_on))
    assert response.status_code == 404
    assert not Request.objects.exists()
    assert AuditEvent.objects.filter(action="refused", actor_badge=supervisor.badge_number).count() == 1


def test_the_ministry_names_a_commune_in_words(client_of, ministry, commune, other_commune, unclean):
    client = client_of(ministry)
    page = client.get(NEW, {"chi-so": UNCLEAN, "xa": "Xã Mẫu Sơn, Tỉnh Mẫu"})
    assert page.context["unit"] == commune
    response = client.get(NEW, {"chi-so": UNCLEAN, "xa": "Xã Không Có"})
    assert response.status_code == 422
    assert "Không tìm thấy" in text(response)


def test_of_a_commune_that_ended_the_successor_is_asked_and_of_a_divided_one_nobody(
    client_of, supervisor, commune, other_commune, province
):  # fmt: skip
    commune.valid_to = TODAY - dt.timedelta(days=1)
    commune.save()
    UnitSuccessor.objects.create(old=commune, new=other_commune, kind="whole")
    client = client_of(supervisor)
    assert client.get(ABOUT).context["unit"] == other_commune
    third = UnitFactory(code="06003", name="Xã Mẫu Ba", parent=province)
    UnitSuccessor.objects.create(old=commune, new=third, kind="divided")
    response = client.get(ABOUT)
    assert response.status_code == 422
    assert "đã chia về nhiều nơi: Xã Mẫu Ba, Xã Mẫu Hạ" in text(response)


def test_somebody_who_asks_what_was_asked_already_is_led_there(client_of, supervisor, ministry, commune, due_on):
    other = RequestFactory(unit=commune, asked_by=supervisor)
    client = client_of(ministry)
    assert of(other) in text(client.get(ABOUT))
    response = client.post(ABOUT, sent(due_on, goal=""))
    assert response.status_code == 422
    assert "đang có việc giao về chỉ số này" in text(response)


# --- one request -----------------------------------------------------------------------------------------------------


def test_the_talk_the_end_and_what_each_side_may_do(client_of, supervisor, chief, officer, commune, unclean, due_on):
    request = RequestFactory(unit=commune, asked_by=supervisor)
    below, above = client_of(chief), client_of(supervisor)
    assert below.post(of(request, "tra-loi/"), {"text": ""}).status_code == 422
    wish = f"{next_working_day(due_on + dt.timedelta(days=5)):%d/%m/%Y}"
    below.post(of(request, "tra-loi/"), {"text": "Cần thêm người", "new_due_on": wish})
    page = text(above.get(of(request)))
    for words in ("Cần thêm người", "Xã đã trả lời", "Xã xin lùi hạn đến", wish, "số khi đó: 3 người"):
        assert words in page
    above.post(of(request, "ghi-them/"), {"text": "Đồng ý", "new_due_on": wish, "seen": "1"})
    assert "Chờ xã trả lời" in text(below.get(of(request)))
    reading = text(client_of(officer).get(of(request)))
    assert "Đồng ý" in reading
    assert "Gửi trả lời" not in reading
    above.post(of(request, "ket-thuc/"), {"state": "done", "note": "Đã đủ người", "seen": "2"})
    page = text(below.get(of(request)))
    for words in ("Đã xong", "Đã đủ người", "Khi kết thúc"):
        assert words in page
    assert "Gửi trả lời" not in page
    late = below.post(of(request, "tra-loi/"), {"text": "Xin báo cáo thêm"})
    assert late.status_code == 422
    assert "đã kết thúc (đã xong)" in text(late)
    assert "Xin báo cáo thêm" in text(late)  # nothing typed is lost
    assert RequestAnswer.objects.count() == 2


def test_whoever_had_not_read_the_answer_sees_it_and_may_go_on(client_of, supervisor, chief, commune):
    request = RequestFactory(unit=commune, asked_by=supervisor)
    above = client_of(supervisor)
    client_of(chief).post(of(request, "tra-loi/"), {"text": "Đã làm xong hôm nay"})
    response = above.post(of(request, "ket-thuc/"), {"state": "withdrawn", "note": "Không trả lời", "seen": "0"})
    assert response.status_code == 422
    assert "Đã làm xong hôm nay" in text(response)
    assert response.context["ending"]["seen"].value() == 1


def test_the_way_of_the_figure_is_a_line_and_a_table(client_of, supervisor, commune):
    request = RequestFactory(
        unit=commune, asked_by=supervisor, asked_at=timezone.now() - dt.timedelta(days=4), value_then=9_00, goal=2_00
    )
    for days, number in ((6, 1234), (4, 9), (2, 7), (1, 5)):
        FigureDay.objects.create(unit=commune, day=TODAY - dt.timedelta(days=days), values={UNCLEAN: number})
    response = client_of(supervisor).get(of(request))
    line = response.context["line"]
    assert [told for _, told in line.rows] == ["1.234 người", "9 người", "7 người", "5 người", "0 người"]
    assert (len(line.pieces), len(line.dots), bool(line.goal_y), bool(line.asked_x)) == (1, 3, True, True)
    page = text(response)
    assert "đã đạt" in page
    assert "giảm 9 người" in page
    assert "kém đi" not in page
    assert 'aria-label="Từ ' in page


def test_a_number_that_goes_the_wrong_way_is_said_to(client_of, supervisor, commune, unclean):
    request = RequestFactory(unit=commune, asked_by=supervisor, value_then=1_00)
    page = text(client_of(supervisor).get(of(request)))
    assert "tăng 2 người (kém đi)" in page
    assert "còn 3 người" in page


def test_a_figure_without_a_number_and_one_that_is_no_more(client_of, supervisor, chief, commune):
    nothing = RequestFactory(unit=commune, asked_by=supervisor, code=SHARE, value_then=None, goal=95_00)
    gone = RequestFactory(unit=commune, asked_by=supervisor, code="khong-con", value_then=None, goal=None)
    client = client_of(chief)
    assert "chưa có số" in text(client.get(of(nothing)))
    assert "chỉ số này không còn" in text(client.get(of(gone)))
    assert client.get(PAGE).status_code == 200
    assert client.post(of(gone, "tra-loi/"), {"text": "Đã rõ"}).status_code == 302


def test_a_successor_is_told_whose_number_it_was(client_of, chief, supervisor, commune):
    request = RequestFactory(unit=commune, asked_by=supervisor, asked_at=timezone.now() - dt.timedelta(days=4))
    commune.valid_from = TODAY - dt.timedelta(days=2)
    commune.save()
    assert "số khi giao là của đơn vị cũ" in text(client_of(chief).get(of(request)))


def test_a_request_page_takes_few_queries(client_of, supervisor, chief, commune, django_assert_max_num_queries):
    request, client = RequestFactory(unit=commune, asked_by=supervisor), client_of(chief)
    for n in range(3):
        RequestAnswer.objects.create(request=request, text=f"Lần {n}", by=chief)
        with django_assert_max_num_queries(12):
            client.get(of(request))


# --- lists -----------------------------------------------------------------------------------------------------------


def test_what_is_overdue_stands_first_and_nothing_of_another_province(client_of, supervisor, ministry, commune,
                                                                     other_commune):  # fmt: skip
    late, later, soon = (
        RequestFactory(unit=commune, asked_by=supervisor, code=code, due_on=TODAY + dt.timedelta(days=days))
        for code, days in ((UNCLEAN, -9), (SHARE, -20), ("ho", 3))
    )
    over = RequestFactory(unit=other_commune, asked_by=supervisor, due_on=TODAY - dt.timedelta(days=40), state="done",
                          ended_at=timezone.now(), ended_by=supervisor)  # fmt: skip
    far = RequestFactory(unit=UnitFactory(parent=UnitFactory(code="30", level=Level.PROVINCE)), asked_by=ministry)
    client = client_of(supervisor)

    def listed(**query) -> list[Request]:
        return [row.record for row in client.get(PAGE, query).context["table"].page.object_list]

    assert listed() == [later, late, soon]
    assert listed(loc="qua-han") == [later, late]
    assert listed(loc="ket-thuc") == [over]
    assert listed(loc="tat-ca") == [later, late, soon, over]
    assert listed(so=SHARE) == [later]
    assert far not in listed(loc="tat-ca")
    page = text(client.get(PAGE))
    assert "2 quá hạn" in page
    assert "quá hạn 14 ngày làm việc" in page or "ngày làm việc" in page


def test_the_list_costs_the_same_for_one_and_for_three(client_of, supervisor, commune, django_assert_max_num_queries):
    client = client_of(supervisor)
    for code in (UNCLEAN, SHARE, "thu-nhan"):
        RequestFactory(unit=commune, asked_by=supervisor, code=code, due_on=TODAY - dt.timedelta(days=3))
        with django_assert_max_num_queries(12):
            client.get(PAGE)


# --- the home page ---------------------------------------------------------------------------------------------------


def test_each_side_sees_its_own_on_the_home_page(client_of, chief, officer, supervisor, ministry, auditor, commune):
    late = RequestFactory(unit=commune, asked_by=supervisor, due_on=TODAY - dt.timedelta(days=9))
    FigureDay.objects.create(unit=commune, day=TODAY, values={UNCLEAN: 4})
    AlertFactory(unit=commune)
    pages = {one: text(client_of(one).get("/")) for one in (chief, officer, supervisor, ministry, auditor)}
    for one in (chief, supervisor, ministry):
        assert of(late) in pages[one]
        assert "khi giao 5 người → hiện nay <b>4 người</b> → cần đạt 0 người" in pages[one]
        assert "Chưa đạt chỉ tiêu: 86,27 %, chỉ tiêu 95,00 %" in pages[one]
    for one in (officer, auditor):
        assert of(late) not in pages[one]
    assert "Việc được giao" in pages[chief]
    assert "Việc giao quá hạn" in pages[supervisor]


def test_a_supervisor_with_nothing_overdue_sees_what_was_answered(client_of, supervisor, commune, other_commune):
    answered = RequestFactory(unit=commune, asked_by=supervisor, state="answered")
    waiting = RequestFactory(unit=other_commune, asked_by=supervisor)
    page = text(client_of(supervisor).get("/"))
    assert "Xã đã trả lời, chờ kết luận" in page
    assert of(answered) in page
    assert of(waiting) not in page


def test_the_panels_of_a_stranger_are_empty(client_of, commune, other_commune, supervisor):
    RequestFactory(unit=commune, asked_by=supervisor)
    AlertFactory(unit=commune)
    page = text(client_of(OfficerFactory(unit=other_commune, role=Role.CHIEF)).get("/"))
    assert "Không có việc nào cấp trên giao." in page
    assert "Không có cảnh báo nào." in page
