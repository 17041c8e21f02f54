"""Asking for numbers of another area: not found, and written down."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent


@pytest.mark.parametrize("query", ["?tinh=20", "?xa=06002"])
def test_a_chief_who_asks_for_elsewhere_leaves_a_line(client_of, chief, other_commune, query):
    assert client_of(chief).get(reverse("supervision:dashboard") + query).status_code == 404
    line = AuditEvent.objects.get(action="refused")
    assert line.sentence == f"Mở số liệu ngoài địa bàn: /so-lieu/{query}"
    assert line.actor_badge == chief.badge_number
