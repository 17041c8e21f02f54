"""The machinery of changes, on a small kind of its own: what is written is what was seen, once, by who may."""

import uuid

import pytest
from django.urls import reverse

from accounts.models import AuditEvent, Draft, Holiday
from registry.changes import kinds, run
from registry.changes.forms import ChangeForm
from registry.changes.kinds import Kind
from registry.changes.refusal import ChangeMoved, ChangeRefused
from registry.models import Change, Resident
from registry.residents.fields import NameField


class CalledForm(ChangeForm):
    SECTIONS = [("Tên gọi", [("other_name", 6)])]
    other_name = NameField(label="Tên gọi khác", max_length=100)


def call(order) -> None:
    if order.values["other_name"] == "Cấm":
        raise ChangeRefused("other_name", "Tên này không ghi được.")
    order.subject.other_name = order.values["other_name"]
    order.subject.save()
    if order.values["other_name"] == "Lạ":
        order.warn("Tên này lạ.")


PLAIN = Kind("thu-ten-goi", "Ghi tên gọi khác", "resident", "event", CalledForm, call, working_days=7)
TWO = Kind("thu-hai-nguoi", "Việc cần hai người", "resident", "number", CalledForm, call, second_officer=True)


@pytest.fixture(autouse=True)
def two_kinds(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", {**kinds.every(), PLAIN.code: PLAIN, TWO.code: TWO})


def address(person: Resident, kind: Kind, token: uuid.UUID) -> str:
    return reverse("registry:resident_change", args=[person.public_id, kind.code, token])


def typed(step: str, name: str = "Bé Mẫu", **more: str) -> dict[str, str]:
    return {"buoc": step, "other_name": name, "received_on": "20/11/2026", "basis": "Đơn của công dân", **more}


def looked(client, url: str, **more: str) -> str:
    """Ask for the preview; answers its seal."""
    answer = client.post(url, typed("xem", **more))
    assert answer.status_code == 200
    return answer.context["preview"].seal


def test_a_preview_writes_nothing_and_shows_before_and_after(resident, officer, client_of):
    client = client_of(officer)
    answer = client.post(address(resident, PLAIN, uuid.uuid4()), typed("xem"))
    assert [(line["what"], line["before"], line["after"]) for line in answer.context["preview"].lines] == [
        ("tên gọi khác", "", "Bé Mẫu")
    ]
    resident.refresh_from_db()
    assert resident.other_name == ""
    assert not Change.objects.exists()
    assert not AuditEvent.objects.filter(action="change").exists()


def test_applying_keeps_who_when_paper_and_lines(resident, officer, client_of):
    client, url = client_of(officer), address(resident, PLAIN, uuid.uuid4())
    seen = looked(client, url)
    answer = client.post(url, typed("ghi", seen=seen))
    assert answer.status_code == 302
    change = Change.objects.get()
    assert (change.state, change.decided_by, change.basis) == ("applied", officer, "Đơn của công dân")
    assert [line["after"] for line in change.lines] == ["Bé Mẫu"]
    assert list(change.people.all()) == [resident]
    resident.refresh_from_db()
    assert (resident.other_name, resident.scan_due) == ("Bé Mẫu", True)
    line = AuditEvent.objects.get(action="change", target_ref=str(resident.public_id))
    assert line.data == {"tên gọi khác": ["", "Bé Mẫu"]}


def test_the_same_form_sent_twice_is_one_change(resident, officer, client_of):
    client, url = client_of(officer), address(resident, PLAIN, uuid.uuid4())
    seen = looked(client, url)
    client.post(url, typed("ghi", seen=seen))
    again = client.post(url, typed("ghi", seen=seen))
    assert again.url == Change.objects.get().get_absolute_url()
    assert AuditEvent.objects.filter(action="change").count() == 1


def test_nothing_is_written_when_the_record_moved_after_the_preview(resident, officer, client_of):
    client, url = client_of(officer), address(resident, PLAIN, uuid.uuid4())
    seen = looked(client, url)
    Resident.objects.filter(pk=resident.pk).update(other_name="Tên mới của đồng nghiệp")
    answer = client.post(url, typed("ghi", seen=seen))
    assert answer.status_code == 422
    assert "dữ liệu đã thay đổi" in answer.context["notice"]
    assert answer.context["preview"].lines[0]["before"] == "Tên mới của đồng nghiệp"
    assert not Change.objects.exists()
    answer = client.post(url, typed("ghi", seen=answer.context["preview"].seal))
    assert answer.status_code == 302


def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(resident, officer, client_of):
    answer = client_of(officer).post(address(resident, PLAIN, uuid.uuid4()), typed("xem", name="Cấm"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["other_name"] == ["Tên này không ghi được."]
    assert answer.context["form"]["basis"].value() == "Đơn của công dân"


def test_bad_input_is_told_beside_the_field(resident, officer, client_of):
    answer = client_of(officer).post(address(resident, PLAIN, uuid.uuid4()), typed("ghi", received_on="31/02/2026"))
    assert answer.status_code == 422
    assert "received_on" in answer.context["form"].errors
    assert not Change.objects.exists()


def test_back_to_the_form_keeps_what_was_typed(resident, officer, client_of):
    answer = client_of(officer).post(address(resident, PLAIN, uuid.uuid4()), typed("sua"))
    assert answer.context["form"]["other_name"].value() == "Bé Mẫu"
    assert not answer.context["form"].errors


def test_a_change_that_changes_nothing_is_refused(resident, officer, client_of):
    Resident.objects.filter(pk=resident.pk).update(other_name="Bé Mẫu")
    answer = client_of(officer).post(address(resident, PLAIN, uuid.uuid4()), typed("xem"))
    assert answer.status_code == 422


def test_received_now_and_decided_later_counts_working_days(resident, officer, client_of):
    Holiday.objects.update_or_create(day="2026-11-24", defaults={"is_working": False, "name": "Ngày Văn hóa"})
    client, url = client_of(officer), address(resident, PLAIN, uuid.uuid4())
    client.post(url, typed("nhan"))
    change = Change.objects.get()
    # Friday 20/11 + 7 working days without Tuesday 24/11: 23, 25, 26, 27, 30/11, 1, 2/12
    assert (change.state, f"{change.due_on}") == ("waiting", "2026-12-02")
    resident.refresh_from_db()
    assert resident.other_name == ""
    decide = reverse("registry:change_decide", args=[change.public_id])
    page = client.post(decide, {"buoc": "xem"})
    client.post(decide, {"buoc": "dong-y", "seen": page.context["preview"].seal})
    resident.refresh_from_db()
    change.refresh_from_db()
    assert (resident.other_name, change.state) == ("Bé Mẫu", "applied")


def test_a_refused_change_needs_a_reason_and_writes_nothing(resident, officer, client_of):
    client = client_of(officer)
    client.post(address(resident, PLAIN, uuid.uuid4()), typed("nhan"))
    change = Change.objects.get()
    decide = reverse("registry:change_decide", args=[change.public_id])
    assert client.post(decide, {"buoc": "tu-choi", "note": " "}).status_code == 422
    assert client.post(decide, {"buoc": "tu-choi", "note": "Thiếu giấy tờ"}).status_code == 302
    change.refresh_from_db()
    resident.refresh_from_db()
    assert (change.state, change.decision_note, resident.other_name) == ("refused", "Thiếu giấy tờ", "")
    assert client.post(decide, {"buoc": "dong-y"}).status_code == 422  # decided once


def test_two_officers_are_two_officers(resident, officer, colleague, client_of):
    client, url = client_of(officer), address(resident, TWO, uuid.uuid4())
    seen = looked(client, url)
    assert client.post(url, typed("ghi", seen=seen)).status_code == 422
    client.post(url, typed("nhan"))
    change = Change.objects.get()
    decide = reverse("registry:change_decide", args=[change.public_id])
    page = client.get(change.get_absolute_url())
    assert page.context["needs_second"]
    assert client.post(decide, {"buoc": "dong-y", "seen": seen}).status_code == 422
    resident.refresh_from_db()
    assert resident.other_name == ""
    second = client_of(colleague)
    seen = second.post(decide, {"buoc": "xem"}).context["preview"].seal
    assert second.post(decide, {"buoc": "dong-y", "seen": seen}).status_code == 302
    resident.refresh_from_db()
    change.refresh_from_db()
    assert (resident.other_name, change.created_by, change.decided_by) == ("Bé Mẫu", officer, colleague)


def test_a_decision_on_a_stale_preview_is_refused(resident, officer, colleague, client_of):
    client_of(officer).post(address(resident, TWO, uuid.uuid4()), typed("nhan"))
    change = Change.objects.get()
    second = client_of(colleague)
    decide = reverse("registry:change_decide", args=[change.public_id])
    seen = second.post(decide, {"buoc": "xem"}).context["preview"].seal
    Resident.objects.filter(pk=resident.pk).update(other_name="Khác")
    assert second.post(decide, {"buoc": "dong-y", "seen": seen}).status_code == 422
    change.refresh_from_db()
    assert change.state == "waiting"


def test_an_unknown_kind_is_no_page(resident, officer, client_of):
    url = reverse("registry:resident_change_new", args=[resident.public_id, "khong-co"])
    assert client_of(officer).get(url, follow=True).status_code == 404


def test_a_strangers_change_stays_with_the_stranger(outsider, resident, stranger, officer, client_of):
    client_of(stranger).post(address(outsider, PLAIN, uuid.uuid4()), typed("nhan"))
    theirs = Change.objects.get()
    client = client_of(officer)
    assert client.get(theirs.get_absolute_url()).status_code == 404
    assert list(client.get(reverse("registry:changes")).context["table"].data) == []
    assert client.post(address(outsider, PLAIN, uuid.uuid4()), typed("nhan")).status_code == 404
    assert Change.objects.count() == 1


def test_the_work_itself_refuses_what_changed_or_was_not_seen(resident, officer):
    values = {"other_name": "Bé Mẫu", "received_on": None}
    with pytest.raises(ChangeMoved):
        run.apply(PLAIN, resident, values, by=officer, token=uuid.uuid4(), fields={}, seen="")
    assert not Change.objects.exists()


@pytest.mark.parametrize("people", [1, 3])
def test_pages_of_changes_ask_little(people, resident, officer, client_of, django_assert_max_num_queries):
    client = client_of(officer)
    for _ in range(people):
        client.post(address(resident, PLAIN, uuid.uuid4()), typed("nhan"))
    with django_assert_max_num_queries(12):
        client.get(address(resident, PLAIN, uuid.uuid4()))
    with django_assert_max_num_queries(12):
        assert len(client.get(reverse("registry:changes")).context["table"].data) == people
    waiting, done = Change.objects.first(), Change.objects.last()
    with django_assert_max_num_queries(12):
        assert client.get(waiting.get_absolute_url()).context["may_decide"]
    run.turn_down(done, state="refused", by=officer, note="Thiếu giấy tờ")
    with django_assert_max_num_queries(12):
        assert "may_decide" not in client.get(done.get_absolute_url()).context


def test_the_form_says_which_draft_it_shows_and_what_was_set_aside(resident, officer, client_of):
    client, url = client_of(officer), address(resident, PLAIN, uuid.uuid4())
    Draft.objects.create(officer=officer, unit=officer.unit, path=url, fields={"other_name": ["Cũ"]}, state="aside")
    client.post(reverse("accounts:draft"), {"other_name": "Bé Mẫu"}, query_params={"path": url})
    page = client.get(url)
    told = page.content.decode()
    assert page.context["form"]["other_name"].value() == "Bé Mẫu"
    assert "Đang hiện bản nháp" in told and "được cất riêng" in told
    assert f'data-autosave-version="{page.context["here"].own.saved_at.isoformat()}"' in told
