"""What PostgreSQL refuses is a sentence beside a field, never a broken page."""

import datetime as dt
import uuid

from django.apps import apps
from django.db.models import BaseConstraint, Model
from django.urls import reverse
from django.utils import timezone

from registry.models import (
    Change,
    ChangedPerson,
    DocumentImage,
    Hamlet,
    Household,
    HouseholdRole,
    IdentityNumber,
    Membership,
    Relation,
    Residence,
    ResidenceKind,
    Resident,
)
from registry.residents.forms import ResidentForm
from registry.residents.refusal import OF_THE_DATABASE
from tests.factories import ResidenceFactory

OF_A_RECORD = [
    Change, ChangedPerson, DocumentImage, Hamlet, Household, HouseholdRole, IdentityNumber, Membership,
    Relation, Residence, Resident,
]  # fmt: skip
UNREACHABLE = {  # constraint -> why no officer can meet it
    "birth_month_needs_year": "PartialDate has no month without a year",
    "birth_day_needs_month": "PartialDate has no day without a month",
    "birth_month_exists": "PartialDate refuses a thirteenth month",
    "birth_day_exists": "PartialDate refuses a 32nd day",
    "sex_is_known_code": "the form offers two codes",
    "resident_in_commune": "id is unique already; other tables point at both (own_commune.py)",
    "resident_confirmed_at_and_by": "confirm() writes both",
    "change_decided_at_and_by": "run.py writes both with the state",
    "changed_person_once": "written once from a set",
    "household_role_once_per_date": "the catalogue comes by migrations",
    "document_image_once": "add_image() looks under lock whether it is there",
    "hamlet_once_in_commune": "has its own refusal in registry/hamlets/work.py",
}

WRITTEN_BY_WORKERS = {"Finding", "Job", "ScoreDay"}
WITH_REFUSALS_OF_THEIR_OWN = {
    "FieldSheet",
    "FieldLine",
    "FieldPrint",
    "RepairRun",
    "RepairLine",
    "Roster",
    "RosterRow",
    "RosterHousehold",
    "RosterSource",
}  # under a lock, before


def constraints_of(models: list[type[Model]]) -> dict[str, BaseConstraint]:
    return {one.name: one for model in models for one in model._meta.constraints}


def test_every_constraint_of_a_record_has_a_sentence_or_a_reason():
    known = set(constraints_of(OF_A_RECORD))
    assert known == (set(OF_THE_DATABASE) | set(UNREACHABLE))
    assert not set(OF_THE_DATABASE) & set(UNREACHABLE)


def test_a_new_model_about_a_person_is_not_forgotten():
    """A model with rules of its own that an officer's form writes belongs into OF_A_RECORD."""
    scoped = [one for one in apps.get_app_config("registry").get_models() if hasattr(one, "commune_path")]
    with_rules = {model.__name__ for model in scoped if model._meta.constraints}
    assert with_rules - WRITTEN_BY_WORKERS - WITH_REFUSALS_OF_THEIR_OWN == {
        model.__name__ for model in OF_A_RECORD if model in scoped
    }


def test_every_field_named_beside_a_sentence_is_on_the_form():
    fields = {field for field, _ in OF_THE_DATABASE.values() if field}
    assert fields <= set(ResidentForm.base_fields)


def sent(person: Resident, client, **values: str):
    """The record's own form as it opens, with some fields typed over."""
    address = reverse("registry:resident_edit", args=[person.public_id])
    form = client.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", False)}
    data = {name: value.display() if hasattr(value, "display") else value for name, value in data.items()}
    data = {name: f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else value for name, value in data.items()}
    return client.post(address, data | values | {"submit_token": str(uuid.uuid4())})


def told(answer, field: str) -> str:
    assert answer.status_code == 422
    return answer.context["form"].errors[field][0]


def test_a_temporary_stay_drawn_over_an_earlier_one_is_a_sentence(resident, officer, client_of):
    today = timezone.localdate()
    day = dt.timedelta(days=1)
    ResidenceFactory(
        resident=resident, kind=ResidenceKind.TEMPORARY, from_on=today - 400 * day, to_on=today - 100 * day
    )
    ResidenceFactory(resident=resident, kind=ResidenceKind.TEMPORARY, from_on=today - 50 * day, to_on=today + 200 * day)
    answer = sent(resident, client_of(officer), temporary_from=f"{today - 150 * day:%d/%m/%Y}")
    assert told(answer, "temporary_from") == OF_THE_DATABASE["one_temporary_residence_in_a_unit_at_a_time"][1]
    assert resident.residences.filter(kind="temporary", from_on=today - 50 * day).exists()


def test_a_new_present_home_over_one_that_has_ended_is_a_sentence(resident, officer, client_of):
    resident.residences.filter(kind="present").update(to_on=timezone.localdate() - dt.timedelta(days=3))
    answer = sent(resident, client_of(officer), phone="0987654321")
    assert told(answer, "present_same") == OF_THE_DATABASE["one_present_at_a_time"][1]
    resident.refresh_from_db()
    assert resident.phone == "0912345678"
