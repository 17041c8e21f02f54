"""The clean-up rules that look at card files: E24, L16, L17, found and closed by a real scan."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from cards.applications import intake, workflow
from cards.applications.rules import CardFile, _filed, file_lacks_a_part, load
from cards.components import ticking
from cards.components.parts import PARTS
from cards.components.table import Held, Tick
from cards.models import Application, Component, State
from registry.cleanup.examples import TODAY
from registry.cleanup.scan import scan, scan_due
from registry.models import Finding
from tests.cards.conftest import came_back
from tests.factories import ApplicationFactory, IdentityDocumentFactory

pytestmark = pytest.mark.django_db


def open_rules(resident) -> set[str]:
    standing = Finding.objects.filter(resident=resident, state="open")
    return set(standing.values_list("rule", flat=True)) & {"E24", "L13", "L14", "L16", "L17"}


def test_taking_a_file_in_closes_the_finding_that_one_was_missing(resident, officer, entry):
    scan([resident.pk])
    assert open_rules(resident) == {"E24"}
    intake.open(resident, by=officer, entry=entry("from_14", old_card_taken=False), submit_token=uuid.uuid4())
    scan_due()
    assert open_rules(resident) == set()


def test_an_overdue_file_is_found_and_moving_it_on_closes_it(resident, officer, taken):
    Application.objects.update(state=State.PRINTING, promised_on=timezone.localdate() - dt.timedelta(days=1))
    scan([resident.pk])
    assert open_rules(resident) == {"L16"}
    workflow.move(taken, "arrive", by=officer)
    scan_due()
    assert open_rules(resident) == set()


def test_a_card_that_waits_long_is_found_until_it_is_handed_over(resident, officer, taken, printed):
    """Then the register has its card: E24, L13 and L14 find nothing any more."""
    old = IdentityDocumentFactory(resident=resident, kind="CMND9", number="081234567", expires_on=None)
    Application.objects.update(state=State.ARRIVED)
    came_back(taken, days_ago=31, by=officer)
    scan([resident.pk])
    assert open_rules(resident) == {"L17", "L14"}
    workflow.move(taken, "hand_over", by=officer, card=printed)
    scan_due()
    assert open_rules(resident) == set()
    old.refresh_from_db()
    assert old.state == "replaced"


def test_the_new_card_closes_the_finding_of_the_expired_one(resident, officer, taken, printed):
    IdentityDocumentFactory(resident=resident, issued_on=dt.date(2016, 1, 4), expires_on=dt.date(2025, 5, 21))
    Application.objects.update(state=State.ARRIVED)
    scan([resident.pk])
    assert open_rules(resident) == {"L13"}
    workflow.move(taken, "hand_over", by=officer, card=printed)
    scan_due()
    assert open_rules(resident) == set()


LACKING = [
    ("dc02", {}, "phiếu DC02"),
    ("cc01", {}, "phiếu CC01 đã ký"),
    ("biometrics", {}, "sinh trắc"),
    ("change_paper", {"reason": "b"}, "giấy tờ làm căn cứ thay đổi"),
    ("nationality_paper", {"reason": "nationality"}, "quyết định trở lại quốc tịch"),
    ("exemption_paper", {"exemption": "HO_NGHEO"}, "giấy tờ chứng minh miễn lệ phí"),
    ("dc01", {"has_number": False}, "phiếu DC01"),
    ("representative", {"reason": "from_6", "received_on": TODAY.replace(year=2000)}, "người đại diện"),
    ("old_card", {"reason": "a"}, None),
]


@pytest.mark.parametrize(("code", "more", "name"), LACKING)
def test_e30_asks_for_what_the_table_of_parts_asks_for(code, more, name):
    """The person of the examples was born in 1990: at a receipt in 2000 one was under 14."""
    told = file_lacks_a_part(_filed(_received_but(code, more)))
    assert (told.values["Thiếu"] if told else None) == name
    assert file_lacks_a_part(_filed(_received_but("", more))) is None


def _received_but(code: str, more: dict) -> CardFile:
    held = Held({part: Tick(part != code) for part in PARTS})
    return CardFile(**{"number": "26-00418", "state": State.RECEIVED, "promised_on": TODAY, "received_on": TODAY,
                       "held": held} | more)  # fmt: skip


def test_e30_finds_a_paper_that_was_ticked_and_is_not_there_after_all(resident, officer, entry):
    file = intake.open(
        resident, by=officer, entry=entry("b", parts=("dc02", "change_paper")), submit_token=uuid.uuid4()
    )
    scan([resident.pk])
    assert not Finding.objects.filter(rule="E30").exists()
    ticking.tick(file, "change_paper", by=officer, is_there=False, note="trả lại công dân")
    assert not Finding.objects.filter(rule="E30").exists()  # let go with a reason
    Component.objects.filter(code="change_paper").update(note="")
    scan([resident.pk])
    assert Finding.objects.get(rule="E30").evidence["values"][1] == ["Thiếu", "giấy tờ làm căn cứ thay đổi"]
    Component.objects.all().delete()  # as a file from before papers were ticked one by one
    scan([resident.pk])
    assert Finding.objects.get(rule="E30").state == "closed"


def test_open_files_are_loaded_with_their_parts_in_one_query(resident, officer, django_assert_num_queries):
    file = ApplicationFactory(resident=resident, created_by=officer)
    ticking.tick(file, "dc02", by=officer, is_there=True)
    with django_assert_num_queries(1):
        [loaded] = load([resident.pk])[resident.pk]
    assert loaded.held.ticks["dc02"].is_there
