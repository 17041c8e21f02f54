"""The figures that somebody may choose in a form, in reading order, under the names of their sections."""

from collections.abc import Iterable
from typing import Any, Final

from registry.residents.fields import CHOOSE
from supervision.figures import FIGURES, Figure
from supervision.targets.hundredths import is_of_period

OF_RULES: Final = "quy-tac-"
"""Two figures a rule: hundreds, which a page of the rule links to and nobody looks for in a list."""


def choosable(*, with_direction: bool = False) -> Iterable[Figure]:
    """`with_direction`: only those of which one way is better."""
    for figure in FIGURES.values():
        if not figure.code.startswith(OF_RULES) and (figure.better or not with_direction):
            yield figure


def grouped(*, with_direction: bool = False) -> list[Any]:
    sections: dict[str, list[tuple[str, str]]] = {}
    for figure in choosable(with_direction=with_direction):
        within = " (trong kỳ)" if is_of_period(figure) else ""
        sections.setdefault(figure.section or "Khác", []).append((figure.code, f"{figure.title}{within}"))
    return [("", CHOOSE), *sections.items()]


def plain() -> list[tuple[str, str]]:
    """For filters."""
    return [(figure.code, figure.title) for figure in choosable(with_direction=True)]
