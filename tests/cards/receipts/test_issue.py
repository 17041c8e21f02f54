"""A slip's number, its frozen text, its correction, and taking it back."""

import threading

import pytest
from django.db import connections, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from cards.models import Application, Appointment, Receipt, State
from cards.receipts import issue, payload
from tests.factories import ApplicationFactory, ResidentFactory

pytestmark = pytest.mark.django_db


def test_a_slip_has_a_number_of_its_own_and_a_signed_code_about_it(taken):
    slip = taken.receipt
    assert (slip.serial, slip.content["slip_number"], slip.key_id) == (1, slip.number, "k1")
    code, _, _ = payload.opened(slip.content["qr"])
    assert (code.slip_number, code.file_number) == (slip.number, taken.file_number)
    assert code.promised_on == taken.promised_on
    assert code.fits("Nguyễn Thị Mẫu Lan", "001190000123")


def test_the_text_stays_when_the_record_changes(taken):
    before = dict(taken.receipt.content)
    taken.resident.full_name = "Tên Khác"
    taken.resident.save()
    assert Receipt.objects.get().content == before


def test_the_promised_hour_is_printed_when_it_is_of_the_promised_day(taken, officer):
    day = timezone.make_aware(timezone.datetime.combine(taken.promised_on, timezone.datetime.min.time()))
    Appointment.objects.filter(application=taken).delete()
    booked = Appointment.objects.create(
        application=taken, commune=taken.commune, purpose="handover", created_by=officer,
        starts_at=day.replace(hour=8), ends_at=day.replace(hour=9),
    )  # fmt: skip
    assert issue.freeze(taken, by=officer)["promised_hours"] == "08:00 đến 09:00"
    booked.starts_at, booked.ends_at = (
        day.replace(hour=8) + timezone.timedelta(days=1),
        day + timezone.timedelta(days=2),
    )
    booked.save()
    assert issue.freeze(taken, by=officer)["promised_hours"] == ""


def test_a_correction_is_a_new_number_that_names_the_old_and_the_old_is_withdrawn(taken, officer):
    old = taken.receipt
    taken.resident.full_name = "Nguyễn Thị Mẫu Lành"
    taken.resident.save()
    new = issue.reissue(taken, by=officer, reason="Sai tên")
    old.refresh_from_db()
    assert (new.serial, new.replaces, new.content["replaces"]) == (2, old, old.number)
    assert new.content["person"]["name"] == "NGUYỄN THỊ MẪU LÀNH"
    assert (old.withdrawn_by, old.withdrawn_reason) == (officer, "Sai tên")
    assert taken.receipt == new
    line = AuditEvent.objects.get(sentence__startswith="Lập phiếu hẹn")
    assert line.sentence == f"Lập phiếu hẹn {new.number} thay cho phiếu {old.number} của hồ sơ {taken.file_number}"
    assert line.reason == "Sai tên"


@pytest.mark.parametrize("case", ["no reason", "too long", "stranger", "closed", "withdrawn"])
def test_a_correction_is_refused_and_nothing_is_written(taken, officer, stranger, chief, case):
    by, reason = (
        (stranger if case == "stranger" else officer),
        {"no reason": "  ", "too long": "x" * 301}.get(case, "Sai"),
    )
    if case == "closed":
        Application.objects.update(state=State.WITHDRAWN)
    if case == "withdrawn":
        issue.withdraw(taken.receipt, by=chief, reason="Nhầm")
    before = list(Receipt.objects.values())
    with pytest.raises(issue.IssueRefused):
        issue.reissue(taken, by=by, reason=reason)
    assert list(Receipt.objects.values()) == before


def test_only_the_chief_takes_a_slip_back_and_only_once(taken, officer, chief):
    with pytest.raises(issue.IssueRefused, match="Trưởng công an xã"):
        issue.withdraw(taken.receipt, by=officer, reason="Nhầm")
    slip = taken.receipt
    issue.withdraw(slip, by=chief, reason="Nhầm")
    assert taken.receipt is None
    with pytest.raises(issue.IssueRefused, match="không còn hiệu lực"):
        issue.withdraw(slip, by=chief, reason="Nhầm")


def test_a_rollback_gives_the_number_back(taken, officer):
    with pytest.raises(RuntimeError), transaction.atomic():
        issue.reissue(taken, by=officer, reason="Sai")
        raise RuntimeError
    assert issue.reissue(taken, by=officer, reason="Sai").serial == 2


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_get_twenty_numbers_without_gaps(catalogues, commune, officer):
    files = [
        ApplicationFactory(resident=ResidentFactory(commune=commune), created_by=officer, serial=place)
        for place in range(1, 21)
    ]
    start, faults = threading.Barrier(20), []

    def work(file: Application) -> None:
        try:
            start.wait()
            with transaction.atomic():
                issue.issue(
                    Application.objects.select_related("resident", "commune__parent").get(pk=file.pk), by=officer
                )
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[file]) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(Receipt.objects.values_list("serial", flat=True)) == list(range(1, 21))


def test_the_page_shows_what_would_change_before_anything_does(browser, taken):
    address = reverse("cards:receipt_reissue", args=[taken.public_id])
    same = browser.get(address).content.decode()
    assert "Phiếu mới sẽ ghi y như phiếu cũ" in same
    taken.resident.full_name = "Nguyễn Thị Mẫu Lành"
    taken.resident.save()
    shown = browser.get(address).content.decode()
    assert "NGUYỄN THỊ MẪU LAN<" in shown
    assert "NGUYỄN THỊ MẪU LÀNH" in shown
    assert "1 dòng khác phiếu cũ" in shown
    assert Receipt.objects.count() == 1
    empty = browser.post(address, {"reason": " "})
    assert empty.status_code == 422
    assert "Ghi lý do." in empty.content.decode()
    done = browser.post(address, {"reason": "Sai tên"})
    assert done.url == reverse("cards:application", args=[taken.public_id])
    assert Receipt.objects.filter(withdrawn_at=None).get().content["person"]["name"] == "NGUYỄN THỊ MẪU LÀNH"
