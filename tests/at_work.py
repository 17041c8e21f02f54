"""A change as an officer makes it, without the pages: the form, the preview, and what was seen is what is written."""

import uuid
from typing import Any

from django.http import QueryDict

from accounts.models import Officer
from registry.changes import kinds, run
from registry.changes.forms import ChangeForm
from registry.changes.run import Preview
from registry.models import Change, Resident

PAPER = {"paper_number": "12/2026", "paper_on": "20/11/2026", "paper_by": "UBND xã Mẫu Sơn", "paper_kind": "Giấy mẫu"}
TODAY = "23/11/2026"


def form_of(code: str, person: Resident, by: Officer, /, **typed: Any) -> ChangeForm:
    """A bound form. `received_on` is TODAY unless given; a value of None leaves a field out."""
    kind = kinds.every()[code]
    data = QueryDict(mutable=True)
    for name, value in ({"received_on": TODAY} | typed).items():
        if value is not None:
            data[name] = str(value)
    return kind.form(data, officer=by, subject=person)


def look(code: str, person: Resident, by: Officer, /, **typed: Any) -> Preview:
    """Raises ChangeRefused; a form that is not valid fails the test with its errors."""
    form = form_of(code, person, by, **typed)
    assert form.is_valid(), dict(form.errors)
    return run.preview(kinds.every()[code], person, form.cleaned_data, by=by)


def do(code: str, person: Resident, by: Officer, /, **typed: Any) -> Change:
    form = form_of(code, person, by, **typed)
    assert form.is_valid(), dict(form.errors)
    kind = kinds.every()[code]
    seen = run.preview(kind, person, form.cleaned_data, by=by)
    fields = {name: form.data.getlist(name) for name in form.data}
    change, _ = run.apply(kind, person, form.cleaned_data, by=by, token=uuid.uuid4(), fields=fields, seen=seen.seal)
    person.refresh_from_db()
    return change


def errors(code: str, person: Resident, by: Officer, /, **typed: Any) -> dict[str, list[str]]:
    """What the form says beside its fields; empty when it is content."""
    return {name: [str(one) for one in said] for name, said in form_of(code, person, by, **typed).errors.items()}


def lines(preview: Preview) -> list[tuple[str, str, str, str]]:
    return [(line["who"], line["what"], line["before"], line["after"]) for line in preview.lines]


def changed(preview: Preview) -> dict[str, tuple[str, str]]:
    """Of a preview about one person only: what -> (before, after)."""
    assert len({line["ref"] for line in preview.lines}) == 1
    return {line["what"]: (line["before"], line["after"]) for line in preview.lines}
