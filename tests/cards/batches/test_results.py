"""What results do to the files: once, in the right order, and never what they should not."""

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cards.applications import workflow
from cards.batches import result_lines, results
from cards.batches.refusal import BatchRefused
from cards.batches.results import Does
from cards.models import Application, BatchLine, ResultFile, State, StockCard
from tests.cards.batches.conftest import complete, json_file, line, send_all

pytestmark = pytest.mark.django_db


def read(commune, *lines):
    return result_lines.read("ket-qua.json", json_file(commune, *lines), commune)


def planned(commune, *lines) -> list[tuple[str, str]]:
    return [(one.does, one.said) for one in results.plan(read(commune, *lines).lines, commune)]


def done(commune, officer, *lines) -> ResultFile:
    return results.apply(read(commune, *lines), commune, by=officer)


def state(file: Application) -> str:
    return Application.objects.values_list("state", flat=True).get(pk=file.pk)


def test_each_answer_moves_its_file_as_the_table_allows(commune, officer, sent, ready):
    lines = [line(ready[0], "accepted"), line(ready[1], "printed"), line(ready[2], "arrived")]
    assert [does for does, _ in planned(commune, *lines)] == [Does.NOTE, Does.MOVE, Does.MOVE]
    assert {state(file) for file in ready} == {State.SENT_UP}  # a plan writes nothing
    kept = done(commune, officer, *lines)
    assert [state(file) for file in ready] == [State.SENT_UP, State.PRINTING, State.ARRIVED]
    assert list(sent.lines.values_list("result", flat=True)) == ["accepted", "printed", "arrived"]
    assert StockCard.objects.get().application == ready[2]
    assert kept.summary["counts"] == {"done": 3, "skipped": 0, "wrong": 0}


def test_a_file_given_back_comes_home_with_the_reason(commune, officer, sent, ready):
    done(commune, officer, line(ready[0], "returned", note="Ảnh khuôn mặt mờ"))
    ready[0].refresh_from_db()
    assert (ready[0].state, ready[0].returned_reason) == (State.RECEIVED, "Ảnh khuôn mặt mờ")
    assert ready[0].steps.filter(move="return_down").get().note == "Ảnh khuôn mặt mờ"


def test_the_same_file_twice_changes_nothing_the_second_time(commune, officer, colleague, sent, ready):
    lines = [line(ready[0], "printed"), line(ready[1], "returned", note="Mờ")]
    done(commune, officer, *lines)
    before = Application.objects.order_by("pk").values_list("state", "returned_at")
    steps = list(ready[0].steps.values_list("pk"))
    with pytest.raises(BatchRefused, match="đã đọc rồi"):
        done(commune, colleague, *lines)
    assert list(Application.objects.order_by("pk").values_list("state", "returned_at")) == list(before)
    assert list(ready[0].steps.values_list("pk")) == steps
    assert ResultFile.objects.get().read_by == officer


def test_the_same_line_in_another_file_is_passed_by(commune, officer, sent, ready):
    done(commune, officer, line(ready[0], "returned", note="Mờ"))
    workflow.move(ready[0], "send_up", by=officer)  # mended the same day, and up again
    again = planned(commune, line(ready[0], "returned", note="Mờ"), line(ready[1], "accepted"))
    assert again[0] == (Does.SKIP, "Đã đọc kết quả này rồi.")
    assert state(ready[0]) == State.SENT_UP


def test_a_line_twice_in_one_file_counts_once(commune, officer, sent, ready):
    lines = [line(ready[0], "printed")] * 2
    assert [does for does, _ in planned(commune, *lines)] == [Does.MOVE, Does.SKIP]


def test_an_older_answer_after_a_newer_one_changes_nothing(commune, officer, sent, ready):
    done(commune, officer, line(ready[0], "printed"))
    for old in (line(ready[0], "returned", days=-1, note="Cũ"), line(ready[0], "accepted")):
        assert planned(commune, old)[0][0] == Does.SKIP
        with pytest.raises(BatchRefused):
            done(commune, officer, old)
    assert state(ready[0]) == State.PRINTING


