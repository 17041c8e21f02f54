"""The code on a field sheet, scanned into the one box: it opens the sheet at that household."""

from django.urls import reverse

from accounts.models import Officer
from accounts.roles import Right
from registry.models import FieldLine
from registry.models.field_sheet import read_code
from registry.residents.search import Hit, register_finder


def by_code(text: str, officer: Officer) -> list[Hit]:
    """No query for any other text."""
    line_id = read_code(text)
    if line_id is None or not officer.can(Right.CLEANUP_WORK):
        return []
    lines = FieldLine.objects.in_scope(officer).filter(public_id=line_id).select_related("sheet")
    return [
        Hit(
            url=f"{reverse('registry:field_find')}?ma={line.code}",
            title=str(line.sheet),
            detail=f"{line.told.get('household', '')}, {line.told.get('address', '')}".strip(", "),
        )
        for line in lines
    ]


def register() -> None:
    """Called by RegistryConfig.ready()."""
    register_finder(by_code)
