"""The fields of a sheet's page, by which a draft of it is read."""

import uuid
from typing import Any

from django import forms

from registry.fieldwork.entering import VISITED_ON, name_of
from registry.models import FieldLine, Outcome


def fields_of(public_id: uuid.UUID) -> dict[str, Any]:
    """One query. The draft is its officer's own, of a sheet that he had opened."""
    found: dict[str, Any] = {VISITED_ON: forms.CharField(label="Ngày đến")}
    for line in FieldLine.objects.filter(sheet__public_id=public_id).order_by("position"):
        who = line.told.get("name") or line.told.get("household", "")
        found[name_of("o", line)] = forms.ChoiceField(label=f"Kết quả, {who}", choices=Outcome.choices)
        found[name_of("r", line)] = forms.CharField(label=f"Ghi lại, {who}")
        for place, one in enumerate(line.asked):
            label = f"Đã hỏi, đúng: {one['sentence']}"
            found[f"{name_of('f', line)}-{place}"] = forms.BooleanField(label=label)
    return found
