"""Family ties: both halves in one step; what cannot be is refused; the form of a child keeps both sides true."""

import datetime as dt

import pytest

from registry.models import Relation
from registry.residents import family
from registry.residents.kin_checks import ancestors
from registry.residents.refusal import RegisterRefused
from tests.factories import RelationFactory, ResidentFactory

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 11, 20)


@pytest.fixture
def people(commune):
    """Grandfather, father, mother, child of one commune; nothing links them yet."""
    return {
        "grandfather": ResidentFactory(commune=commune, full_name="Lê Văn Cụ", sex=1, birth_year=1935),
        "father": ResidentFactory(commune=commune, full_name="Lê Văn Cha", sex=1, birth_year=1962),
        "mother": ResidentFactory(commune=commune, full_name="Trần Thị Mẹ", sex=2, birth_year=1965),
        "child": ResidentFactory(commune=commune, full_name="Lê Văn Con", sex=1, birth_year=1990),
    }


def lines(person) -> list[tuple[str, str, int | None]]:
    rows = person.relations.filter(is_current=True).order_by("kind", "pk")
    return [(row.kind, row.name, row.person_id) for row in rows]


def refused(*args, **more) -> str:
    with pytest.raises(RegisterRefused) as refusal:
        family.link(*args, **more)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("kind", "of", "to", "back"),
    [
        ("father", "child", "father", "child"),
        ("mother", "child", "mother", "child"),
        ("child", "father", "child", "father"),
        ("child", "mother", "child", "mother"),
        ("spouse", "father", "mother", "spouse"),
        ("guardian", "child", "mother", "ward"),
        ("ward", "mother", "child", "guardian"),
    ],
)
def test_a_tie_is_written_on_both_records(kind, of, to, back, people, officer):
    family.link(people[of], kind, person=people[to], by=officer, from_on=ON)
    assert lines(people[of]) == [(kind, people[to].full_name, people[to].pk)]
    assert lines(people[to]) == [(back, people[of].full_name, people[of].pk)]
    assert set(Relation.objects.values_list("from_on", flat=True)) == {ON}
    for person in (people[of], people[to]):
        person.refresh_from_db()
        assert (person.scan_due, person.matching_due) == (True, True)


def test_linking_again_changes_nothing(people, officer):
    family.link(people["child"], "father", person=people["father"], by=officer)
    family.link(people["child"], "father", person=people["father"], by=officer)
    family.link(people["father"], "child", person=people["child"], by=officer)
    assert Relation.objects.count() == 2


def test_a_line_by_name_is_completed_on_both_sides(people, officer):
    mine = RelationFactory(resident=people["child"], kind="father", name="Lê Văn Chà")
    theirs = RelationFactory(resident=people["father"], kind="child", name="lê văn con")
    family.link(people["child"], "father", person=people["father"], by=officer)
    assert lines(people["child"]) == [("father", "Lê Văn Chà", people["father"].pk)]  # as the paper spells it
    mine.refresh_from_db(), theirs.refresh_from_db()
    assert (mine.person, theirs.person) == (people["father"], people["child"])


def test_a_name_alone_makes_one_line_with_what_is_known(people, officer):
    family.link(
        people["child"], "mother", name="  Trần  Thị Xa ", birth_year=1966, number="001166000001", cmnd="012345678",
        nationality="VN", by=officer, source="CONG_DAN_KHAI",
    )  # fmt: skip
    row = Relation.objects.get()
    assert (row.name, row.birth_year, row.personal_number, row.cmnd, row.nationality, row.source, row.person) == (
        "Trần Thị Xa", 1966, "001166000001", "012345678", "VN", "CONG_DAN_KHAI", None,
    )  # fmt: skip


def test_ending_closes_both_halves_and_keeps_them(people, officer):
    row = family.link(people["father"], "spouse", person=people["mother"], by=officer)
    family.end(row, by=officer, on=ON, reason="Ly hôn theo bản án 12/2026")
    assert lines(people["father"]) == lines(people["mother"]) == []
    assert set(Relation.objects.values_list("is_current", "to_on", "ended_reason")) == {
        (False, ON, "Ly hôn theo bản án 12/2026")
    }


