"""The pages of the residents desk: what they show, at what price."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from registry.duplicates import index
from registry.models import Change
from tests.conftest import settled
from tests.factories import (
    FindingFactory,
    IdentityDocumentFactory,
    IdentityNumberFactory,
    MembershipFactory,
    ResidentFactory,
)

PAGES = ["registry:residents", "registry:households"]


def queries_of(client, address) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", PAGES)
def test_lists_cost_the_same_with_one_row_and_with_three(name, client_of, officer, commune):
    client = client_of(officer)
    settled(commune, number="001190000101")
    one = queries_of(client, reverse(name))
    settled(commune, number="001190000102")
    settled(commune, number="001190000103")
    assert queries_of(client, reverse(name)) == one <= 12


def test_the_record_costs_the_same_however_much_it_holds(client_of, officer, resident, commune):
    client = client_of(officer)
    address = reverse("registry:resident", args=[resident.public_id])
    one = queries_of(client, address)
    household = resident.memberships.get().household
    for rule in ("E06", "E08", "D03"):
        FindingFactory(resident=resident, rule=rule)
        IdentityDocumentFactory(resident=resident)
        MembershipFactory(household=household, resident=ResidentFactory(commune=commune))
        Change.objects.create(kind="x", commune=commune, resident=resident, created_by=officer)
    assert queries_of(client, address) == one
    assert one <= 12


@pytest.mark.parametrize("name", ["registry:resident_new", "registry:search"])
def test_small_pages_are_cheap(name, client_of, officer):
    client = client_of(officer)
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse(name), follow=True)
    assert len(captured) <= 12


def test_the_edit_form_is_cheap(client_of, officer, resident):
    assert queries_of(client_of(officer), reverse("registry:resident_edit", args=[resident.public_id])) <= 12


def test_viewing_a_record_is_written_down(client_of, officer, resident):
    client_of(officer).get(reverse("registry:resident", args=[resident.public_id]))
    event = AuditEvent.objects.get(action="view")
    assert (event.actor_badge, event.target_ref) == ("MS-001", str(resident.public_id))


def test_sensitive_values_are_shown_on_request_only(client_of, officer, resident):
    client = client_of(officer)
    page = client.get(reverse("registry:resident", args=[resident.public_id])).content.decode()
    assert "Kinh" not in page
    shown = client.get(reverse("registry:reveal", args=[resident.public_id, "dan-toc"]), headers={"HX-Request": "true"})
    assert shown.content.decode() == "Kinh"
    assert AuditEvent.objects.filter(action="reveal").count() == 1


def test_the_number_is_read_aloud_while_typing(client_of, officer):
    seen = client_of(officer).post(
        reverse("registry:decode"), {"number": "001190000123", "sex": "1", "birth_date": "1990"}
    )
    assert "Hà Nội (cũ) · nữ · sinh 1990" in seen.content.decode()
    assert "says-warn" in seen.content.decode()


def test_a_person_like_this_already_exists(client_of, officer, resident, outsider):
    index.refresh([resident.pk, outsider.pk])
    client = client_of(officer)
    seen = client.post(reverse("registry:decode"), {"full_name": "nguyen thi mau lan", "birth_date": "21/5/1990"})
    assert "đã có hồ sơ" in seen.content.decode()
    other = client.post(reverse("registry:decode"), {"full_name": outsider.full_name, "birth_date": "21/5/1990"})
    assert outsider.full_name not in other.content.decode()


def test_a_cmnd_that_others_bear_is_said_while_typing(client_of, officer, resident, outsider):
    for person in (resident, outsider):
        IdentityNumberFactory(resident=person, kind="CMND9", number="271460000")
    client, asked = client_of(officer), {"cmnd": "271 460 000", "full_name": "Ai Đó"}
    seen = [client.post(reverse("registry:decode"), asked).content.decode() for _ in range(2)][-1]
    assert "Nguyễn Thị Mẫu Lan, sinh 21/05/1990" in seen and "Một hồ sơ của xã khác" in seen
    assert "Đồng Nai và Bà Rịa - Vũng Tàu" in seen
    assert outsider.full_name not in seen and str(outsider.public_id) not in seen
    assert AuditEvent.objects.filter(action="search_outside").count() == 1
    own = client.post(reverse("registry:decode"), asked | {"but": str(resident.public_id)}).content.decode()
    assert "Nguyễn Thị Mẫu Lan" not in own


def test_confirming_is_dated_and_signed(client_of, officer, resident):
    client_of(officer).post(reverse("registry:resident_confirm", args=[resident.public_id]))
    resident.refresh_from_db()
    assert resident.confirmed_by == officer and resident.confirmed_at is not None


def test_a_list_cannot_be_copied_in_one_request(client_of, officer, commune):
    client = client_of(officer)
    for _ in range(53):
        ResidentFactory(commune=commune)
    page = client.get(reverse("registry:residents"), {"per_page": "100000"})
    assert len(page.context["table"].page.object_list) == 50
    assert client.get(reverse("registry:residents"), {"per_page": "-1"}).status_code == 200
    assert AuditEvent.objects.filter(sentence__startswith="Xem danh sách cư dân, trang 1/2, 53 dòng").count() == 2


def test_numbers_are_masked_for_who_looks_from_above(client_of, officer, supervisor, resident):
    pages = [reverse("registry:residents"), reverse("registry:resident", args=[resident.public_id])]
    for page in pages:
        assert "001 1 90 000123" in client_of(officer).get(page).content.decode()
        seen = client_of(supervisor).get(page).content.decode()
        assert "001••••••123" in seen and "000123" not in seen


def test_a_record_just_changed_is_never_called_clean(client_of, officer, resident):
    resident.scan_due = True
    resident.save()
    page = client_of(officer).get(reverse("registry:resident", args=[resident.public_id])).content.decode()
    assert "đang rà soát" in page and "đúng, đủ, sạch, sống" not in page


def test_an_age_known_only_to_the_year_is_two_ages(client_of, officer, commune):
    person = ResidentFactory(commune=commune, birth_year=1950, birth_month=None, birth_day=None)
    page = client_of(officer).get(reverse("registry:resident", args=[person.public_id])).content.decode()
    today = timezone.localdate()
    least = 0 if (today.month, today.day) == (12, 31) else 1  # on the last day nobody's birthday is still to come
    ages = f"{today.year - 1951}–" * least + f"{today.year - 1950}"
    assert f"1950 · {ages} tuổi" in page


def test_an_imported_date_that_no_calendar_has_stops_no_page(client_of, officer, resident):
    type(resident).objects.filter(pk=resident.pk).update(birth_month=2, birth_day=31)
    page = client_of(officer).get(reverse("registry:resident", args=[resident.public_id]))
    assert page.status_code == 200
    assert "02/1990" in page.content.decode()
