"""The edit form as it is opened and as it came back, with what colleagues wrote meanwhile put into it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Officer
from accounts.submit_once import new_token
from registry.models import Resident
from registry.residents.current import Shown, shown
from registry.residents.forms import ResidentForm, drafted, initial_of
from registry.residents.merging_edits import Authors, Merged, Opened, merge, texts_of, told_of
from registry.residents.snapshot import Snapshot, snapshot

CHOOSE = "Hai đồng chí ghi khác nhau; chọn một nội dung."


@dataclass
class Sheet:
    """`compared_with` is the record that `form` was compared with; whoever writes makes sure that it still stands."""

    form: ResidentForm
    merged: Merged
    compared_with: Snapshot
    seen_with: str
    submit_token: str

    @property
    def told(self) -> str:
        """What was taken over from colleagues, for the officer to read; "" when nothing was."""
        return told_of(self.merged.taken)

    def is_writable(self) -> bool:
        """Whether everything is right and chosen. Otherwise the form has the sentences."""
        is_valid = self.form.is_valid()
        for dispute in self.merged.disputes:
            if not dispute.chosen and self.merged.is_open:
                self.form.add_error(dispute.line.fields[0], CHOOSE)
        return is_valid and not self.merged.is_open


def opened(resident: Resident, *, by: Officer, typed: dict[str, Any]) -> Sheet:
    """The form to be filled in: the record as it stands, or the draft `typed` with what was written since."""
    rows = shown(resident)
    now = initial_of(resident, rows)
    if not typed:
        form = ResidentForm(officer=by, resident=resident, initial=now)
        return Sheet(form, Merged(), snapshot(resident, rows), "", new_token())
    values = drafted(typed)
    form = ResidentForm(officer=by, resident=resident, initial=values)
    merged = _merged(form, values, now, resident, by)
    form.initial = values | {
        name: bool(text) if isinstance(form.fields[name], forms.BooleanField) else text
        for name, text in merged.texts.items()
    } | {"opened_with": _opened_with(merged, values)}  # fmt: skip
    token = typed.get("submit_token") or new_token()
    return _sheet(form, merged, now, snapshot(resident, rows), token)


def sent(resident: Resident, *, by: Officer, data: QueryDict) -> Sheet:
    """The form as it came back."""
    rows = shown(resident)
    now = initial_of(resident, rows)
    return compared(ResidentForm(data, officer=by, resident=resident, initial=now), resident, rows, now)


def compared(form: ResidentForm, resident: Resident, rows: Shown, now: dict[str, Any]) -> Sheet:
    """A form that was sent, with what was written since it was opened put into it."""
    data: Any = form.data
    merged = _merged(form, data, now, resident, form.officer)
    changed = data.copy()
    for name, text in merged.texts.items():
        if text or not isinstance(form.fields[name], forms.BooleanField):
            changed[name] = text
        else:
            changed.pop(name, None)
    changed["opened_with"] = _opened_with(merged, data)
    form.data = changed
    return _sheet(form, merged, now, snapshot(resident, rows), data.get("submit_token") or new_token())


def _merged(form: ResidentForm, typed: Any, now: dict[str, Any], resident: Resident, by: Officer) -> Merged:
    if roles := form.fields.get("household_role"):
        roles.choices = list(iter(roles.choices))  # type: ignore[attr-defined]  # read once; iter() counts no rows
    before = Opened.read(typed.get("opened_with", ""))
    return merge(
        form, typed, opened=before, now=now, choices=typed, seen=Opened.read(typed.get("seen_with", "")),
        authors=Authors(resident, since=before.at if before else None, reader=by),
    )  # fmt: skip


def _opened_with(merged: Merged, typed: Any) -> str:
    """With something left to choose the form was still opened when it was opened: the trail is asked from then on."""
    before = Opened.read(typed.get("opened_with", ""))
    at = before.at if before and merged.is_open else timezone.now()
    return Opened(at, merged.opened).sealed()


def _sheet(form: ResidentForm, merged: Merged, now: dict[str, Any], shot: Snapshot, token: str) -> Sheet:
    for dispute in merged.disputes:
        if merged.is_open:
            form.fields[dispute.line.fields[0]].below = dispute  # type: ignore[attr-defined]
    seen = Opened(timezone.now(), texts_of(form.fields, now)).sealed() if merged.is_open else ""
    return Sheet(form, merged, shot, seen, token)
