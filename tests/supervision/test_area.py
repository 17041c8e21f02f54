"""Asking for numbers of another area: not found, and written down."""

import uuid

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from registry.models import Hamlet


@pytest.mark.parametrize("query", ["?tinh=20", "?xa=06002"])
def test_a_chief_who_asks_for_elsewhere_leaves_a_line(client_of, chief, other_commune, query):
    assert client_of(chief).get(reverse("supervision:dashboard") + query).status_code == 404
    line = AuditEvent.objects.get(action="refused")
    assert line.sentence == f"Mở số liệu ngoài địa bàn: /so-lieu/{query}"
    assert line.actor_badge == chief.badge_number


def test_a_hamlet_and_an_officer_of_elsewhere_leave_a_line(client_of, chief, other_commune, stranger):
    there = Hamlet.objects.create(commune=other_commune, name="Thôn Lạ")
    client, page = client_of(chief), reverse("supervision:figure", args=["nhan-khau"])
    assert client.get(f"{page}?can_bo={stranger.public_id}").status_code == 404
    assert AuditEvent.objects.filter(action="refused").count() == 1
    assert client.get(f"{page}?thon={there.public_id}").status_code == 404
    assert client.get(f"{page}?can_bo={uuid.uuid4()}").status_code == 404  # nobody: nothing to tell
    assert client.get(f"{page}?can_bo=khong").status_code == 404
