"""Writing a card into the register: once, with the older ones retired."""

import datetime as dt

import pytest

from registry.models import IdentityDocument
from registry.residents.documents import record_card
from tests.factories import IdentityDocumentFactory

pytestmark = pytest.mark.django_db


def write(resident, officer, **changes):
    card = {"number": "001190000123", "issued_on": dt.date(2026, 11, 20), "expires_on": dt.date(2030, 5, 21),
            "no_expiry": False}  # fmt: skip
    return record_card(resident, by=officer, **(card | changes))


def test_the_same_card_twice_is_one_row_with_the_later_dates(resident, officer):
    first = write(resident, officer, expires_on=dt.date(2031, 5, 21))
    assert write(resident, officer) == first
    card = IdentityDocument.objects.get()
    assert (card.expires_on, card.state, card.kind) == (dt.date(2030, 5, 21), "in_use", "CAN_CUOC")


def test_the_next_card_replaces_this_one_and_nobody_elses(resident, outsider, officer):
    theirs = IdentityDocumentFactory(resident=outsider)
    write(resident, officer)
    write(resident, officer, issued_on=dt.date(2026, 12, 20))
    states = list(resident.documents.order_by("issued_on").values_list("state", flat=True))
    assert states == ["replaced", "in_use"]
    theirs.refresh_from_db()
    assert theirs.state == "in_use"


def test_a_card_entered_twice_before_is_not_in_the_way(resident, officer):
    for _ in range(2):
        IdentityDocumentFactory(resident=resident, issued_on=dt.date(2026, 11, 20))
    write(resident, officer)
    assert sorted(resident.documents.values_list("state", flat=True)) == ["in_use", "replaced"]
