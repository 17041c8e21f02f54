"""A few fields of a record's form, for putting one thing right where it was found: the same fields, the same checks,
the same writer, and the same care for what a colleague wrote meanwhile."""

from collections.abc import Collection, Iterable
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from accounts.models import Officer
from registry.models import NAME_PARTS, IdentityNumber, NumberKind, Relation, RelationKind, Resident
from registry.residents.current import Shown, shown
from registry.residents.edit_sheet import Sheet, compared
from registry.residents.forms import ResidentForm, birth_as_written, initial_of
from registry.residents.merging_edits import NOT_OF_THE_RECORD, Opened, texts_of
from registry.residents.refusal import RegisterRefused
from registry.residents.register import PLAIN_FIELDS, correct
from registry.values.partial_date import DateRefused

NUMBERS = {"number": NumberKind.PERSONAL, "cmnd": NumberKind.CMND9}
PARENTS = {"father_name": RelationKind.FATHER, "mother_name": RelationKind.MOTHER}
ASKED_ALWAYS = ("source", "source_on", "note")
PLAIN = frozenset(PLAIN_FIELDS) - {"birth_date"}
NO_DATE = "Ngày sinh của hồ sơ không có trong lịch; sửa ngày sinh trước."


class PartForm(ResidentForm):
    """The form of the record without the fields that nobody asked about. What it does not show stays as it is."""

    def __init__(self, *args: Any, only: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() - {*only, *NOT_OF_THE_RECORD}:
            del self.fields[name]
        self.order_fields([*only, *ASKED_ALWAYS])
        for field in self.fields.values():
            field.widget.attrs.pop("autofocus", None)  # the page is worked with keys, and begins with none held
        self.only = tuple(name for name in only if name in self.fields)

    def shown(self) -> list[Any]:
        """The fields of the record, as the page lays them out."""
        return [self[name] for name in self.only]


def opened(
    resident: Resident,
    *,
    by: Officer,
    only: Collection[str],
    numbers: Iterable[IdentityNumber],
    relations: Iterable[Relation] = (),
    typed: dict[str, Any] | None = None,
) -> PartForm:
    """The form to be filled in. No query: `numbers` are the active ones, `relations` the current fathers and mothers,
    where they are asked about. `typed` is a draft."""
    values: dict[str, Any] = {name: getattr(resident, name) for name in only if name in PLAIN}
    if "birth_date" in only:
        values["birth_date"] = birth_as_written(resident)
    rows = Shown(
        numbers={one.kind: one for one in sorted(numbers, key=lambda one: -one.pk)},
        relations={one.kind: one for one in sorted(relations, key=lambda one: (not one.is_adoptive, -one.pk))},
        residences={},
        membership=None,
    )
    values |= {name: rows.number(kind) for name, kind in NUMBERS.items() if name in only}
    values |= {name: rows.relative(kind) for name, kind in PARENTS.items() if name in only}
    form = PartForm(officer=by, resident=resident, only=only, initial=values)
    asked = {name: form.fields[name] for name in form.only}
    form.initial = {
        **values,
        **{name: text for name, text in (typed or {}).items() if name in form.fields},
        "opened_with": Opened(timezone.now(), texts_of(asked, values)).sealed(),
    }
    return form


def sent(resident: Resident, *, by: Officer, only: Collection[str], data: QueryDict) -> Sheet:
    """The form as it came back. Four queries."""
    rows = shown(resident)
    now = initial_of(resident, rows)
    form = PartForm(data, officer=by, resident=resident, only=only, initial=now)
    return compared(form, resident, rows, now)


def write(resident: Resident, sheet: Sheet, *, by: Officer) -> list[str]:
    """Correct the record in these fields alone (register.correct). Raises RegisterRefused, RecordMoved."""
    form: Any = sheet.form
    cleaned = form.cleaned_data
    asked = (*form.only, *ASKED_ALWAYS, "from_card")
    values = {name: cleaned[name] for name in asked if name in cleaned}
    if "full_name" in values:
        parts = NAME_PARTS if values["full_name"] == resident.full_name and resident.split_confirmed else ()
        values |= {name: getattr(resident, name) for name in parts}
    try:
        return correct(resident, values, by=by, basis=values.get("note", ""), opened_with=sheet.compared_with)
    except DateRefused as impossible:  # an imported date that no calendar has (rule D08)
        raise RegisterRefused(None, NO_DATE) from impossible
