"""The fields of registry's forms, by which a draft is read (accounts/sign_in/reading.py)."""

from typing import Any

from accounts.sign_in.reading import Fields, describe


def sign_up() -> None:
    describe("registry:resident_form", _of_a_resident)
    describe("registry:resident_edit", _of_a_resident)
    describe("registry:cleanup_case", _of_a_case)
    describe("registry:duplicate_pair", _of_a_case)
    describe("registry:resident_change", _of_a_change("resident"))
    describe("registry:household_change", _of_a_change("household"))


def _of_a_resident(_: dict[str, Any]) -> Fields:
    from registry.residents.forms import ResidentForm

    return ResidentForm.base_fields


def _of_a_case(_: dict[str, Any]) -> Fields:
    from registry.cleanup.forms import SetAsideForm, VerifyForm

    return {**VerifyForm.base_fields, **SetAsideForm.base_fields}


def _of_a_change(subject: Any) -> Any:
    def fields(address: dict[str, Any]) -> Fields:
        from registry.changes import kinds

        kind = kinds.named(address["kind"], subject)
        return kind.form.base_fields if kind else {}

    return fields
