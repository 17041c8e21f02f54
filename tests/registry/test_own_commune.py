"""Rows that name a person and, beside it, that person's commune: the database keeps the two equal."""

import pytest
from django.db import IntegrityError, connection, transaction

from registry.models import DuplicatePair, IdentityDocument
from registry.models.identity_document import CARD_KINDS
from tests.factories import EidAccountFactory, IdentityDocumentFactory, OfficerFactory, PairFactory, ResidentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(commune):
    return ResidentFactory(commune=commune)


@pytest.fixture
def other(commune):
    return ResidentFactory(commune=commune)


def rows_of(person, other):
    officer = OfficerFactory(unit=person.commune)
    return (
        IdentityDocumentFactory(resident=person),
        EidAccountFactory(resident=person, granted_by=officer),
        PairFactory(left=person, right=other),
    )


def communes(document, account, pair):
    for row in (document, account, pair):
        row.refresh_from_db()
    return document.commune, account.commune, pair.left_commune, pair.right_commune


def test_a_new_row_gets_the_commune_of_its_person(person, other, commune):
    assert communes(*rows_of(person, other)) == (commune,) * 4


def test_many_at_once_get_theirs(person, other_commune):
    stranger = ResidentFactory(commune=other_commune)
    IdentityDocument.objects.bulk_create(
        IdentityDocument(resident=one, kind=CARD_KINDS[0], number="499099000002") for one in (person, stranger)
    )
    found = IdentityDocument.objects.values_list("resident_id", "commune_id")
    assert set(found) == {(person.pk, person.commune_id), (stranger.pk, other_commune.pk)}


def test_rows_go_with_a_person_who_comes_under_another_commune(person, other, commune, other_commune):
    rows = rows_of(person, other)
    person.commune = other_commune
    person.save()
    assert communes(*rows) == (other_commune, other_commune, other_commune, commune)


def test_a_row_that_gets_another_person_gets_the_commune_of_that_one(person, other, other_commune):
    stranger = ResidentFactory(commune=other_commune)
    rows = rows_of(person, other)
    IdentityDocument.objects.filter(pk=rows[0].pk).update(resident=stranger)
    assert communes(*rows)[0] == other_commune


@pytest.mark.parametrize("column", ["left_commune", "right_commune"])
def test_the_database_refuses_a_pair_another_commune_than_its_persons(person, other, other_commune, column):
    pair = rows_of(person, other)[2]
    with pytest.raises(IntegrityError, match="in_commune"), transaction.atomic():
        DuplicatePair.objects.filter(pk=pair.pk).update(**{column: other_commune})
        at_once()


@pytest.mark.parametrize("number", [0, 1])
def test_the_database_refuses_a_row_another_commune_than_its_persons(person, other, other_commune, number):
    row = rows_of(person, other)[number]
    with pytest.raises(IntegrityError, match="in_commune"), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(commune=other_commune)
        at_once()


def test_going_along_is_no_change_of_the_row(person, other, other_commune):
    document, account, pair = rows_of(person, other)
    before = [row.events.count() for row in (document, account, pair)]
    person.commune = other_commune
    person.save()
    assert [row.events.count() for row in (document, account, pair)] == before


def at_once() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
