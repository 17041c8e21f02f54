"""An outcome was typed by mistake: what it did to the record is taken back, where nothing newer stands on it."""

import datetime as dt

from accounts.audit import record
from accounts.models import Action, Officer
from registry.cleanup.scan import mark_household
from registry.models import FieldLine, Outcome, Resident
from registry.residents import freshness


def take_back(line: FieldLine, *, by: Officer) -> None:
    """The caller holds the person's row. What was verified stays verified: it has its own way back."""
    before, line.before = line.before, {}
    person = line.resident
    if person is None or not before:
        return
    if line.outcome == Outcome.RIGHT and before.get("given"):
        given = dt.datetime.fromisoformat(before["given"])
        if freshness.take_back(person, given=given, before=before["confirmed"]):
            _tell(person, f"Bỏ phúc tra nhập nhầm ({line.sheet})", by)
    elif line.outcome == Outcome.DEAD and before.get("reported"):
        _withdraw_death(person, line, dt.date.fromisoformat(before["reported"]), by)


def _withdraw_death(person: Resident, line: FieldLine, reported: dt.date, by: Officer) -> None:
    if person.death_reported_on != reported or person.died_on:
        return
    person.death_reported_on = None
    Resident.objects.filter(pk=person.pk).update(death_reported_on=None)
    mark_household([person.pk])
    _tell(person, f"Bỏ tin báo đã chết nhập nhầm ({line.sheet})", by)


def _tell(person: Resident, sentence: str, by: Officer) -> None:
    record(by, Action.CHANGE, target=person, sentence=f"{sentence}: {person.audit_label()}")
