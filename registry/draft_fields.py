"""The fields of registry's forms, by which a draft is read (accounts/sign_in/reading.py)."""

from typing import Any

from accounts.sign_in.reading import Fields, describe


def sign_up() -> None:
    describe("registry:resident_form", _of_a_resident)
    describe("registry:resident_edit", _of_a_resident)
    describe("registry:cleanup_case", _of_a_case)
    describe("registry:duplicate_pair", _of_a_case)
    describe("registry:field_sheet", _of_a_sheet)
    describe("registry:resident_change", _of_a_change("resident"))
    describe("registry:household_change", _of_a_change("household"))


def _of_a_resident(_: dict[str, Any]) -> Fields:
    from registry.residents.forms import ResidentForm

    return ResidentForm.base_fields


def _of_a_case(_: dict[str, Any]) -> Fields:
    from registry.cleanup.forms import AskChiefForm, HandOverForm, SetAsideForm, VerifyForm
    from registry.residents.forms import ResidentForm

    outcomes = (VerifyForm, SetAsideForm, HandOverForm, AskChiefForm)
    return ResidentForm.base_fields | {name: field for one in outcomes for name, field in one.base_fields.items()}


def _of_a_sheet(address: dict[str, Any]) -> Fields:
    """What was typed of each line, by the name on it."""
    from registry.fieldwork.draft import fields_of

    return fields_of(address["public_id"])


def _of_a_change(subject: Any) -> Any:
    def fields(address: dict[str, Any]) -> Fields:
        from registry.changes import kinds

        kind = kinds.named(address["kind"], subject)
        return kind.form.base_fields if kind else {}

    return fields
