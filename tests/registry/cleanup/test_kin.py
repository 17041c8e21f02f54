"""What the rules about both ends of a tie read of other records, and the marks of both when a tie is written."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.cleanup import kin, papers
from registry.cleanup.scan import scan
from registry.models import Change, ChangedPerson, Finding
from registry.residents import family
from tests.factories import (
    IdentityDocumentFactory,
    IdentityNumberFactory,
    RelationFactory,
    ResidentFactory,
)

pytestmark = pytest.mark.django_db
OURS = ("D19", "D20", "E13", "S12", "S27", "L15")


def found(*people) -> set[tuple[str, str]]:
    scan([one.pk for one in people])
    rows = Finding.objects.filter(state="open", rule__in=OURS)
    return set(rows.values_list("rule", "resident__full_name"))


@pytest.fixture
def couple(commune):
    husband = ResidentFactory(commune=commune, full_name="Lê Văn Chồng", sex=1, birth_year=1980)
    wife = ResidentFactory(commune=commune, full_name="Trần Thị Vợ", birth_year=1982)
    for number, one in (("001080000001", husband), ("001182000001", wife)):
        IdentityNumberFactory(resident=one, number=number)
    return husband, wife


def test_one_sided_spouses_are_found_on_the_side_that_names(couple, officer):
    husband, wife = couple
    RelationFactory(resident=husband, kind="spouse", name=wife.full_name, person=wife)
    assert found(*couple) == {("D19", "Lê Văn Chồng")}
    family.link(husband, "spouse", person=wife, by=officer)
    assert found(*couple) == set()


def test_one_sided_parents_are_found_and_mended_by_linking(couple, commune, officer):
    child = ResidentFactory(commune=commune, full_name="Lê Văn Con", sex=1, birth_year=2010)
    RelationFactory(resident=child, kind="father", name="Lê Văn Chồng", person=couple[0])
    assert found(child) == {("D20", "Lê Văn Con")}
    family.link(couple[0], "child", person=child, by=officer)
    assert found(child) == set()


def test_a_living_relative_without_a_number(couple, officer):
    husband, wife = couple
    family.link(husband, "spouse", person=wife, by=officer)
    wife.numbers.all().delete()
    assert found(husband) == {("E13", "Lê Văn Chồng")}
    wife.state = "deceased"
    wife.save()
    assert found(husband) == set()


def test_a_circle_of_any_length_is_found_on_everybody_in_it(commune):
    people = [ResidentFactory(commune=commune, full_name=f"Lê Văn {name}", sex=1) for name in "ABCDE"]
    for one, other in zip(people, [*people[1:4], people[0]], strict=False):
        RelationFactory(resident=one, kind="father", name=other.full_name, person=other)
        RelationFactory(resident=other, kind="child", name=one.full_name, person=one)
    RelationFactory(resident=people[4], kind="father", name=people[0].full_name, person=people[0])  # leads into it only
    RelationFactory(resident=people[0], kind="child", name=people[4].full_name, person=people[4])
    circle = {name for rule, name in found(*people) if rule == "S27"}
    assert circle == {"Lê Văn A", "Lê Văn B", "Lê Văn C", "Lê Văn D"}


def test_a_cancelled_number_that_still_stands_somewhere(couple, commune):
    husband, wife = couple
    IdentityNumberFactory(resident=husband, kind="SDDCN_DA_HUY", number="001080000009", is_active=False)
    card = IdentityDocumentFactory(resident=husband, number="001080000009")
    RelationFactory(resident=wife, kind="child", name="Lê Văn Con", personal_number="001080000009")
    assert {pair for pair in found(*couple) if pair[0] == "S12"} == {("S12", "Lê Văn Chồng"), ("S12", "Trần Thị Vợ")}
    card.state = "replaced"
    card.save()
    assert {pair for pair in found(*couple) if pair[0] == "S12"} == {("S12", "Trần Thị Vợ")}


def changed(person, officer, what: str, *, on: str, ref: str = "") -> None:
    line = {"of": "resident", "who": "", "ref": ref or str(person.public_id), "what": what, "before": "A", "after": "B"}
    change = Change.objects.create(
        kind="cai-chinh", commune=person.commune, resident=person, created_by=officer, decided_by=officer,
        decided_at="2026-11-20T09:00:00+07:00", state="applied", lines=[line], effective_on=on,
    )  # fmt: skip
    ChangedPerson.objects.create(change=change, resident=person)


def test_a_changed_name_asks_for_another_card(couple, officer):
    IdentityDocumentFactory(resident=couple[0], issued_on="2025-01-10")
    changed(couple[0], officer, "họ tên", on="2024-01-01")
    changed(couple[0], officer, "điện thoại", on="2026-01-01")
    changed(couple[0], officer, "ngày sinh", on="2026-01-01", ref=str(couple[1].public_id))
    assert not {pair for pair in found(couple[0]) if pair[0] == "L15"}
    changed(couple[0], officer, "họ tên", on="2026-01-01")
    assert {pair for pair in found(couple[0]) if pair[0] == "L15"} == {("L15", "Lê Văn Chồng")}


def test_reading_costs_the_same_however_many_people(couple, commune):
    def price(people) -> int:
        with CaptureQueriesContext(connection) as captured:
            kin.load([one.pk for one in people])
            papers.load([one.pk for one in people])
        return len(captured)

    more = [ResidentFactory(commune=commune) for _ in range(3)]
    for one in more:
        RelationFactory(resident=one, kind="mother", name="Trần Thị Vợ", person=couple[1])
    assert price(couple[:1]) == price([*couple, *more]) == 4
