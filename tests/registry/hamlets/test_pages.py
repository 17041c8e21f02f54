"""The hamlets desk: everybody who may look sees the list, only the chief of the commune works on it."""

import pytest
from django.urls import reverse

from accounts.models import Action, AuditEvent
from accounts.roles import Role
from registry.models import Hamlet, Household, Residence
from tests.factories import FindingFactory, OfficerFactory, ResidenceFactory, ResidentFactory

pytestmark = pytest.mark.django_db
LIST = "/thon-to/"


@pytest.fixture
def two(commune) -> Hamlet:
    return Hamlet.objects.create(commune=commune, name="Thôn 2")


@pytest.fixture
def their_chief(other_commune):
    return OfficerFactory(badge_number="MH-010", unit=other_commune, role=Role.CHIEF)


def test_the_list_shows_who_lives_where_in_few_queries(
    resident, outsider, two, commune, other_commune, officer, client_of, django_assert_max_num_queries
):
    for name in ("Thôn 10", "Thôn 3"):
        Hamlet.objects.create(commune=commune, name=name)
    Hamlet.objects.create(commune=other_commune, name="Thôn Lạ")
    client = client_of(officer)
    with django_assert_max_num_queries(12):
        text = client.get(LIST).content.decode()
    assert "3 trong danh sách" in text
    assert text.index("Thôn 2") < text.index("Thôn 3") < text.index("Thôn 10")
    assert "Thôn Lạ" not in text
    assert "Sửa, phân công" not in text
    assert AuditEvent.objects.filter(sentence__startswith="Xem danh sách thôn, tổ dân phố").exists()


def test_the_chief_sees_what_records_write_otherwise(
    resident, two, commune, chief, client_of, django_assert_max_num_queries
):
    for hamlet in ("thôn 02", "Xóm Núi", "Bản Xa"):
        ResidenceFactory(resident=ResidentFactory(commune=commune), hamlet=hamlet)
    client = client_of(chief)
    with django_assert_max_num_queries(12):
        text = client.get(LIST).content.decode()
    assert "Hồ sơ đang ghi khác danh sách" in text
    assert "cùng nơi với Thôn 2, viết khác" in text
    assert "Thêm “Xóm Núi” vào danh sách" in text


def test_those_above_see_every_commune_of_theirs(two, other_commune, supervisor, client_of):
    Hamlet.objects.create(commune=other_commune, name="Thôn Lạ")
    text = client_of(supervisor).get(LIST).content.decode()
    assert "Thôn 2" in text
    assert "Thôn Lạ" in text
    assert "Xã Mẫu Hạ" in text


def test_the_chief_adds_once(chief, commune, client_of):
    client = client_of(chief)
    sent = {"name": "Thôn Nà Mạ", "since": "1/7/2025", "submit_token": "t1"}
    for _ in range(2):
        assert client.post(reverse("registry:hamlet_add"), sent).status_code == 302
    new = Hamlet.objects.get()
    assert (new.name, new.commune, f"{new.valid_from:%d/%m/%Y}") == ("Thôn Nà Mạ", commune, "01/07/2025")


