"""The lines on the score: tried out, judged by decisions, drawn anew, models side by side."""

import uuid

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from registry.duplicates.index import refresh
from registry.duplicates.model_in_use import settle
from registry.models import DuplicatePair, Job, MatchModel, Resident
from registry.thresholds import lines, precision, sample, versions
from registry.thresholds.lines import Lines, LinesRefused
from registry.thresholds.precision import wilson
from tests.factories import PairFactory, ResidentFactory

pytestmark = pytest.mark.django_db
REASON = "Quá nhiều cặp khác người ở điểm thấp"


def pair(commune, score: int, *, other=None, **fields) -> DuplicatePair:
    left = ResidentFactory(commune=commune, full_name=f"Nguyễn Mẫu Trái {score}")
    right = ResidentFactory(commune=other or commune, full_name=f"Nguyễn Mẫu Phải {score}")
    return PairFactory(left=left, right=right, score=score, **fields)


def decided(commune, officer, score: int, state: str, number: int) -> None:
    from django.utils import timezone

    for _ in range(number):
        pair(commune, score, state=state, decided_by=officer, decided_at=timezone.now())


@pytest.fixture
def model() -> MatchModel:
    row = settle()
    row.review_at, row.certain_at = 0, 1000
    row.save()
    return row


def tried(client, review: str, certain: str):
    return client.get(reverse("registry:thresholds"), {"review": review, "certain": certain})


def drawn(client, model: MatchModel, **sent: str):
    values = {"review": "3", "certain": "12", "reason": REASON, "version": model.version,
              "submit_token": str(uuid.uuid4())} | sent  # fmt: skip
    return client.post(reverse("registry:thresholds_draw"), values)


def test_other_lines_are_tried_out_and_nothing_is_written(model, chief, commune, client_of):
    for score in (100, 250, 700, 1100, 1500):
        pair(commune, score)
    answer = tried(client_of(chief), "3", "12")
    assert (answer.context["queue"].review, answer.context["queue"].certain) == (3, 2)
    assert (answer.context["then_queue"].review, answer.context["then_queue"].certain) == (2, 1)
    crossing = [(one["pair"].score, one["from"], one["to"]) for one in answer.context["examples"]]
    assert crossing == [
        (1100, "gần như chắc chắn", "cần xem"),
        (250, "cần xem", "không đưa vào hàng đợi"),
        (100, "cần xem", "không đưa vào hàng đợi"),
    ]
    model.refresh_from_db()
    assert (model.review_at, model.certain_at) == (0, 1000)


def test_a_chiefs_figures_and_examples_are_of_the_commune(model, chief, commune, other_commune, client_of):
    pair(commune, 100)
    bait = pair(other_commune, 150)
    answer = tried(client_of(chief), "3", "12")
    assert answer.context["queue"].total == 1
    told = answer.content.decode()
    assert "Nguyễn Mẫu Trái 100" in told
    assert bait.left.full_name not in told
    seen = AuditEvent.objects.filter(action="view", sentence__contains="cặp ví dụ").values_list("target_ref", flat=True)
    assert set(seen) == {str(one.public_id) for one in Resident.objects.filter(commune=commune)}


def test_of_a_pair_across_communes_the_other_side_has_no_name(model, chief, commune, other_commune, client_of):
    across = pair(commune, 100, other=other_commune)
    told = tried(client_of(chief), "3", "12").content.decode()
    assert across.left.full_name in told
    assert across.right.full_name not in told and "hồ sơ của Xã Mẫu Hạ" in told


def test_the_administrator_counts_everything_and_sees_nobody(model, administrator, commune, other_commune, client_of):
    pair(commune, 100)
    pair(other_commune, 150)
    answer = tried(client_of(administrator), "3", "12")
    assert (answer.context["queue"].total, len(answer.context["examples"])) == (2, 2)
    told = answer.content.decode()
    assert "Nguyễn Mẫu" not in told and "cùng ngày sinh" in told
    assert not AuditEvent.objects.filter(target_kind="cư dân").exists()


def test_drawing_a_line_is_audited_with_reason_and_counts_and_has_everybody_compared_anew(
    model, administrator, commune, client_of
):
    for score in (100, 700, 1100):
        pair(commune, score)
    client, token = client_of(administrator), str(uuid.uuid4())
    assert drawn(client, model, submit_token=token).status_code == 302
    drawn(client, model, submit_token=token)
    model.refresh_from_db()
    assert (model.review_at, model.certain_at, model.set_by) == (300, 1200, administrator)
    line = AuditEvent.objects.get(action="change", target_ref=str(model.pk))
    assert line.reason == REASON
    assert "Hàng đợi 3 cặp, theo ngưỡng mới 2 cặp" in line.sentence
    assert line.data["before"] == {"review_at": 0, "certain_at": 1000, "certain": 1, "review": 2}
    assert line.data["after"] == {"review_at": 300, "certain_at": 1200, "certain": 0, "review": 2}
    job = Job.objects.get()
    assert (job.kind, job.state, job.asked_by) == ("match-all", "waiting", administrator)


