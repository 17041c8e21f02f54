"""What writers of many rows at once tell PostgreSQL."""

import pytest
from django.db import connection

from registry.bulk import tell_planner
from registry.models import Hamlet
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db


def thought() -> int:
    """How many hamlets the planner thinks there are; -1 as long as nobody looked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::int FROM pg_class WHERE oid = %s::regclass", [Hamlet._meta.db_table])
        return int(cursor.fetchone()[0])


@pytest.fixture
def hamlets() -> int:
    for number in range(30):
        Hamlet(commune=UnitFactory(code=f"{90000 + number}"), name="Thôn 1").derive().save()
    return 30


@pytest.fixture
def portal(hamlets) -> None:
    """From now on as the role of docs/security.md: it reads and writes rows and owns no table."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE portal_of_a_test")
        cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO portal_of_a_test")
        cursor.execute("SET LOCAL ROLE portal_of_a_test")


def test_the_planner_learns_of_new_rows_from_a_role_that_owns_no_table(portal, hamlets):
    assert thought() < hamlets
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {Hamlet._meta.db_table}")
    assert thought() < hamlets  # its own word is not enough
    tell_planner(Hamlet)
    assert thought() == hamlets


def test_it_is_told_only_of_tables_that_outgrew_what_it_thinks(hamlets):
    tell_planner(Hamlet)
    Hamlet.objects.all()[:1].get().delete()
    tell_planner(Hamlet, grown=hamlets)
    assert thought() == hamlets
    tell_planner(Hamlet)
    assert thought() == hamlets - 1