def test_answers_of_one_file_are_weighed_in_the_order_of_their_days(commune, officer, sent, ready):
    """The list stands upside down: the newest first."""
    old = timezone.now() - timezone.timedelta(days=3)
    ready[0].steps.update(at=old)
    lines = [line(ready[0], "arrived"), line(ready[0], "printed", days=-1), line(ready[0], "accepted", days=-2)]
    assert [does for does, _ in planned(commune, *lines)] == [Does.MOVE, Does.MOVE, Does.NOTE]
    done(commune, officer, *lines)
    assert state(ready[0]) == State.ARRIVED
    assert list(ready[0].steps.order_by("pk").values_list("to_state", flat=True))[-2:] == ["printing", "arrived"]


def test_an_answer_from_before_the_file_went_up_again_is_old(commune, officer, sent, ready):
    told = planned(commune, line(ready[0], "returned", days=-1, note="Mờ"))
    assert told[0][0] == Does.SKIP
    assert "chuyển lại" in told[0][1]


def test_a_line_that_is_not_about_this_file_changes_nothing(commune, officer, sent, ready, subtests):
    for changes, said in [
        ({"file_number": "26-99999"}, "không có hồ sơ số này"),
        ({"personal_number": "001190000999"}, "Số định danh khác"),
        ({"personal_number": ""}, "Cần số định danh hoặc họ tên"),
        ({"personal_number": "", "full_name": "Ai Khác"}, "Họ tên khác"),
        ({"days": 1}, "tương lai"),
    ]:
        with subtests.test(case=changes):
            wrong = planned(commune, line(ready[0], "arrived", **changes))
            assert wrong[0][0] == Does.WRONG
            assert said in wrong[0][1]


def test_a_name_without_accents_does_for_a_missing_number(commune, sent, ready):
    assert planned(commune, line(ready[0], "arrived", personal_number="", full_name="NGUOI MAU A"))[0][0] == Does.MOVE


def test_a_file_of_the_neighbour_is_unknown_here_even_by_its_number(commune, officer, neighbour):
    """The bait stands at "sent up" with this number in the commune next door."""
    assert planned(commune, line(neighbour, "arrived")) == [(Does.WRONG, "Xã không có hồ sơ số này.")]


def test_a_file_that_never_went_up_or_has_ended_is_not_touched(commune, officer, ready, sent):
    fresh = complete(commune, officer, n=4)
    Application.objects.filter(pk=ready[0].pk).update(state=State.REFUSED)
    told = planned(commune, line(fresh, "arrived"), line(ready[0], "arrived"))
    assert "chưa chuyển cấp trên" in told[0][1]
    assert "đã kết thúc" in told[1][1]


def test_a_wrong_line_does_not_hold_the_others_and_gets_another_try(commune, officer, sent, ready):
    fresh = complete(commune, officer, n=4)
    lines = [line(fresh, "arrived"), line(ready[0], "arrived")]
    kept = done(commune, officer, *lines)
    assert kept.summary["counts"] == {"done": 1, "skipped": 0, "wrong": 1}
    send_all(commune, officer)
    assert done(commune, officer, *lines).pk == kept.pk
    assert state(fresh) == State.ARRIVED


def test_what_is_kept_of_a_file_names_nobody(commune, officer, sent, ready):
    kept = done(commune, officer, line(ready[0], "printed", full_name="Người Mẫu A"))
    told = f"{kept.summary}"
    assert ready[0].file_number in told
    assert "Người Mẫu" not in told
    assert "001190000201" not in told


@pytest.mark.django_db(transaction=True)
def test_a_file_that_an_officer_moves_while_the_result_is_read_is_moved_once(
    commune, officer, colleague, catalogues
):  # fmt: skip
    file = complete(commune, officer, n=1)
    send_all(commune, officer)
    lines, said = read(commune, line(file, "arrived")), []

    def read_it() -> None:
        try:
            results.apply(lines, commune, by=colleague)
        except BatchRefused as refused:
            said.append(str(refused))
        finally:
            connection.close()

    reader = threading.Thread(target=read_it)
    with transaction.atomic():
        workflow.move(file, "arrive", by=officer)  # holds the file until the reader waits for it
        reader.start()
        reader.join(0.5)
        assert not said
    reader.join(20)
    assert said == ["Không có dòng nào để ghi."]
    assert file.steps.filter(to_state=State.ARRIVED).count() == 1
    assert (StockCard.objects.count(), ResultFile.objects.count()) == (1, 0)
    assert not BatchLine.objects.get().result