@pytest.mark.parametrize(
    ("sent", "field", "sentence"),
    [
        ({"review": "13"}, "certain", "Ngưỡng “gần như chắc chắn” không được thấp hơn ngưỡng “cần xem”."),
        ({"review": "ba"}, "review", "Ghi số bit, ví dụ 0; 7,5; -2."),
        ({"review": "NaN"}, "review", "Ghi số bit với nhiều nhất hai chữ số lẻ."),
        ({"review": "1,005"}, "review", "Ghi số bit với nhiều nhất hai chữ số lẻ."),
        ({"certain": "999"}, "certain", "Ngưỡng nằm trong khoảng -20 đến 40 bit."),
        ({"reason": ""}, "reason", "Ghi lý do đổi ngưỡng."),
        ({"reason": "vì thế"}, "reason", "Ghi rõ lý do, ít nhất 10 ký tự."),
        ({"version": "cũ"}, "__all__", "Mô hình đang dùng vừa được thay; xem lại ngưỡng của mô hình mới."),
        ({"review": "0", "certain": "10"}, "__all__", "Hai ngưỡng không đổi so với hiện nay."),
    ],
)
def test_what_cannot_be_drawn_is_a_sentence_and_writes_nothing(model, administrator, client_of, sent, field, sentence):
    answer = drawn(client_of(administrator), model, **sent)
    assert answer.status_code == 422
    assert answer.context["draw"].errors[field] == [sentence]
    assert answer.context["draw"]["reason"].value() == sent.get("reason", REASON)
    assert not AuditEvent.objects.filter(action="change").exists()
    assert not Job.objects.exists()


def test_a_model_that_is_not_in_use_any_more_is_not_drawn_on(model, administrator):
    MatchModel.objects.filter(pk=model.pk).update(is_current=False)
    with pytest.raises(LinesRefused, match="vừa được thay"):
        lines.draw(model, Lines(300, 1200), reason=REASON, by=administrator)


# --- precision -------------------------------------------------------------------------------------------------------


def test_precision_is_counted_from_decisions_band_by_band(model, officer, chief, commune, client_of):
    decided(commune, officer, 1200, "same", 3)
    decided(commune, officer, 1200, "different", 1)
    decided(commune, officer, 50, "different", 2)
    pair(commune, 1300)  # waits: nobody has decided
    found = {one.least: (one.same, one.decided) for one in precision.bands(lines.pairs_of(chief))}
    assert (found[1000], found[0], found[None]) == ((3, 4), (0, 2), (0, 0))
    told = client_of(chief).get(reverse("registry:thresholds")).content.decode()
    assert "75,0 %" in told and "30,1 – 95,4 %" in told


def test_the_interval_is_wilsons():
    assert [round(end, 1) for end in wilson(3, 4)] == [30.1, 95.4]
    assert [round(end, 1) for end in wilson(0, 10)] == [0.0, 27.8]
    assert [round(end, 1) for end in wilson(990, 1000)] == [98.2, 99.5]


# --- below the line, and two models ----------------------------------------------------------------------------------


def copies(commune, number: int) -> list[Resident]:
    same = {"full_name": "Nguyễn Thị Mẫu Khuyên", "birth_year": 1987, "birth_month": 3, "birth_day": 9, "sex": 2,
            "home_town": "Xã Thử, Huyện Mẫu, Hà Nội", "phone": "0987123456"}  # fmt: skip
    people = [ResidentFactory(commune=commune, **same) for _ in range(number)]
    refresh([one.pk for one in people])
    return people


def test_pairs_below_the_line_are_estimated_from_people_drawn_at_random(model, chief, commune, other_commune):
    copies(commune, 3)  # three pairs
    copies(other_commune, 1)
    found = sample.draw(chief)
    assert (found.drawn, found.residents) == (3, 3)
    assert len(found.scores) == 9  # each of three is met from both sides, and the one outside three times
    assert found.between(-100_000, 100_000) == round(9 * 3 / 6)


def test_the_estimate_is_a_fragment_of_counts(model, administrator, commune, client_of):
    assert "Chưa hồ sơ nào" in client_of(administrator).get(reverse("registry:thresholds_below")).content.decode()
    copies(commune, 3)
    told = client_of(administrator).get(reverse("registry:thresholds_below"), headers={"HX-Request": "true"})
    assert "So lại 3 hồ sơ" in told.content.decode()
    assert "<html" not in told.content.decode() and "Khuyên" not in told.content.decode()


def test_two_models_are_compared_on_what_officers_decided(model, officer, chief, commune, client_of):
    left, right = copies(commune, 2)
    same = PairFactory(left=left, right=right, score=1500, state="same", decided_by=officer,
                       decided_at=model.created_at)  # fmt: skip
    stricter = MatchModel.objects.create(version="2", body=model.body | {"version": "2"}, review_at=9000,
                                         certain_at=9000)  # fmt: skip
    one, other = versions.agreements(lines.pairs_of(chief), [model, stricter])
    assert (one.right_same, one.missed, one.percent) == (1, 0, 100)
    assert (other.right_same, other.missed, other.percent) == (0, 1, 0)
    asked = {"mot": model.version, "hai": "2"}
    told = client_of(chief).get(reverse("registry:thresholds_models"), asked)
    assert [row["differs"] for row in told.context["rows"]] == [False] * len(told.context["rows"])
    assert same.left.full_name not in told.content.decode()


def test_a_model_of_an_older_engine_is_told_not_shown(model, chief, client_of):
    MatchModel.objects.create(version="0", body={"weights": {}}, review_at=0, certain_at=10)
    told = client_of(chief).get(reverse("registry:thresholds_models"), {"hai": "0"})
    assert "không đọc được" in told.content.decode()


@pytest.mark.parametrize("name", ["thresholds", "thresholds_below", "thresholds_models"])
@pytest.mark.parametrize("number", [1, 3])
def test_pages_cost_the_same_with_one_pair_and_with_three(
    name, number, model, officer, chief, commune, client_of, django_assert_max_num_queries
):
    for score in range(number):
        pair(commune, 100 + score)
    decided(commune, officer, 1200, "same", number)
    refresh(list(Resident.objects.values_list("pk", flat=True)))
    client = client_of(chief)
    client.get(reverse("registry:thresholds"))
    query = {"review": "3", "certain": "12"} if name == "thresholds" else {}
    with django_assert_max_num_queries(12):
        assert client.get(reverse(f"registry:{name}"), query).status_code == 200
