"""One door for visibility, and its answer for one commune that is read already."""

import pytest

from accounts.models import Unit
from accounts.scope import answers_for, communes_of

pytestmark = pytest.mark.django_db
ROLES = ["officer", "colleague", "chief", "stranger", "supervisor", "ministry", "auditor", "administrator"]


@pytest.mark.parametrize("who", ROLES)
def test_both_doors_open_for_the_same_communes(who, request, commune, other_commune):
    someone = request.getfixturevalue(who)
    communes = Unit.objects.filter(pk__in=[commune.pk, other_commune.pk]).order_by("pk")
    by_query = list(communes.filter(communes_of(someone, "pk", parent="parent")))
    assert [unit for unit in communes if answers_for(someone, unit)] == by_query


def test_a_supervisor_without_a_province_sees_nothing(supervisor, commune):
    commune.parent, supervisor.unit = None, None
    assert not answers_for(supervisor, commune)
