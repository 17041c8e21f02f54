"""The record page names the list and the row that it came from."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.registry.rosters.standing import a_list, new

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(officer, resident):
    return a_list(officer, [new(state="applied", resident=resident, applied_at=timezone.now())], state="applied")


def test_the_record_page_names_the_list_and_the_row(client_of, officer, resident, written):
    page = client_of(officer).get(resident.get_absolute_url()).content.decode()
    address = reverse("registry:roster_row", args=[written.public_id, 2])
    assert f'<a href="{address}">thon-2.xlsx, dòng 2</a>' in page


def test_who_may_not_open_lists_reads_the_name_alone(client_of, supervisor, resident, written):
    page = client_of(supervisor).get(resident.get_absolute_url()).content.decode()
    assert "thon-2.xlsx, dòng 2" in page and str(written.public_id) not in page


def test_what_was_taken_back_is_no_origin(client_of, officer, resident, written):
    written.rows.update(state="taken_back")
    assert "thon-2.xlsx" not in client_of(officer).get(resident.get_absolute_url()).content.decode()


def test_the_line_costs_one_query(officer, resident, written, django_assert_num_queries):
    from registry.rosters import panel

    with django_assert_num_queries(1):
        panel.of_resident(resident, officer)
