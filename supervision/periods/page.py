"""What the page of a closed period shows: each figure as it was closed, and what it is today where that is another."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms

from registry.residents.fields import TextField
from registry.scores.share import dotted
from supervision import recount
from supervision.catalogue.figure import Figure, OfRule
from supervision.corrections import LEAST_NOTE, LONGEST_NOTE, corrections_of
from supervision.figures import FIGURES
from supervision.models import Correction, FrozenPeriod


@dataclass(frozen=True)
class Line:
    """One figure. `total` is empty for what stands: it has no sum over time."""

    figure: Figure
    value: str
    total: str
    target: str
    now: str = ""
    now_total: str = ""

    @property
    def is_corrected(self) -> bool:
        return bool(self.now or self.now_total)


@dataclass(frozen=True)
class Change:
    """One correction in words."""

    row: Correction
    figure: Figure

    @property
    def what(self) -> str:
        return "lũy kế" if self.row.is_total else "trong kỳ" if self.figure.kind == "happened" else "cuối kỳ"

    @property
    def was(self) -> str:
        return dotted(self.row.was)

    @property
    def now(self) -> str:
        return dotted(self.row.now)

    @property
    def difference(self) -> str:
        moved = self.row.now - self.row.was
        return f"{'+' if moved > 0 else '−'}{dotted(abs(moved))}"


def changes_of(frozen: FrozenPeriod) -> list[Change]:
    """One query."""
    return [Change(line, FIGURES[line.code]) for line in corrections_of([frozen])[frozen.pk]]


def sections_of(frozen: FrozenPeriod, changes: Iterable[Change]) -> list[tuple[str, list[Line], bool]]:
    """(title, lines, whether they are told only when asked for) in the order of the catalogue. Cases by rule only where
    there were any: they are many. No query."""
    values, totals = recount.told(frozen)
    now = {(one.row.code, one.row.is_total): one.now for one in changes}
    found: dict[str, list[Line]] = {}
    for code, figure in FIGURES.items():
        if isinstance(figure, OfRule) and not values.get(code):
            continue
        is_sum = figure.kind == "happened"
        target = frozen.targets.get(code)
        line = Line(
            figure,
            figure.text(values),
            figure.text(totals) if is_sum else "",
            hundredths_text(target, figure) if target is not None else "",
            now.get((code, False), ""),
            now.get((code, True), ""),
        )
        found.setdefault(figure.section, []).append(line)
    return [(title, lines, all(isinstance(line.figure, OfRule) for line in lines)) for title, lines in found.items()]


def hundredths_text(number: int, figure: Figure) -> str:
    """ "95,5 %", "1.200"."""
    whole, rest = divmod(number, 100)
    text = dotted(whole) + (f",{rest:02d}".rstrip("0") if rest else "")
    return f"{text} %" if figure.unit == "%" else text


class NoteForm(forms.Form):
    """Why numbers are others: one reason for the lines that are ticked."""

    error_css_class = "has-error"

    lines = forms.MultipleChoiceField(
        label="Số liệu đính chính",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Chọn ít nhất một dòng đính chính.", "invalid_choice": "Dòng đã đổi; xem lại."},
    )
    reason = TextField(
        label="Lý do đính chính",
        min_length=LEAST_NOTE,
        max_length=LONGEST_NOTE,
        error_messages={"required": "Ghi lý do đính chính.", "min_length": "Ghi rõ lý do đính chính."},
    )

    def __init__(self, *args: Any, changes: Iterable[Change], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open = {str(one.row.public_id): one for one in changes if one.row.noted_at is None}
        field: Any = self.fields["lines"]
        field.choices = [
            (key, f"{one.figure.title}, {one.what}: {one.was} → {one.now} ({one.difference})")
            for key, one in self.open.items()
        ]
        field.initial = list(self.open)

    @property
    def chosen(self) -> list[Correction]:
        return [self.open[key].row for key in self.cleaned_data["lines"]]
