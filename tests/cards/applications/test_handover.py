"""Handing over: how long a card holds (Luật Căn cước Đ21), and what it leaves in the register."""

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from cards.applications.handover import PrintedCard, expiry, faults, is_lawful
from cards.applications.workflow import MoveRefused, move
from cards.models import Application, State
from registry.models import IdentityDocument, IdentityNumber, Resident
from registry.values.partial_date import PartialDate
from tests.factories import ApplicationFactory, IdentityDocumentFactory

BORN = PartialDate(1990, 5, 21)
ENDS = [
    (dt.date(2000, 1, 1), dt.date(2004, 5, 21)),  # a child: to 14
    (dt.date(2002, 5, 20), dt.date(2004, 5, 21)),
    (dt.date(2002, 5, 21), dt.date(2015, 5, 21)),  # within two years before 14: to 25
    (dt.date(2004, 5, 21), dt.date(2015, 5, 21)),
    (dt.date(2013, 5, 20), dt.date(2015, 5, 21)),
    (dt.date(2013, 5, 21), dt.date(2030, 5, 21)),  # within two years before 25: to 40
    (dt.date(2026, 11, 22), dt.date(2030, 5, 21)),
    (dt.date(2028, 6, 1), dt.date(2050, 5, 21)),
    (dt.date(2048, 5, 20), dt.date(2050, 5, 21)),
    (dt.date(2048, 5, 21), None),  # within two years before 60: for ever
    (dt.date(2055, 1, 1), None),
]


@pytest.mark.parametrize(("issued_on", "ends"), ENDS)
def test_a_card_holds_to_the_next_age_of_renewal(issued_on, ends):
    assert expiry(BORN, issued_on) == ends


def test_born_on_29_february_the_card_ends_on_1_march():
    assert expiry(PartialDate(2004, 2, 29), dt.date(2026, 11, 22)) == dt.date(2029, 3, 1)
    assert expiry(PartialDate(2008, 2, 29), dt.date(2026, 11, 22)) == dt.date(2033, 3, 1)


LAWFUL = [
    (BORN, dt.date(2026, 11, 22), dt.date(2030, 5, 21), True),
    (BORN, dt.date(2026, 11, 22), dt.date(2030, 5, 22), False),
    (BORN, dt.date(2026, 11, 22), None, False),
    (BORN, dt.date(2028, 5, 21), dt.date(2030, 5, 21), True),  # the very day two years before: either reading stands
    (BORN, dt.date(2028, 5, 21), dt.date(2050, 5, 21), True),
    (BORN, dt.date(2028, 5, 22), dt.date(2030, 5, 21), False),
    (PartialDate(1948), dt.date(2026, 11, 22), None, True),
    (PartialDate(1990), dt.date(2026, 11, 22), dt.date(2030, 7, 1), True),  # only the year can be compared
    (PartialDate(1990), dt.date(2026, 11, 22), dt.date(2031, 7, 1), False),
]


@pytest.mark.parametrize(("born", "issued_on", "expires_on", "lawful"), LAWFUL)
def test_the_printed_end_is_held_against_the_law(born, issued_on, expires_on, lawful):
    assert is_lawful(born, PrintedCard(issued_on, expires_on)) is lawful


@pytest.fixture
def arrived(resident, officer) -> Application:
    return ApplicationFactory(resident=resident, created_by=officer, state=State.ARRIVED, reason="cccd")


@pytest.mark.django_db
def test_handing_over_writes_the_card_and_retires_the_old_ones(arrived, resident, officer, printed):
    old = IdentityDocumentFactory(resident=resident, kind="CCCD_CHIP", issued_on=dt.date(2021, 6, 14))
    lost = IdentityDocumentFactory(resident=resident, kind="CCCD_MAVACH", state="lost", issued_on=dt.date(2018, 1, 2))
    birth = IdentityDocumentFactory(resident=resident, kind="KHAI_SINH", number="12/1990")
    Resident.objects.update(scan_due=False)
    move(arrived, "hand_over", by=officer, card=replace(printed, old_card_returned=True))
    card = IdentityDocument.objects.get(kind="CAN_CUOC")
    assert (card.number, card.issued_by, card.state) == ("001190000123", "Bộ Công an", "in_use")
    assert (card.issued_on, card.expires_on, card.no_expiry) == (printed.issued_on, printed.expires_on, False)
    states = dict(IdentityDocument.objects.values_list("pk", "state"))
    assert (states[old.pk], states[lost.pk], states[birth.pk]) == ("replaced", "lost", "in_use")
    arrived.refresh_from_db()
    assert (arrived.state, arrived.old_card_taken) == (State.HANDED_OVER, True)
    said = f"Thẻ cấp {card.issued_on:%d/%m/%Y}, có giá trị đến {card.expires_on:%d/%m/%Y}; đã thu thẻ cũ"
    assert arrived.steps.get().note == said
    lines = set(AuditEvent.objects.values_list("action", "sentence"))
    written = f"Ghi thẻ căn cước cấp ngày {card.issued_on:%d/%m/%Y} của Nguyễn Thị Mẫu Lan, sinh 21/05/1990"
    assert ("change", written) in lines
    assert ("move", f"Trả thẻ cho công dân {arrived.file_number}") in lines
    assert Resident.objects.get(pk=resident.pk).scan_due


@pytest.mark.django_db
def test_after_sixty_the_card_says_it_holds_for_ever(arrived, officer, resident):
    resident.birth_date = PartialDate(1948)
    resident.save()
    move(arrived, "hand_over", by=officer, card=PrintedCard(timezone.localdate(), None))
    card = IdentityDocument.objects.get()
    assert (card.expires_on, card.no_expiry) == (None, True)
    assert "không thời hạn" in arrived.steps.get().note


@pytest.mark.django_db
def test_without_a_card_or_with_a_bad_one_nothing_is_written(arrived, officer, printed):
    for card in (None, replace(printed, expires_on=None), replace(printed, issued_on=dt.date(2020, 1, 1))):
        with pytest.raises(MoveRefused):
            move(arrived, "hand_over", by=officer, card=card)
    IdentityNumber.objects.all().delete()
    with pytest.raises(MoveRefused, match="chưa có số định danh"):
        move(arrived, "hand_over", by=officer, card=printed)
    arrived.refresh_from_db()
    assert arrived.state == State.ARRIVED
    assert not IdentityDocument.objects.exists()
    assert not arrived.steps.exists()


OLD_CARDS = [("cccd", False, []), ("cccd", True, ["old_card_returned"]), ("lost", False, ["old_card_returned"]),
             ("from_14", False, ["old_card_returned"])]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("reason", "already_taken", "fields"), OLD_CARDS)
def test_an_old_card_is_returned_once_and_only_where_there_is_one(arrived, printed, reason, already_taken, fields):
    arrived.reason, arrived.old_card_taken = reason, already_taken
    found = faults(replace(printed, old_card_returned=True), arrived)
    assert [fault.field for fault in found] == fields
