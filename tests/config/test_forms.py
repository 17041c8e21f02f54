"""Lists one chooses from look as Django draws them."""

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from config.forms import JoinedOptions

CHOICES = [
    ("", "Chọn"),
    ("a&b", 'H\'Nhin <Mlô> & "Niê"'),
    ("Dân tộc", [(1, "Kinh"), (2, "Ê Đê")]),
    (None, "Không rõ"),
    (3, "Chăm"),
]


def squeezed(html: str) -> str:
    return re.sub(r">\s+<", "><", html.strip())


@pytest.mark.parametrize("value", ["", "a&b", 2, "2", None, 3, "khác"])
@pytest.mark.parametrize("attrs", [{}, {"class": "form-select", "required": True, "disabled": False, "data-x": 'a"b<'}])
@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple, forms.NullBooleanSelect])
def test_a_select_is_drawn_as_django_draws_it(widget, attrs, value):
    ours, django = (
        widget(**({} if widget is forms.NullBooleanSelect else {"choices": CHOICES})).render(
            "dan_toc", value, attrs, renderer=renderer()
        )
        for renderer in (JoinedOptions, DjangoTemplates)
    )
    assert squeezed(ours) == squeezed(django)


def test_the_portal_draws_them_so(settings):
    assert settings.FORM_RENDERER == "config.forms.JoinedOptions"
