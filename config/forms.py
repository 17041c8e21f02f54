"""How form fields become HTML: Django's own templates, but for the lists one chooses from.

Django includes a template an option, and one more for its attributes. Our forms have some eight hundred options (54
peoples, 57 roles in a household, 200 countries): that was half the time of the page. Here they are joined in Python.
"""

from typing import Any, Final

from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

SELECT: Final = "django/forms/widgets/select.html"


class JoinedOptions(DjangoTemplates):
    """settings.FORM_RENDERER. Every other widget is left to its template."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name == SELECT:
            return select(context["widget"])
        return super().render(template_name, context, request)


def select(widget: dict[str, Any]) -> SafeString:
    """The HTML that Django's select.html gives, white space aside. `widget`: Select.get_context()["widget"]."""
    groups = mark_safe("\n").join(_group(name, options) for name, options, _ in widget["optgroups"])
    return format_html(
        '<select name="{}"{}>\n{}\n</select>', widget["name"], _attributes(widget["attrs"]), mark_safe(groups)
    )


def _group(name: str | None, options: list[dict[str, Any]]) -> SafeString:
    rows = format_html_join(
        "\n",
        '<option value="{}"{}>{}</option>',
        ((str(one["value"]), _attributes(one["attrs"]), one["label"]) for one in options),
    )
    return format_html('<optgroup label="{}">\n{}\n</optgroup>', name, rows) if name else rows


def _attributes(attrs: dict[str, Any]) -> SafeString:
    if not attrs:
        return SafeString("")
    told = [(name, value) for name, value in attrs.items() if value is not False]
    return mark_safe(
        "".join(
            format_html(" {}", name) if value is True else format_html(' {}="{}"', name, str(value))
            for name, value in told
        )
    )
