"""The lists of cards and their figures."""

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from cards.applications import rules, workflow
from cards.deliveries import doing, shelf
from cards.deliveries.doing import Call
from cards.models import Application, Contact, State, StockCard
from registry.cleanup.examples import person
from tests.cards.conftest import came_back
from tests.cards.deliveries.conftest import arrived, on_its_way, printed_card
from tests.factories import ApplicationFactory, ResidentFactory

pytestmark = pytest.mark.django_db


def listed(officer, figure: str) -> list[Application]:
    return list(shelf.files(officer).filter(shelf.conditions()[figure]).order_by("pk"))


def test_every_card_stands_in_its_lists_and_each_figure_is_its_list(commune, officer, here, next_door):
    by_post = arrived(commune, officer, n=4, delivery="post")
    posted, wrong, given = (arrived(commune, officer, n=n) for n in (5, 6, 7))
    doing.post(posted, code="EM1", by=officer)
    doing.send_back(wrong, reason="Sai tên", by=officer)
    workflow.move(given, "hand_over", by=officer, card=printed_card(given))
    doing.call(here[0], Call(via="phone", result="reached"), by=officer)
    on_its_way(commune, officer, n=8)
    expected = {
        "here": [*here, by_post], "to_call": here[1:], "long": [], "to_post": [by_post], "posted": [posted],
        "sent_back": [wrong], "handed": [given],
    }  # fmt: skip
    assert {name: listed(officer, name) for name in expected} == expected
    assert shelf.figures(officer) == {name: len(files) for name, files in expected.items()}


def test_whoever_is_to_be_called_again_today_stands_in_the_list_until_reached(officer, here):
    doing.call(here[0], Call(via="phone", result="no_answer"), by=officer)
    assert here[0] not in listed(officer, "to_call")
    Contact.objects.update(again_on=timezone.localdate())
    assert here[0] in listed(officer, "to_call")
    doing.call(here[0], Call(via="phone", result="will_come"), by=officer)
    assert here[0] not in listed(officer, "to_call")


def test_a_call_about_something_else_does_not_count(officer, here):
    Contact.objects.create(resident=here[0].resident, application=here[0], about="data", result="reached", by=officer)
    assert here[0] in listed(officer, "to_call")


@pytest.mark.parametrize(("days", "is_long"), [(30, False), (31, True)])
def test_long_means_the_days_of_rule_l17_also_without_a_row(commune, officer, resident, days, is_long):
    file = ApplicationFactory(resident=resident, created_by=officer, state=State.ARRIVED)
    came_back(file, days_ago=days, by=officer)
    assert (file in listed(officer, "long")) == is_long
    assert file in listed(officer, "here")  # and it lies here all the while
    facts = replace(person(more={rules.FACT: rules.load([resident.pk])[resident.pk]}), on=timezone.localdate())
    assert (rules.card_is_waiting_long(facts) is not None) == is_long


def test_a_card_that_came_again_waits_from_then_on(commune, officer, here):
    here[0].steps.update(at=timezone.now() - dt.timedelta(days=60))
    assert here[0] in listed(officer, "long")
    doing.send_back(here[0], reason="Sai", by=officer)
    workflow.move(here[0], "arrive", by=officer)
    assert here[0] not in listed(officer, "long")


def test_the_lists_show_where_people_live_and_the_boxes_in_use(officer, here, next_door):
    doing.move_to_box(here[:1], box="A1", by=officer)
    StockCard.objects.filter(application=next_door).update(box="B9")
    assert shelf.boxes(officer) == ["A1"]
    assert {file.hamlet for file in listed(officer, "here")} == {"Thôn 2"}


def test_somebody_without_a_household_is_listed_once(commune, officer):
    file = ApplicationFactory(resident=ResidentFactory(commune=commune), created_by=officer, state=State.ARRIVED)
    assert [(one.pk, one.hamlet, one.came_at) for one in listed(officer, "here")] == [(file.pk, None, None)]
