"""Drafts: few, small, clean, and only where a form of ours shows them again."""

import uuid

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import Draft
from accounts.sign_in import drafts

pytestmark = pytest.mark.django_db


def form_address() -> str:
    return reverse("registry:resident_form", args=[uuid.uuid4()])


def typed(**fields: list[str]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in fields.items():
        query.setlist(name, values)
    return query


def load(officer, path: str) -> dict:
    request = RequestFactory().get(path)
    request.user = officer
    return drafts.load(request)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "https://x.example/",
        "//x.example/",
        "/\\x.example/",
        "/x/",
        "/cu-dan/",
        "/quan-tri/",
        "/cu-dan/\0/",
        "form\0",
    ],
)
def test_only_the_address_of_a_form_of_ours_takes_a_draft(client_of, officer, path):
    client = client_of(officer)
    for name in ("accounts:draft", "accounts:draft_forget"):
        answer = client.post(reverse(name), {"a": "b"}, query_params={"path": path})
        assert answer.status_code == 400
    assert not Draft.objects.exists()


def test_every_form_that_saves_by_itself_is_known():
    for name in drafts.FORMS:
        arguments = [uuid.uuid4()] * (2 if name == "cards:application_form" else 1)
        assert drafts.accepts(reverse(name, args=arguments)), name


def test_names_of_fields_count_as_much_as_what_is_typed(officer):
    path = form_address()
    assert drafts.keep(officer, path, typed(**{"a" * 100_001: ["x"]})) is None
    assert drafts.keep(officer, path, typed(a=["x" * 100_001])) is None
    assert drafts.keep(officer, path, typed(a=["x"])) is not None


def test_an_officer_has_twenty_drafts_at_most_and_the_oldest_go(officer, colleague):
    theirs = drafts.keep(colleague, form_address(), typed(a=["x"]))
    addresses = [form_address() for _ in range(22)]
    for path in addresses:
        drafts.keep(officer, path, typed(a=["x"]))
    assert set(Draft.objects.filter(officer=officer).values_list("path", flat=True)) == set(addresses[2:])
    assert Draft.objects.filter(pk=theirs.pk).exists()


def test_control_characters_are_left_out(officer):
    path = form_address()
    drafts.keep(officer, path, typed(**{"no\0te": ["Hai\tdòng\n\0\x07và hết"]}))
    assert load(officer, path) == {"note": "Hai\tdòng\nvà hết"}


def test_a_name_has_one_value_the_last(officer):
    path = form_address()
    drafts.keep(officer, path, typed(full_name=["Cũ", "Mới"], sex=["2"]))
    assert load(officer, path) == {"full_name": "Mới", "sex": "2"}


def test_a_draft_that_is_not_wanted_goes(client_of, officer, colleague):
    path = form_address()
    for one in (officer, colleague):
        drafts.keep(one, path, typed(full_name=["Nguyễn Thị Mẫu Dở"]))
    client = client_of(officer)
    assert "Mẫu Dở" in client.get(path).content.decode()
    answer = client.post(reverse("accounts:draft_forget"), query_params={"path": path})
    assert answer.url == path
    assert "Mẫu Dở" not in client.get(path).content.decode()
    assert list(Draft.objects.values_list("officer__badge_number", flat=True)) == [colleague.badge_number]
