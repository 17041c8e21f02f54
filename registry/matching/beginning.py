"""Where training begins: rough shares of each level in each class, as somebody who knows the registers would guess.

They only have to tell the classes apart; the candidates of a register say the rest (train.py).
"""

from __future__ import annotations

from typing import Final

from registry.matching.fields import FIELDS
from registry.matching.model import CLASSES, GENERATIONS, NEIGHBOURS, SAME, SIBLINGS, TWINS

Rows = dict[str, tuple[float, ...]]

_NAME: Final[Rows] = {
    # the order of compare/name.py: accents as they are or lost, words left out, dialect, slips, then other people
    SAME: (.62, .08, .03, .02, .02, .08, .01, .005, .03, .04, .02, .01, .01, .005, .015, .005, .01, .005),
    SIBLINGS: (.003, .001, .001, .001, .005, .01, .002, .002, .01, .003, .001, .02, .001, .3, .01, .005, .58, .046),
    TWINS: (.002, .001, .001, .001, .12, .01, .002, .002, .05, .003, .001, .14, .001, .5, .01, .005, .14, .013),
    GENERATIONS: (.05, .01, .005, .002, .01, .04, .002, .002, .01, .005, .002, .01, .002, .1, .05, .01, .5, .192),
    NEIGHBOURS: (.25, .02, .02, .005, .02, .02, .01, .005, .03, .01, .002, .02, .01, .02, .15, .2, .11, .1),
}  # fmt: skip
_BIRTH: Final[Rows] = {
    SAME: (.78, .02, .06, .03, .03, .03, .03, .005, .005, .005, .005),
    SIBLINGS: (.005, .001, .01, .001, .003, .003, .004, .013, .25, .65, .06),
    TWINS: (.9, .01, .04, .005, .01, .01, .01, .005, .004, .004, .002),
    GENERATIONS: (.001, .001, .004, .001, .001, .001, .001, .005, .01, .075, .9),
    NEIGHBOURS: (.03, .01, .03, .005, .08, .03, .005, .25, .05, .2, .31),
}  # fmt: skip
_NUMBER: Final[Rows] = {
    SAME: (0.85, 0.005, 0.06, 0.03, 0.06),
    SIBLINGS: (0.008, 0.001, 0.001, 0.001, 0.99),
    TWINS: (0.008, 0.1, 0.002, 0.001, 0.989),
    GENERATIONS: (0.008, 0.001, 0.001, 0.001, 0.99),
    NEIGHBOURS: (0.001, 0.001, 0.001, 0.001, 0.997),
}
_CMND: Final[Rows] = {
    SAME: (0.75, 0.05, 0.2),
    SIBLINGS: (0.005, 0.002, 0.993),
    TWINS: (0.005, 0.005, 0.99),
    GENERATIONS: (0.005, 0.002, 0.993),
    NEIGHBOURS: (0.001, 0.002, 0.997),
}
_PARENT: Final[Rows] = {
    SAME: (0.7, 0.13, 0.01, 0.1, 0.03, 0.03),
    SIBLINGS: (0.7, 0.13, 0.01, 0.1, 0.03, 0.03),
    TWINS: (0.7, 0.13, 0.01, 0.1, 0.03, 0.03),
    GENERATIONS: (0.005, 0.003, 0.001, 0.01, 0.02, 0.961),
    NEIGHBOURS: (0.02, 0.02, 0.001, 0.05, 0.1, 0.809),
}
_ADDRESS: Final[Rows] = {
    SAME: (0.4, 0.15, 0.1, 0.15, 0.02, 0.18),
    SIBLINGS: (0.4, 0.15, 0.1, 0.15, 0.02, 0.18),
    TWINS: (0.5, 0.15, 0.1, 0.12, 0.02, 0.11),
    GENERATIONS: (0.45, 0.15, 0.1, 0.15, 0.02, 0.13),
    NEIGHBOURS: (0.02, 0.03, 0.25, 0.6, 0.01, 0.09),
}
_HOME_TOWN: Final[Rows] = {
    SAME: (0.7, 0.17, 0.08, 0.05),
    SIBLINGS: (0.7, 0.17, 0.08, 0.05),
    TWINS: (0.7, 0.17, 0.08, 0.05),
    GENERATIONS: (0.6, 0.15, 0.1, 0.15),
    NEIGHBOURS: (0.35, 0.15, 0.3, 0.2),
}
_PHONE: Final[Rows] = {
    SAME: (0.5, 0.03, 0.47),
    SIBLINGS: (0.3, 0.01, 0.69),
    TWINS: (0.4, 0.01, 0.59),
    GENERATIONS: (0.3, 0.01, 0.69),
    NEIGHBOURS: (0.001, 0.001, 0.998),
}
_SEX: Final[Rows] = {
    SAME: (0.985, 0.015),
    SIBLINGS: (0.5, 0.5),
    TWINS: (0.65, 0.35),
    GENERATIONS: (0.5, 0.5),
    NEIGHBOURS: (0.85, 0.15),
}

_TABLES: Final[dict[str, Rows]] = {
    "name": _NAME, "birth": _BIRTH, "sex": _SEX, "number": _NUMBER, "cmnd": _CMND, "mother": _PARENT,
    "father": _PARENT, "address": _ADDRESS, "home_town": _HOME_TOWN, "phone": _PHONE,
}  # fmt: skip

BEGINNING: Final[dict[str, dict[str, tuple[float, ...]]]] = {
    kind: {field.name: _TABLES[field.name][kind] for field in FIELDS} for kind in CLASSES
}
PAIRS: Final = {SAME: 0.1, SIBLINGS: 0.1, TWINS: 0.01, GENERATIONS: 0.05, NEIGHBOURS: 0.5}
"""Pairs of the class among the candidates, for each record."""