def test_ending_needs_a_reason_and_a_day_after_the_beginning(people, officer):
    row = family.link(people["father"], "spouse", person=people["mother"], by=officer, from_on=ON)
    for reason, on in (("  ", ON), ("Ly hôn", ON - dt.timedelta(days=1))):
        with pytest.raises(RegisterRefused):
            family.end(row, by=officer, on=on, reason=reason)
    assert len(lines(people["mother"])) == 1


def test_a_divorced_man_marries_again(people, officer, commune):
    first = family.link(people["father"], "spouse", person=people["mother"], by=officer)
    second = ResidentFactory(commune=commune, full_name="Vũ Thị Sau")
    assert "đã ghi vợ, chồng là Trần Thị Mẹ" in refused(people["father"], "spouse", person=second, by=officer)
    family.end(first, by=officer, on=ON, reason="Ly hôn")
    family.link(people["father"], "spouse", person=second, by=officer)
    assert lines(people["father"]) == [("spouse", "Vũ Thị Sau", second.pk)]


def test_the_other_side_refuses_as_well_and_nothing_is_left_behind(people, officer, commune):
    RelationFactory(resident=people["mother"], kind="spouse", name="Người Đã Có")
    assert "Hồ sơ của Trần Thị Mẹ đã ghi vợ, chồng là Người Đã Có" in refused(
        people["father"], "spouse", person=people["mother"], by=officer
    )
    assert lines(people["father"]) == []


def test_one_father_by_birth_and_one_by_adoption(people, officer, commune):
    family.link(people["child"], "father", person=people["father"], by=officer)
    adoptive = ResidentFactory(commune=commune, full_name="Đỗ Văn Nuôi", sex=1, birth_year=1960)
    assert "đã ghi cha là Lê Văn Cha" in refused(people["child"], "father", person=adoptive, by=officer)
    family.link(people["child"], "father", person=adoptive, is_adoptive=True, by=officer)
    assert [row.is_adoptive for row in people["child"].relations.order_by("pk")] == [False, True]
    assert "đã ghi cha nuôi" in refused(people["child"], "father", name="Cha Nuôi Hai", is_adoptive=True, by=officer)


def test_nobody_is_their_own_relative(people, officer):
    assert "chính mình" in refused(people["child"], "spouse", person=people["child"], by=officer)


def test_a_descendant_is_no_parent_at_any_depth(people, officer, commune):
    line = [people["grandfather"]]
    for generation in range(1, 6):
        born = 1935 + 2 * generation  # only the circle is to be in the way, not the years
        child = ResidentFactory(commune=commune, full_name=f"Lê Văn {generation}", sex=1, birth_year=born)
        family.link(child, "father", person=line[-1], by=officer)
        line.append(child)
    last = line[-1]
    assert ancestors(last.pk) == {one.pk for one in line[:-1]}
    last.birth_year = 1930
    last.save()
    for elder in line[:-1]:
        assert "vòng tròn" in refused(elder, "father", person=last, is_adoptive=True, by=officer)
        assert "vòng tròn" in refused(last, "child", person=elder, is_adoptive=True, by=officer)
    assert "trực hệ" in refused(last, "spouse", person=_as_woman(line[0]), by=officer)


def _as_woman(person):
    person.sex = 2
    person.save()
    return person


def test_a_circle_in_old_data_ends_the_walk(people):
    one, other = people["father"], people["child"]
    RelationFactory(resident=one, kind="father", person=other)
    RelationFactory(resident=other, kind="father", person=one)
    assert ancestors(one.pk) == {other.pk}