@pytest.mark.parametrize(
    ("sent", "said"),
    [({"name": ""}, "Ghi tên thôn"), ({"name": "thôn 02"}, "Danh sách đã có Thôn 2"),
     ({"name": "Thôn 9", "since": "31/02/2025"}, "Ghi đủ ngày")],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_added(chief, two, client_of, sent, said):
    answer = client_of(chief).post(reverse("registry:hamlet_add"), sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Hamlet.objects.count() == 1


def test_the_chief_renames(resident, two, chief, client_of, django_assert_max_num_queries):
    client = client_of(chief)
    page = reverse("registry:hamlet", args=[two.public_id])
    with django_assert_max_num_queries(12):
        assert "1 người, 1 hộ" in client.get(page).content.decode()
    assert client.post(page, {"name": "Thôn Nà Mạ", "basis": ""}).status_code == 422
    assert client.post(page, {"name": "Thôn Nà Mạ", "basis": "NQ 5"}).status_code == 302
    assert set(Residence.objects.values_list("hamlet", flat=True)) == {"Thôn Nà Mạ"}


def test_the_chief_closes_into_another(resident, two, chief, commune, client_of):
    three = Hamlet.objects.create(commune=commune, name="Thôn 3")
    client = client_of(chief)
    address = reverse("registry:hamlet_close", args=[two.public_id])
    refused = client.post(address, {"on": "1/11/2026", "basis": "NQ 5"})
    assert refused.status_code == 422
    assert "Còn 1 người và 1 hộ ở Thôn 2" in refused.content.decode()
    assert client.post(address, {"on": "1/11/2026", "basis": "NQ 5", "into": three.public_id}).status_code == 302
    assert Household.objects.get().hamlet == "Thôn 3"


def test_a_writing_is_added_or_called_as_the_list_calls_it(resident, two, commune, chief, client_of):
    for hamlet in ("thôn 02", "xóm núi"):
        ResidenceFactory(resident=ResidentFactory(commune=commune), hamlet=hamlet)
    client, address = client_of(chief), reverse("registry:hamlet_call")
    assert client.post(address, {"key": "thon 2", "hamlet": two.public_id}).status_code == 302
    assert client.post(address, {"key": "xom nui", "name": "Xóm Núi"}).status_code == 302
    assert set(Residence.objects.values_list("hamlet", flat=True)) == {"Thôn 2", "Xóm Núi"}
    assert list(Hamlet.objects.values_list("name", flat=True)) == ["Thôn 2", "Xóm Núi"]


def test_neither_a_name_nor_a_hamlet_is_refused(two, chief, client_of):
    answer = client_of(chief).post(reverse("registry:hamlet_call"), {"key": "xom nui"})
    assert answer.status_code == 422


def test_another_communes_chief_cannot_touch_ours(resident, two, commune, their_chief, client_of):
    """The bait: a chief, with every right, of the commune next door."""
    client = client_of(their_chief)
    for address, sent in [
        (reverse("registry:hamlet", args=[two.public_id]), {"name": "Thôn Lạ", "basis": "x"}),
        (reverse("registry:hamlet_close", args=[two.public_id]), {"on": "1/11/2026", "basis": "x"}),
    ]:
        assert client.post(address, sent).status_code == 404
    assert client.post(reverse("registry:hamlet_call"), {"key": "thon 2", "hamlet": two.public_id}).status_code == 422
    client.post(reverse("registry:hamlet_call"), {"key": "thon 2", "name": "Thôn Lạ"})
    two.refresh_from_db()
    assert two.name == "Thôn 2"
    assert {row.hamlet for row in resident.residences.all()} == {"Thôn 2"}
    assert AuditEvent.objects.filter(action="refused", actor_badge=their_chief.badge_number).count() == 2


# --- who looks after it ---------------------------------------------------------------------------------------------


def look_after(client, hamlet: Hamlet, who: str):
    return client.post(reverse("registry:hamlet_officer", args=[hamlet.public_id]), {"officer": who})


def test_the_chief_says_who_looks_after_a_hamlet(client_of, commune, chief, officer):
    hamlet = Hamlet.objects.create(commune=commune, name="Thôn 2")
    client = client_of(chief)
    assert look_after(client, hamlet, str(officer.public_id)).url == reverse("registry:hamlets")
    hamlet.refresh_from_db()
    assert hamlet.officer == officer
    event = AuditEvent.objects.get(action=Action.CHANGE)
    assert (event.sentence, event.data) == (
        "Giao đồng chí Đại úy Lê Mẫu Hải phụ trách Thôn 2", {"cán bộ phụ trách": ["", "Đại úy Lê Mẫu Hải"]},
    )  # fmt: skip
    assert "Lê Mẫu Hải" in client.get(reverse("registry:hamlets")).content.decode()
    look_after(client, hamlet, "")
    hamlet.refresh_from_db()
    assert hamlet.officer is None


def test_only_somebody_of_the_commune_looks_after_it(client_of, commune, chief, officer, stranger):
    gone = OfficerFactory(unit=commune, is_active=False)
    hamlet = Hamlet.objects.create(commune=commune, name="Thôn 2", officer=officer)
    for who in (stranger, gone):
        answer = look_after(client_of(chief), hamlet, str(who.public_id))
        assert answer.status_code == 422
        assert "Chọn một đồng chí đang công tác tại xã." in answer.content.decode()
    hamlet.refresh_from_db()
    assert hamlet.officer == officer


def test_cases_are_found_by_who_looks_after_the_hamlet(client_of, commune, chief, officer, resident):
    Hamlet.objects.create(commune=commune, name="thôn 02", officer=officer)  # the household writes "Thôn 2"
    case = FindingFactory(resident=resident)
    FindingFactory(resident=ResidentFactory(commune=commune))  # lives nowhere
    url = reverse("registry:cleanup_queue", args=["tat-ca"])
    for client, query in (
        (client_of(officer), {"can_bo": "toi", "vai": "thon"}),
        (client_of(officer), {"can_bo": "toi"}),
        (client_of(chief), {"can_bo": str(officer.public_id), "vai": "thon"}),
        (client_of(chief), {"vai": "thon"}),
    ):
        assert [row.record for row in client.get(url, query).context["table"].rows] == [case], query
