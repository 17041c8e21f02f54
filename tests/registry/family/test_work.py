"""Work on family ties: one form, two records, seen before it is written; proposals for a name on a paper."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from registry.models import Change, Relation
from registry.residents import family
from registry.residents.proposals import proposals
from tests.factories import MembershipFactory, RelationFactory, ResidentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def father(commune):
    return ResidentFactory(commune=commune, full_name="Nguyễn Văn Mẫu", sex=1, birth_year=1960)


@pytest.fixture
def line(resident) -> Relation:
    """Her father, by name only."""
    return resident.relations.get(kind="father")


def address(person, kind: str, token=None) -> str:
    return reverse("registry:resident_change", args=[person.public_id, kind, token or uuid.uuid4()])


def typed(step: str, **fields: str) -> dict[str, str]:
    return {"buoc": step, "received_on": "20/11/2026", "basis": "Giấy khai sinh", **fields}


def written(client, person, kind: str, **fields: str):
    url = address(person, kind)
    seen = client.post(url, typed("xem", **fields))
    assert seen.status_code == 200, seen.context["form"].errors
    preview = seen.context["preview"]
    answer = client.post(url, typed("ghi", seen=preview.seal, **fields))
    assert answer.status_code == 302
    return preview


def told(preview) -> list[tuple[str, str, str, str]]:
    return [(one["who"], one["what"], one["before"], one["after"]) for one in preview.lines]


def test_a_child_is_added_to_both_records_and_both_trails(resident, commune, officer, client_of):
    child = ResidentFactory(commune=commune, full_name="Trần Mẫu Con", birth_year=2015)
    preview = written(
        client_of(officer), resident, "them-quan-he", relation_kind="child", person_chon=str(child.public_id),
        effective_on="1/2/2015",
    )  # fmt: skip
    assert sorted(told(preview)) == [
        ("Nguyễn Thị Mẫu Lan", "con", "", "Trần Mẫu Con (đã liên kết)"),
        ("Trần Mẫu Con", "mẹ", "", "Nguyễn Thị Mẫu Lan (đã liên kết)"),
    ]
    assert set(Change.objects.get().people.all()) == {resident, child}
    for person in (resident, child):
        assert AuditEvent.objects.filter(action="change", target_ref=str(person.public_id)).count() == 1
    assert set(Relation.objects.filter(kind__in=["child", "mother"]).exclude(person=None).values_list("from_on")) == {
        (dt.date(2015, 2, 1),)
    }


def test_a_relative_by_name_keeps_what_the_law_lists(resident, officer, client_of):
    preview = written(
        client_of(officer), resident, "them-quan-he", relation_kind="spouse", name="Trần Văn Xa", birth_year="1988",
        nationality="LA", number="001088000001", cmnd="012345678",
    )  # fmt: skip
    assert told(preview)[0][3] == "Trần Văn Xa (sinh 1988, số định danh 001088000001, CMND 012345678, quốc tịch Lào)"
    row = resident.relations.get(kind="spouse")
    assert (row.nationality, row.source, row.person) == ("LA", "GIAY_TO", None)


def test_the_preview_warns_of_what_the_rules_will_find(resident, commune, officer, client_of):
    young = ResidentFactory(commune=commune, full_name="Lê Thị Mẫu", birth_year=1978)
    line = resident.relations.get(kind="mother")
    answer = client_of(officer).post(
        address(resident, "lien-ket"), typed("xem", line=str(line.public_id), person_chon=str(young.public_id))
    )
    assert answer.context["preview"].warnings == ["Nguyễn Thị Mẫu Lan: Mẹ Lê Thị Mẫu hơn con 12 tuổi."]


def test_nobody_of_another_commune_can_be_chosen(resident, outsider, officer, client_of):
    fields = {"relation_kind": "child", "person_chon": str(outsider.public_id)}
    answer = client_of(officer).post(address(resident, "them-quan-he"), typed("xem", **fields))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["person"]
    assert outsider.full_name not in answer.content.decode()


BAD = [
    ({"relation_kind": "", "name": "Lê Văn A"}, "relation_kind"),
    ({"relation_kind": "child"}, "person"),
    ({"relation_kind": "child", "name": "Lê 5"}, "name"),
    ({"relation_kind": "child", "name": "Lê Văn A", "birth_year": "2999"}, "birth_year"),
    ({"relation_kind": "child", "name": "Lê Văn A", "birth_year": "hai"}, "birth_year"),
    ({"relation_kind": "child", "name": "Lê Văn A", "number": "12"}, "number"),
    ({"relation_kind": "child", "name": "Lê Văn A", "cmnd": "12"}, "cmnd"),
    ({"relation_kind": "child", "name": "Lê Văn A", "nationality": "Z9"}, "nationality"),
    ({"relation_kind": "spouse", "name": "Lê Văn A", "is_adoptive": "on"}, "is_adoptive"),
    ({"relation_kind": "father", "name": "Lê Văn Hai"}, "name"),  # she has one
]


@pytest.mark.parametrize(("fields", "wrong"), BAD)
def test_bad_input_is_told_beside_its_field(fields, wrong, resident, officer, client_of):
    answer = client_of(officer).post(address(resident, "them-quan-he"), typed("xem", **fields))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [wrong]
    assert resident.relations.count() == 2


def test_the_same_form_sent_twice_is_one_tie(resident, officer, client_of):
    client, url = client_of(officer), address(resident, "them-quan-he")
    fields = {"relation_kind": "child", "name": "Trần Mẫu Con"}
    seen = client.post(url, typed("xem", **fields)).context["preview"].seal
    for _ in range(2):
        client.post(url, typed("ghi", seen=seen, **fields))
    assert resident.relations.filter(kind="child").count() == Change.objects.count() == 1


# --- linking a name to a record --------------------------------------------------------------------------------------


def test_a_name_is_linked_in_one_click_and_a_preview(resident, father, line, officer, client_of):
    page = client_of(officer).get(reverse("registry:resident_change_new", args=[resident.public_id, "lien-ket"]),
                                  {"line": str(line.public_id)}, follow=True)  # fmt: skip
    assert f'value="{father.public_id}"' in page.content.decode()
    preview = written(
        client_of(officer), resident, "lien-ket", line=str(line.public_id), person_chon=str(father.public_id)
    )
    assert told(preview) == [
        ("Nguyễn Thị Mẫu Lan", "cha", "Nguyễn Văn Mẫu", "Nguyễn Văn Mẫu (đã liên kết)"),
        ("Nguyễn Văn Mẫu", "con", "", "Nguyễn Thị Mẫu Lan (đã liên kết)"),
    ]
    line.refresh_from_db()
    assert line.person == father


def test_a_link_to_somebody_of_another_name_takes_that_name(resident, commune, line, officer, client_of):
    real = ResidentFactory(commune=commune, full_name="Nguyễn Văn Mậu Thật", sex=1, birth_year=1960)
    written(client_of(officer), resident, "lien-ket", line=str(line.public_id), person_chon=str(real.public_id))
    line.refresh_from_db()
    assert (line.name, line.person) == ("Nguyễn Văn Mậu Thật", real)


def test_a_line_that_a_colleague_linked_meanwhile_is_refused(resident, father, line, officer, client_of):
    client, url = client_of(officer), address(resident, "lien-ket")
    fields = {"line": str(line.public_id), "person_chon": str(father.public_id)}
    seen = client.post(url, typed("xem", **fields)).context["preview"].seal
    family.link(resident, "father", person=father, by=officer)
    answer = client.post(url, typed("ghi", seen=seen, **fields))
    assert answer.status_code == 422
    assert not Change.objects.exists()


def test_a_line_of_somebody_else_cannot_be_named(resident, outsider, officer, client_of, father):
    theirs = outsider.relations.get(kind="father")
    for kind in ("lien-ket", "ket-thuc-quan-he"):
        fields = {"line": str(theirs.public_id), "person_chon": str(father.public_id), "reason": "Ly hôn"}
        answer = client_of(officer).post(address(resident, kind), typed("xem", **fields))
        assert list(answer.context["form"].errors) == ["line"]


def test_ending_closes_both_sides_with_the_reason(resident, father, officer, client_of):
    row = family.link(resident, "father", person=father, by=officer)
    preview = written(
        client_of(officer), resident, "ket-thuc-quan-he", line=str(row.public_id), reason="Ghi, liên kết nhầm người",
        effective_on="19/11/2026",
    )  # fmt: skip
    assert [(who, what, after) for who, what, _, after in told(preview)] == [
        ("Nguyễn Thị Mẫu Lan", "cha", ""), ("Nguyễn Văn Mẫu", "con", ""),
    ]  # fmt: skip
    ended = Relation.objects.filter(is_current=False)
    assert set(ended.values_list("ended_reason", "to_on")) == {("Ghi, liên kết nhầm người", dt.date(2026, 11, 19))}


def test_the_old_button_takes_a_second_father_off_both_records(resident, commune, officer, client_of):
    second = ResidentFactory(commune=commune, full_name="Trần Văn Hai", sex=1, birth_year=1960)
    row = RelationFactory(resident=resident, kind="father", name="Trần Văn Hai", person=second)
    RelationFactory(resident=second, kind="child", name=resident.full_name, person=resident)
    client_of(officer).post(reverse("registry:relation_end", args=[resident.public_id, row.public_id]))
    assert not second.relations.filter(is_current=True).exists()
    assert resident.relations.get(kind="father", is_current=True).name == "Nguyễn Văn Mẫu"
    assert AuditEvent.objects.filter(action="change").count() == 2


# --- proposals -------------------------------------------------------------------------------------------------------


def test_housemates_first_and_only_whom_age_sex_and_commune_allow(resident, commune, other_commune, line, officer):
    def somebody(where=commune, **fields):
        return ResidentFactory(commune=where, **{"full_name": "nguyên văn mẫu", "sex": 1, "birth_year": 1960} | fields)

    far = somebody()
    mate = somebody()
    MembershipFactory(household=resident.memberships.get().household, resident=mate)
    somebody(sex=2)
    somebody(birth_year=1985)
    somebody(birth_year=1900)
    somebody(state="merged")
    somebody(other_commune)
    assert proposals([line], officer) == {line.pk: [mate, far]}


def test_a_birth_year_on_the_paper_must_fit(resident, father, line, officer):
    line.birth_year = 1961
    assert proposals([line], officer) == {}


def test_proposals_cost_one_query_however_many_lines(resident, father, officer):
    RelationFactory(resident=resident, kind="child", name="Trần Mẫu Con")
    lines = list(resident.relations.select_related("resident"))
    with CaptureQueriesContext(connection) as captured:
        proposals(lines, officer)
    assert len(captured) == 1


@pytest.mark.parametrize("kind", ["them-quan-he", "lien-ket", "ket-thuc-quan-he"])
def test_the_forms_are_cheap(kind, resident, father, officer, client_of):
    client, url = client_of(officer), address(resident, kind)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    assert len(captured) <= 12
