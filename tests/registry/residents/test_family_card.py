"""The family on the record: everybody once, twins named, nothing of other communes but the name, a fixed price."""

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from registry.residents import family
from registry.residents.family_card import family_card
from tests.factories import (
    HouseholdFactory,
    IdentityNumberFactory,
    MembershipFactory,
    RelationFactory,
    ResidentFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(commune):
    return HouseholdFactory(commune=commune)


@pytest.fixture
def somebody(commune, home):
    def make(name, year=2010, month=3, day=5, *, at_home=True, **fields):
        fields = {"sex": 1, "commune": commune} | fields
        person = ResidentFactory(full_name=name, birth_year=year, birth_month=month, birth_day=day, **fields)
        if at_home:
            MembershipFactory(household=home, resident=person)
        return person

    return make


@pytest.fixture
def parents(somebody):
    return somebody("Lê Văn Cha", 1980), somebody("Trần Thị Mẹ", 1982, sex=2)


@pytest.fixture
def born(parents, officer, somebody):
    """A child of both, linked."""

    def bear(name, *date, **fields):
        child = somebody(name, *date, **fields)
        for kind, parent in zip(("father", "mother"), parents, strict=True):
            family.link(child, kind, person=parent, by=officer)
        return child

    return bear


def lines(card) -> dict[str, list]:
    return dict(card["groups"])


def words(rows) -> list[tuple[str, str]]:
    return [(kin.name, kin.twin) for kin in rows]


def test_everybody_stands_in_the_place_of_the_tie(born, parents, somebody, officer):
    child = born("Lê Văn An")
    sister = born("Lê Thị Bé", 2012, sex=2)
    family.link(parents[0], "spouse", person=parents[1], by=officer)
    family.link(child, "guardian", person=somebody("Lê Thị Cô", 1985, sex=2, at_home=False), by=officer)
    IdentityNumberFactory(resident=parents[0], number="001080000123")
    card = lines(family_card(child, officer))
    assert [(kin.label, kin.name, kin.born, kin.number, kin.is_mate) for kin in card["Cha, mẹ"]] == [
        ("Cha", "Lê Văn Cha", "05/03/1980", "001 0 80 000123", True), ("Mẹ", "Trần Thị Mẹ", "05/03/1982", "", True),
    ]  # fmt: skip
    assert [(kin.label, kin.person, kin.notes) for kin in card["Anh, chị, em"]] == [("Chị, em gái", sister, [])]
    assert [(kin.label, kin.name, kin.is_mate) for kin in card["Đại diện"]] == [("Người đại diện", "Lê Thị Cô", False)]
    card = lines(family_card(parents[1], officer))
    assert [kin.name for kin in card["Vợ, chồng"]] == ["Lê Văn Cha"]
    assert [kin.name for kin in card["Con"]] == ["Lê Văn An", "Lê Thị Bé"]


def test_twins_of_linked_parents_are_named_so_on_every_card(born, parents, officer):
    one, other = born("Lê Văn Hùng"), born("Lê Văn Hưng")
    born("Lê Văn Út", 2015)
    assert words(lines(family_card(one, officer))["Anh, chị, em"]) == [("Lê Văn Hưng", "sinh đôi"), ("Lê Văn Út", "")]
    assert words(lines(family_card(other, officer))["Anh, chị, em"])[0] == ("Lê Văn Hùng", "sinh đôi")
    assert words(lines(family_card(parents[1], officer))["Con"]) == [
        ("Lê Văn Hùng", "sinh đôi"), ("Lê Văn Hưng", "sinh đôi"), ("Lê Văn Út", ""),
    ]  # fmt: skip


def test_three_born_together(born, officer):
    first, *_ = born("Lê Văn Nhất"), born("Lê Văn Nhị"), born("Lê Văn Tam")
    assert {kin.twin for kin in lines(family_card(first, officer))["Anh, chị, em"]} == {"sinh ba"}


def test_by_names_only_it_is_a_guess(somebody, officer):
    one, other = somebody("Lê Văn Hùng"), somebody("Lê Văn Hưng")
    away = somebody("Lê Văn Xa", at_home=False)
    for child in (one, other, away):
        RelationFactory(resident=child, kind="father", name="Lê Văn Cha")
        RelationFactory(resident=child, kind="mother", name="Trần Thị Mẹ")
    [kin] = lines(family_card(one, officer))["Anh, chị, em"]
    assert (kin.name, kin.twin, kin.notes) == ("Lê Văn Hưng", "nghi sinh đôi", ["theo họ tên cha, mẹ"])


def test_one_common_parent_is_said(born, parents, somebody, officer):
    child = born("Lê Văn An")
    half = somebody("Lê Văn Khác", 2018)
    family.link(half, "father", person=parents[0], by=officer)
    family.link(half, "mother", person=somebody("Vũ Thị Sau", 1985, sex=2), by=officer)
    assert [kin.notes for kin in lines(family_card(child, officer))["Anh, chị, em"]] == [["cùng cha"]]


def test_a_child_who_names_this_person_is_shown_before_the_other_half_is_there(somebody, officer):
    mother, child = somebody("Trần Thị Mẹ", 1982, sex=2), somebody("Lê Văn An")
    RelationFactory(resident=child, kind="mother", name="Trần Thị Mẹ", person=mother)
    [kin] = lines(family_card(mother, officer))["Con"]
    assert (kin.name, kin.notes, kin.line) == ("Lê Văn An", ["theo hồ sơ của con"], None)


def test_of_another_commune_only_the_name_on_this_record(born, parents, outsider, officer, somebody, other_commune):
    child = born("Lê Văn An")
    moved = born("Lê Văn Chuyển", 2012)
    for gone in (parents[0], moved):
        gone.commune = other_commune
        gone.save()
    IdentityNumberFactory(resident=parents[0], number="001080000123")
    card = lines(family_card(child, officer))
    father = card["Cha, mẹ"][0]
    assert (father.name, father.person, father.born, father.number, father.state, father.is_mate) == (
        "Lê Văn Cha", None, "", "", "", False,
    )  # fmt: skip
    assert "Anh, chị, em" not in card  # no line of this record names him
    page = render_to_string("registry/residents/_family.html", {"family": family_card(child, officer)})
    assert "000123" not in page and str(parents[0].public_id) not in page


def test_who_looks_from_above_reads_masked_numbers_and_gets_no_buttons(born, parents, supervisor):
    child = born("Lê Văn An")
    IdentityNumberFactory(resident=parents[0], number="001080000123")
    RelationFactory(resident=child, kind="guardian", name="Lê Văn Nào", personal_number="001070000456")
    page = render_to_string("registry/residents/_family.html", {"family": family_card(child, supervisor)})
    assert "001••••••123" in page and "001••••••456" in page
    assert "Kết thúc" not in page and "Thêm quan hệ" not in page


def test_a_name_is_offered_to_be_linked_in_one_click(somebody, parents, officer):
    child = somebody("Lê Văn An")
    row = RelationFactory(resident=child, kind="father", name="Lê Văn Chà")
    page = render_to_string("registry/residents/_family.html", {"family": family_card(child, officer)})
    assert f'name="line" value="{row.public_id}"' in page
    assert f'name="person_chon" value="{parents[0].public_id}"' in page


def test_the_card_costs_three_queries_however_large_the_family(born, officer, somebody):
    child = born("Lê Văn An")
    RelationFactory(resident=child, kind="guardian", name="Lê Văn Nào")

    def price() -> int:
        with CaptureQueriesContext(connection) as captured:
            render_to_string("registry/residents/_family.html", {"family": family_card(child, officer)})
        return len(captured)

    one = price()
    for number in range(3):
        born(f"Lê Văn {'BCD'[number]}", 2011 + number)
        RelationFactory(resident=child, kind="ward", name=f"Lê Mẫu {'XYZ'[number]}")
    assert price() == one == 3
