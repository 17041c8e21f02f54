"""Booking for a person who has no file yet: the reason, as far as it is known by then, and the hour."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone

from cards.applications import reasons
from cards.applications.eligibility import Entry
from cards.applications.fees import exemption_for_age
from cards.appointments.forms import BookForm
from cards.models import Channel, Delivery, Kind
from registry.models import Resident


class PersonBookForm(BookForm):
    reason = forms.ChoiceField(
        label="Thủ tục và lý do",
        error_messages={"required": "Chọn thủ tục và lý do.", "invalid_choice": "Lý do này không hợp với công dân."},
    )
    submit_token = forms.UUIDField(widget=forms.HiddenInput, error_messages={"invalid": "Tải lại trang rồi đặt lịch."})
    field_order = ["reason", "via", "note"]

    def __init__(self, *args: Any, person: Resident, **kwargs: Any) -> None:
        self.person, today = person, timezone.localdate()
        papers = list(person.documents.all())
        self.proposed = reasons.propose(age_years=person.age_years, documents=papers, on=today)
        kwargs.setdefault("initial", {"reason": self.proposed, "submit_token": uuid.uuid4()})
        super().__init__(*args, **kwargs)
        offered = [one.reason for one in reasons.offers(age_years=person.age_years, documents=papers, on=today)
                   if one.is_open]  # fmt: skip
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (kind.label, [(one.code, one.title) for one in offered if one.kind == kind]) for kind in Kind
        ]  # fmt: skip

    def entry(self) -> Entry:
        """What is known when somebody books: the rest is asked at the counter. Who books online still comes there: the
        file itself is not filed online, and pays as at the counter."""
        return Entry(
            reason=reasons.REASONS[self.cleaned_data["reason"]],
            channel=Channel.COUNTER,
            delivery=Delivery.OFFICE,
            exemption=exemption_for_age(self.person.age_years),
        )

    def begun(self) -> dict[str, Any]:
        return {"submit_token": self.cleaned_data["submit_token"], "proposed": self.proposed}

    def place(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("starts_at", "via", "note")}
