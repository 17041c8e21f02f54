"""Rules about an address and everybody registered there: S28, S29."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Setting
from registry.cleanup import places
from registry.cleanup.scan import scan
from registry.models import Finding, Resident
from tests.factories import HouseholdFactory, MembershipFactory, ResidenceFactory, ResidentFactory

pytestmark = pytest.mark.django_db


def living_at(commune, name: str, *, home=None, **address) -> Resident:
    person = ResidentFactory(commune=commune, full_name=name)
    ResidenceFactory(resident=person, **address)
    if home:
        MembershipFactory(household=home, resident=person)
    return person


def found(rule: str, people) -> list[str]:
    scan([one.pk for one in people])
    rows = Finding.objects.filter(state="open", rule=rule)
    return sorted(rows.values_list("resident__full_name", flat=True))


def test_the_odd_writing_is_found_and_the_usual_one_spared(commune, other_commune):
    usual = [living_at(commune, f"Lê Mẫu {n}", street="", hamlet="Tổ dân phố 05") for n in range(3)]
    odd = living_at(commune, "Trần Mẫu Lẻ", street="", hamlet="Tổ 5")
    elsewhere = living_at(other_commune, "Vi Mẫu Lạ", street="", hamlet="Tổ 5")
    capitals = living_at(commune, "Vi Mẫu Hoa", street="", hamlet="tổ dân phố 05")
    assert found("S28", [*usual, odd, elsewhere, capitals]) == ["Trần Mẫu Lẻ"]
    seen = Finding.objects.get(rule="S28").evidence["values"]
    assert seen == [["Đang ghi", "Tổ 5"], ["Cách ghi nhiều nhất", "Tổ dân phố 05"]]


def test_of_two_equal_writings_one_always_stands(commune):
    people = [living_at(commune, name, street="", hamlet=name) for name in ("Tổ 5", "Tổ dân phố 05")]
    assert found("S28", people) == ["Tổ dân phố 05"]


def test_the_dead_and_who_left_do_not_count(commune):
    odd = living_at(commune, "Trần Mẫu Lẻ", street="", hamlet="Tổ 5")
    for state in ("deceased", "moved", "merged"):
        Resident.objects.filter(pk=living_at(commune, state, street="", hamlet="Tổ dân phố 05").pk).update(state=state)
    assert found("S28", [odd]) == []


def test_too_many_households_at_one_house_are_told_once_a_household(commune):
    homes = [HouseholdFactory(commune=commune) for _ in range(6)]
    people = [living_at(commune, f"Lê Mẫu {n}", home=home, street="Số 12") for n, home in enumerate(homes)]
    young = living_at(commune, "Bé Mẫu", home=homes[0], street="Số 12")
    Resident.objects.filter(pk=young.pk).update(birth_year=2020, birth_latest_on="2020-05-21")
    assert found("S29", [*people, young]) == [f"Lê Mẫu {n}" for n in range(6)]
    assert ["Số hộ", "6"] in Finding.objects.filter(rule="S29").first().evidence["values"]
    Setting.objects.create(code="address_households", value=6, valid_from="2020-01-01")
    assert found("S29", people) == []


def test_a_hamlet_alone_is_no_full_address(commune):
    homes = [HouseholdFactory(commune=commune) for _ in range(6)]
    people = [living_at(commune, f"Lê Mẫu {n}", home=home, street="") for n, home in enumerate(homes)]
    assert found("S29", people) == []


def test_lodgers_do_not_count(commune):
    homes = [HouseholdFactory(commune=commune) for _ in range(6)]
    people = [living_at(commune, f"Lê Mẫu {n}", home=home, street="Số 12", kind="temporary")
              for n, home in enumerate(homes)]  # fmt: skip
    assert found("S29", people) == []


def test_one_query_however_many_live_there(commune):
    people = [living_at(commune, f"Lê Mẫu {n}", street="Số 12") for n in range(5)]
    for some in (people[:1], people):
        with CaptureQueriesContext(connection) as queries:
            loaded = places.load([one.pk for one in some])
        assert len(queries) == 1
        assert {place.people for place in loaded.values()} == {5}


def test_a_place_names_everybody_registered_there(commune):
    people = [living_at(commune, f"Lê Mẫu {n}", street="Số 12") for n in range(3)]
    living_at(commune, "Bên cạnh", street="Số 13")
    key = places.load([people[0].pk])[people[0].pk].key
    kind, _, value = key.partition(" ")
    assert kind == places.KEY
    assert set(Resident.objects.filter(places.holders([value]))) == set(people)
