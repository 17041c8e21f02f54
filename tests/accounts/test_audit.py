"""The trail is written once, in the caller's transaction, and outlives what it speaks of."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.audit import record
from accounts.models import Action, AuditEvent


def test_a_line_keeps_the_names_as_they_read_that_day(officer, resident):
    record(officer, Action.VIEW, target=resident, sentence="Xem hồ sơ")
    resident.full_name = "Nguyễn Thị Đổi Tên"
    resident.save()
    event = AuditEvent.objects.get()
    assert event.target_label == "Nguyễn Thị Mẫu Lan, sinh 21/05/1990"
    assert event.target_ref == str(resident.public_id)
    assert (event.actor_badge, event.actor_name, event.unit_name) == ("MS-001", "Đại úy Lê Mẫu Hải", "Xã Mẫu Sơn")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditevent SET sentence = 'khác'",
        "DELETE FROM accounts_auditevent",
    ],
)
def test_postgresql_refuses_to_change_the_trail(officer, statement):
    record(officer, Action.VIEW, sentence="Xem")
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.get().sentence == "Xem"


def test_postgresql_refuses_to_empty_the_trail(officer):
    record(officer, Action.VIEW, sentence="Xem")
    with connection.cursor() as cursor:  # the suite switched this guard off to clean up after itself
        cursor.execute("ALTER TABLE accounts_auditevent ENABLE TRIGGER audit_trail_never_emptied")
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            cursor.execute("TRUNCATE accounts_auditevent")
    assert AuditEvent.objects.count() == 1


def test_the_application_cannot_change_a_line(officer):
    event = record(officer, Action.VIEW, sentence="Xem")
    event.sentence = "khác"
    with pytest.raises(DatabaseError), transaction.atomic():
        event.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        event.delete()


def test_a_line_goes_with_the_transaction_that_failed(officer):
    class Undone(Exception):
        pass

    with pytest.raises(Undone), transaction.atomic():
        record(officer, Action.CREATE, sentence="Lập")
        raise Undone
    assert not AuditEvent.objects.exists()


def test_the_auditor_of_a_commune_reads_that_commune_only(auditor, officer, stranger, commune):
    record(officer, Action.VIEW, sentence="của xã")
    record(stranger, Action.VIEW, sentence="của xã bên")
    auditor.unit = commune
    assert [event.sentence for event in AuditEvent.objects.in_scope(auditor)] == ["của xã"]
    auditor.unit = None
    assert AuditEvent.objects.in_scope(auditor).count() == 2
    assert not AuditEvent.objects.in_scope(officer).exists()
