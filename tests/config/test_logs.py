"""A log may name a table; it never holds what stands in a row."""

import logging
import sys

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction

from config.logs import WithoutValues
from registry.models import IdentityNumber
from tests.factories import IdentityNumberFactory, ResidentFactory

pytestmark = pytest.mark.django_db


def logged(message: str, *arguments: object) -> str:
    entry = logging.LogRecord("django.request", logging.ERROR, "x.py", 1, message, arguments, sys.exc_info())
    return WithoutValues("{levelname} {message}", style="{").format(entry)


def test_a_refused_row_is_not_quoted(resident):
    taken = IdentityNumber.objects.get(resident=resident).number
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        IdentityNumberFactory(resident=ResidentFactory(commune=resident.commune), number=taken)
    assert taken in str(refused.value)
    try:
        raise refused.value
    except DatabaseError as error:
        text = logged("Internal Server Error: %s", error)
    assert taken not in text
    assert "Internal Server Error: SQLSTATE 23505 registry_identitynumber" in text
    assert "django.db.utils.IntegrityError: SQLSTATE 23505" in text


def test_a_refused_row_is_not_quoted_in_the_repr_that_celery_logs_either():
    number = "001190000123"
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        IdentityNumberFactory(resident=None, number=number)
    try:
        raise refused.value
    except DatabaseError as error:
        text = logged("Task scan_resident raised unexpected: %r", error)
    assert number not in text
    assert "raised unexpected: IntegrityError('SQLSTATE 23502 registry_identitynumber" in text


def test_a_refused_row_is_not_quoted_where_only_the_sentence_has_the_error():
    number = "001190000123"
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        IdentityNumberFactory(resident=None, number=number)
    entry = logging.LogRecord("registry", logging.WARNING, "x.py", 1, "List 3 is put off: %s", (refused.value,), None)
    text = WithoutValues("{message}", style="{").format(entry)
    assert number in str(refused.value)
    assert text == "List 3 is put off: SQLSTATE 23502 registry_identitynumber resident_id"


def test_other_errors_stay_as_they_are():
    try:
        raise KeyError("kind")
    except KeyError:
        assert "KeyError: 'kind'" in logged("x")


def test_every_log_of_the_portal_is_written_so():
    assert settings.LOGGING["formatters"]["line"]["()"] == "config.logs.WithoutValues"
    assert settings.LOGGING["root"]["handlers"] == ["console"]
