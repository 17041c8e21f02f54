"""Reaching people: what one call, visit or message brought, written for one person or for all who were selected."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from accounts.audit import record_all
from accounts.models import Action, Officer
from accounts.roles import Right
from cards.models import About, Contact, ContactResult, ContactVia
from registry.models import Resident
from registry.residents.fields import DayField, TextField, speak_vietnamese

MOST_PEOPLE = 100


class ContactRefused(Exception):
    """Nothing was written; the message is the sentence the officer reads."""


@dataclass(frozen=True)
class Told:
    """How somebody was reached and what came of it; `again_on` is the day to try again."""

    via: str
    result: str
    note: str = ""
    again_on: dt.date | None = None


@transaction.atomic
def reach(people: Sequence[Resident], told: Told, *, about: About, by: Officer) -> int:
    """One try for each of these people, each with its line in the trail. Answers how many. Three queries.

    Raises ContactRefused for nobody, too many, or somebody of another commune.
    """
    if not people:
        raise ContactRefused("Chọn ít nhất một người.")
    if len(people) > MOST_PEOPLE:
        raise ContactRefused(f"Mỗi lần ghi nhiều nhất {MOST_PEOPLE} người; đang chọn {len(people)}.")
    ids = {person.pk for person in people}
    known = Resident.objects.in_scope(by).filter(pk__in=ids).count()
    if known != len(ids) or not by.can(Right.APPLICATION_TAKE):
        raise ContactRefused("Có người không thuộc địa bàn của đồng chí.")
    Contact.objects.bulk_create(
        Contact(resident=person, about=about, via=told.via, result=told.result, note=told.note,
                again_on=told.again_on, by=by) for person in people
    )  # fmt: skip
    words = f"{ContactVia(told.via).label.lower()}, {ContactResult(told.result).label.lower()}"
    record_all(by, Action.CREATE, [(person, f"Liên hệ về việc {about.label.lower()}: {words}") for person in people])
    return len(ids)


class ContactForm(forms.Form):
    via = forms.ChoiceField(label="Cách liên hệ", choices=ContactVia.choices, initial=ContactVia.PHONE)
    result = forms.ChoiceField(label="Kết quả", choices=[("", "– chọn –"), *ContactResult.choices])
    again_on = DayField(label="Hẹn liên hệ lại ngày", required=False)
    note = TextField(label="Ghi chú", required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "lien-he-%s"} | kwargs)
        speak_vietnamese(self.fields.values())

    def clean_again_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["again_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError("Ngày hẹn đã qua; ghi từ hôm nay trở đi.")
        return day

    def told(self) -> Told:
        return Told(**{name: self.cleaned_data[name] for name in ("via", "result", "note", "again_on")})


def with_last(rows: QuerySet[Any], about: About, *, person: str = "pk") -> QuerySet[Any]:
    """Add the last try about this to rows of people (or of what belongs to one): `called_at`, `called_result`,
    `again_on`. Subqueries of the same query."""
    last = Contact.objects.filter(resident=OuterRef(person), about=about).order_by("-at", "-pk")
    return rows.annotate(
        called_at=last.values("at")[:1], called_result=last.values("result")[:1], again_on=last.values("again_on")[:1]
    )


def said_of_last(row: Any) -> tuple[str, str]:
    """(what came of it and when, the day to try again) of a row of `with_last`; empty when nobody tried."""
    if row.called_at is None:
        return "", ""
    said = f"{ContactResult(row.called_result).label}, {timezone.localtime(row.called_at):%d/%m/%Y}"
    return said, f"liên hệ lại {row.again_on:%d/%m/%Y}" if row.again_on else ""
