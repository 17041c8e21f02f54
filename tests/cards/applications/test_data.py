"""Data that stop a file: which rules, on what, and that a file goes on when they are right."""

import uuid

import pytest

from cards.applications import counter, intake
from cards.applications.data import PRINTED, PRINTED_TEXTS, stops
from cards.applications.intake import IntakeRefused
from cards.applications.workflow import MoveRefused, move
from cards.models import Application, Receipt
from registry.cleanup.facts import RESIDENCE_TEXTS, RESIDENT_TEXTS
from registry.cleanup.rules import UNCLEAN, catalogue, severity_of
from registry.models import Finding
from tests.factories import FindingFactory, ResidentFactory

pytestmark = pytest.mark.django_db


def found(resident, rule: str = "E06", **more) -> Finding:
    given = {"severity": severity_of(rule), "group": rule[0], "commune": resident.commune} | more
    return FindingFactory(resident=resident, rule=rule, **given)


def test_every_rule_that_stops_a_file_is_an_error_and_every_text_is_one_of_the_record():
    assert set(PRINTED) <= set(catalogue())
    assert {code for code in PRINTED if severity_of(code) not in UNCLEAN} == set()
    assert set(PRINTED_TEXTS) <= {*RESIDENT_TEXTS.values(), *RESIDENCE_TEXTS.values()}
    assert all(row.why and row.field for row in PRINTED.values())


STANDING = [
    ("open", {}, True), ("set_aside", {"set_aside_until": "2031-01-01"}, True), ("verified", {}, False),
    ("closed", {}, False),
]  # fmt: skip


@pytest.mark.parametrize(("state", "more", "is_stopped"), STANDING)
def test_what_is_open_or_set_aside_stops_and_what_was_verified_or_mended_does_not(resident, state, more, is_stopped):
    found(resident, state=state, **more)
    assert bool(stops(resident, "g")) is is_stopped


def test_what_is_not_printed_and_what_is_a_warning_stop_nothing(resident):
    found(resident, "E08")
    found(resident, "E27")
    found(resident, "E06", severity="warning")
    assert stops(resident, "g") == []


def test_a_text_stops_only_where_the_card_prints_it(resident):
    told = found(resident, "S24", evidence={"sentence": "", "values": [["Nơi sinh", "không rõ"]]})
    assert stops(resident, "g") == []
    told.evidence = {"sentence": "", "values": [["Nơi sinh", "test"], ["Nơi đăng ký khai sinh", "test"]]}
    told.save()
    assert [stop.field for stop in stops(resident, "g")] == ["nơi đăng ký khai sinh"]


def test_an_old_card_that_says_otherwise_stops_a_change_on_request_but_not_the_change_of_that_name(resident):
    found(resident, "D32")
    assert [stop.finding.rule for stop in stops(resident, "g")] == ["D32"]
    assert stops(resident, "b") == []


def test_another_persons_findings_stop_nothing(resident, commune):
    found(ResidentFactory(commune=commune))
    assert stops(resident, "g") == []


def test_an_open_error_refuses_the_slip_and_lets_the_file_wait_with_a_day(resident, officer, entry):
    found(resident)
    with pytest.raises(IntakeRefused, match=r"nơi đăng ký khai sinh \(E06\)"):
        intake.open(resident, by=officer, entry=entry(), submit_token=uuid.uuid4())
    assert not Application.objects.exists()
    token = uuid.uuid4()
    waits = counter.take_in(resident, by=officer, entry=entry(), submit_token=token, proposed="from_14")
    assert (waits.state, waits.promised_on, waits.proposed_reason) == ("waiting_for_data", None, "from_14")
    assert waits.data_due_on is not None
    assert not Receipt.objects.exists()
    assert counter.take_in(resident, by=officer, entry=entry(), submit_token=token) == waits
    assert [step.move for step in waits.steps.all()] == ["begin", "wait_for_data"]


def test_a_fault_of_the_form_besides_the_data_writes_nothing(resident, officer, entry):
    found(resident)
    with pytest.raises(IntakeRefused, match="CC01"):
        counter.take_in(resident, by=officer, entry=entry(cc01_signed=False), submit_token=uuid.uuid4())
    assert not Application.objects.exists()


def test_the_file_goes_on_when_the_data_are_right_and_not_before(resident, officer, entry):
    wrong = found(resident)
    waits = counter.take_in(resident, by=officer, entry=entry(), submit_token=uuid.uuid4())
    with pytest.raises(MoveRefused, match="phải điều chỉnh trước"):
        move(waits, "data_corrected", by=officer)
    again = counter.complete(waits, by=officer, entry=entry(note="đã hẹn"), seen=intake.seal(waits))
    assert (again.state, again.note) == ("waiting_for_data", "đã hẹn")
    wrong.state = "closed"
    wrong.save()
    done = counter.complete(again, by=officer, entry=entry(note="đã hẹn", parts=("dc02",)), seen=intake.seal(again))
    assert (done.state, done.promised_on is not None, done.receipt is not None) == ("received", True, True)


def test_a_received_file_is_not_sent_up_once_its_data_are_found_wrong(taken, officer, resident):
    found(resident, "D04")
    with pytest.raises(MoveRefused, match="giới tính"):
        move(taken, "send_up", by=officer)
