"""The field of one typed line, for any form that asks where somebody lives."""

from django import forms
from django.urls import reverse_lazy

from registry.residents.fields import TextField

LONGEST = 300


def address_line(kind: str, label: str = "Địa chỉ (một dòng)") -> TextField:
    """Typed or pasted whole; static/js/address-line.js fills the fields of `kind` from it, or the server on submit."""
    attrs = {
        "autocomplete": "off",
        "data-address-line": kind,
        "data-split-url": reverse_lazy("registry:address_split"),
        "placeholder": "Số 5, ngõ 12, Tổ dân phố 3, Phường …, …",
    }
    return TextField(label=label, required=False, max_length=LONGEST, widget=forms.TextInput(attrs=attrs))
