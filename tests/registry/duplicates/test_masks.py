"""The person of another commune: numbers stay masked until a reason is given, and never fall for those above."""

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from registry.duplicates import masks
from tests.factories import IdentityNumberFactory
from tests.registry.duplicates.test_views import of_case, pair_in, shown, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def across(commune, other_commune):
    pair = pair_in(commune, other_commune)
    IdentityNumberFactory(resident=pair.left, number="001190000777")
    IdentityNumberFactory(resident=pair.right, number="001190000999")
    return pair


REASON = "Công dân khai từng đăng ký ở xã Mẫu Hạ"


def test_the_numbers_of_the_person_outside_are_masked_and_the_view_is_audited(across, chief, client_of):
    html = shown(client_of(chief).get(url_of(across)))
    assert "001190000777" in html
    assert "001190000999" not in html
    assert "0987654321" not in html
    assert "001 ••• 999" in html
    assert "Xã Mẫu Hạ · ngoài địa bàn" in html
    assert reverse("registry:resident", args=[across.left.public_id]) in html
    assert reverse("registry:resident", args=[across.right.public_id]) not in html
    seen = AuditEvent.objects.filter(action="view")
    assert {event.target_ref for event in seen} == {str(across.left.public_id), str(across.right.public_id)}


def test_a_reason_takes_the_mask_off_and_both_people_have_the_line(across, chief, client_of):
    client = client_of(chief)
    answer = client.post(of_case(across, "duplicate_unmask"), {"reason": REASON, "pair": str(across.public_id)})
    assert answer.headers["Location"] == url_of(across)
    html = shown(client.get(url_of(across)))
    assert "001190000999" in html
    assert "0987654321" in html
    lines = AuditEvent.objects.filter(action="search_outside")
    assert {line.target_ref for line in lines} == {str(across.left.public_id), str(across.right.public_id)}
    assert {line.reason for line in lines} == {REASON}


@pytest.mark.parametrize("reason", ["", "   ", "xem"])
def test_without_a_proper_reason_the_mask_stays(across, chief, client_of, reason):
    client = client_of(chief)
    answer = client.post(of_case(across, "duplicate_unmask"), {"reason": reason})
    assert answer.status_code == 422
    assert "Ghi rõ lý do cần xem" in shown(answer)
    assert "001190000999" not in shown(client.get(url_of(across)))
    assert not AuditEvent.objects.filter(action="search_outside").exists()


def test_the_mask_is_off_for_this_officer_this_case_and_half_an_hour(
    across, commune, other_commune, chief, client_of, monkeypatch
):
    client = client_of(chief)
    client.post(of_case(across, "duplicate_unmask"), {"reason": REASON})
    other = pair_in(commune, other_commune)
    IdentityNumberFactory(resident=other.right, number="001190000888")
    assert "001190000888" not in shown(client.get(url_of(other)))
    assert "001190000999" not in shown(client_of(chief).get(url_of(across)))  # another browser of his
    later = timezone.now() + dt.timedelta(minutes=31)
    monkeypatch.setattr("registry.duplicates.masks.timezone.now", lambda: later)
    session = client.session
    assert "duplicates_unmasked" in session
    assert masks.open_until(SimpleNamespace(session=session), across.case) is None


def test_a_case_within_the_commune_has_nothing_to_unmask(commune, officer, client_of):
    pair = pair_in(commune)
    answer = client_of(officer).post(of_case(pair, "duplicate_unmask"), {"reason": REASON})
    assert (answer.status_code, "không có hồ sơ ngoài địa bàn" in shown(answer)) == (422, True)


@pytest.mark.parametrize("who", ["supervisor", "ministry"])
def test_those_above_read_masked_numbers_never_unmask_and_decide_nothing(across, commune, who, client_of, request):
    pair = pair_in(commune)
    IdentityNumberFactory(resident=pair.left, number="001190000111")
    client = client_of(request.getfixturevalue(who))
    for one in (pair, across):
        html = shown(client.get(url_of(one)))
        assert not re.search(r"001190000(111|777|999)|0987654321", html)
        assert 'value="same"' not in html
        assert client.post(of_case(one, "duplicate_unmask"), {"reason": REASON}).status_code == 403
        assert client.post(url_of(one, "duplicate_decide"), {"decision": "same"}).status_code == 403