def test_what_cannot_be_is_refused(people, officer, commune, outsider):
    young = ResidentFactory(commune=commune, full_name="Lê Thị Bé", sex=2, birth_year=2015)
    gone = ResidentFactory(commune=commune, full_name="Lê Văn Gộp", sex=1, birth_year=1960, state="merged")
    unknown = ResidentFactory(commune=commune, full_name="Lê Mẫu", sex=0, birth_year=1960)
    child, father = people["child"], people["father"]
    assert "giới tính nữ" in refused(child, "father", person=people["mother"], by=officer)
    assert "giới tính nam" in refused(child, "mother", person=father, by=officer)
    assert "sau người con" in refused(child, "mother", person=young, by=officer)
    assert "sau người con" in refused(child, "mother", name="Lê Thị Trẻ", birth_year=1999, by=officer)
    assert "sau người con" in refused(young, "child", name="Lê Văn Già", birth_year=1950, by=officer)
    assert "cùng giới tính" in refused(child, "spouse", person=father, by=officer)
    assert "đã gộp" in refused(child, "father", person=gone, by=officer)
    assert "chưa ghi giới tính" in refused(unknown, "child", person=child, by=officer)
    assert "do xã khác quản lý" in refused(child, "mother", person=outsider, by=officer)
    assert "Ghi họ tên" in refused(child, "mother", name="  ", by=officer)
    family.link(child, "guardian", person=father, by=officer)
    assert "chiều ngược lại" in refused(father, "guardian", person=child, by=officer)
    assert Relation.objects.filter(resident__in=[child, father, young]).count() == 2
    assert not outsider.relations.filter(kind="child").exists()


def test_parents_of_the_same_year_are_left_to_the_rules(people, officer, commune):
    same = ResidentFactory(commune=commune, full_name="Lê Văn Cùng", sex=1, birth_year=1990, birth_month=None,
                           birth_day=None)  # fmt: skip
    family.link(people["child"], "father", person=same, by=officer)
    assert len(lines(same)) == 1


# --- the form of the child ---------------------------------------------------------------------------------------


def test_another_spelling_on_the_form_keeps_the_link(people, officer):
    family.link(people["child"], "father", person=people["father"], by=officer)
    family.set_parent(people["child"], "father", "Lê Văn Chả")
    assert lines(people["child"]) == [("father", "Lê Văn Chả", people["father"].pk)]
    assert len(lines(people["father"])) == 1


@pytest.mark.parametrize("name", ["Lê Văn Khác", ""])
def test_another_name_on_the_form_ends_the_link_on_both_sides(name, people, officer):
    family.link(people["child"], "father", person=people["father"], by=officer)
    family.set_parent(people["child"], "father", name)
    assert lines(people["child"]) == ([("father", name, None)] if name else [])
    assert lines(people["father"]) == []
    assert Relation.objects.filter(is_current=False, ended_reason="Sửa họ tên cha trên phiếu").count() == 2


def test_a_name_without_a_record_is_simply_corrected(people):
    for name in ("Lê Văn Sai", "Lê Văn Đúng"):
        family.set_parent(people["child"], "father", name)
    assert lines(people["child"]) == [("father", "Lê Văn Đúng", None)]
    family.set_parent(people["child"], "father", "")
    assert not Relation.objects.exists()


def test_the_form_names_the_father_by_birth(people, officer, commune):
    adoptive = ResidentFactory(commune=commune, full_name="Đỗ Văn Nuôi", sex=1, birth_year=1960)
    family.link(people["child"], "father", person=adoptive, is_adoptive=True, by=officer)
    family.link(people["child"], "father", person=people["father"], by=officer)
    from registry.residents.current import shown

    assert shown(people["child"]).relative("father") == "Lê Văn Cha"
    family.set_parent(people["child"], "father", "Lê Văn Mới")
    assert [name for _, name, _ in lines(people["child"])] == ["Đỗ Văn Nuôi", "Lê Văn Mới"]


def test_bulk_writers_get_the_missing_halves(people):
    rows = [
        Relation(resident=people["child"], kind="father", person=people["father"], name="Lê Văn Cha"),
        Relation(resident=people["child"], kind="mother", name="Trần Thị Mẹ"),
        Relation(resident=people["father"], kind="spouse", person=people["mother"], name="Trần Thị Mẹ"),
        Relation(resident=people["mother"], kind="spouse", person=people["father"], name="Lê Văn Cha"),
    ]
    [half] = family.missing_halves(rows)
    assert (half.resident, half.kind, half.person, half.name_folded) == (
        people["father"], "child", people["child"], "le van con",
    )  # fmt: skip
