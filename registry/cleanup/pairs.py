"""Suspected duplicates: S03, S04. They say what the matching engine found (registry/duplicates) and nobody has decided;
there is no second engine. A decision closes the finding with the next scan.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from registry.cleanup.examples import person
from registry.cleanup.facts import Facts, register_facts
from registry.cleanup.rules import Evidence, rule
from registry.models import DuplicatePair, PairClass, PairState

NAME = "pairs"
DECIDED = "Cặp đã kết luận “Hai người khác nhau” (sinh đôi, trùng tên), hoặc đã gộp."
ENGINE = "Theo kết quả tìm trùng của cả hệ thống, không tự so lại; đổi ngưỡng ở trang Ngưỡng nghi trùng."


@dataclass(frozen=True)
class Twin:
    """One waiting pair, seen from this person. `label` is who the other is, "" when it is a record elsewhere."""

    ref: str
    label: str
    sentence: str
    is_certain: bool


def twins_of(facts: Facts, *, certain: bool) -> list[Twin]:
    return [one for one in facts.more.get(NAME) or [] if one.is_certain == certain]


def _twin(*, certain: bool) -> dict[str, list[Twin]]:
    return {NAME: [Twin("0f", "Nguyễn Thị Hoà, sinh 21/05/1990", "Cùng họ tên và ngày sinh.", certain)]}


@rule(
    "S03",
    fires=lambda: person(more=_twin(certain=True)),
    quiet=lambda: person(more=_twin(certain=False)),
    spared=lambda: person(more={NAME: []}),
    exception=DECIDED,
    limits=ENGINE,
)
def surely_another_record(facts: Facts) -> Evidence | None:
    return _said(twins_of(facts, certain=True), "Gần như chắc chắn có hồ sơ khác của cùng một người.")


@rule(
    "S04",
    fires=lambda: person(more=_twin(certain=False)),
    quiet=lambda: person(more=_twin(certain=True)),
    spared=lambda: person(more={NAME: []}),
    exception=DECIDED,
    limits=ENGINE,
)
def perhaps_another_record(facts: Facts) -> Evidence | None:
    return _said(twins_of(facts, certain=False), "Có hồ sơ giống hồ sơ này, cần xem từng cặp.")


def _said(found: list[Twin], sentence: str) -> Evidence | None:
    """The other records are told apart by their pairs, which the evidence keeps as its key."""
    if not found:
        return None
    values = {f"Hồ sơ giống {n}": one.label or "hồ sơ ở xã khác" for n, one in enumerate(found, start=1)}
    return Evidence(sentence, values, key=" ".join(sorted(one.ref for one in found)))


def load(ids: list[int]) -> dict[int, list[Twin]]:
    """The waiting pairs of these residents, oldest first; a second query for the line, where there is any."""
    from registry.duplicates.score import certain_at  # duplicates stands on cleanup's facts

    asked = set(ids)
    waiting = [PairState.SUSPECTED, PairState.ASKED]
    rows = DuplicatePair.objects.filter(Q(left__in=ids) | Q(right__in=ids), state__in=waiting)
    found: dict[int, list[Twin]] = defaultdict(list)
    pairs = list(rows.select_related("left", "right").order_by("pk"))
    line = certain_at() if pairs else 0
    for pair in pairs:
        is_certain = pair.kind == PairClass.SAME and pair.score >= line
        for one, other in ((pair.left, pair.right), (pair.right, pair.left)):
            if one.pk in asked:
                label = other.audit_label() if other.commune_id == one.commune_id else ""
                found[one.pk].append(Twin(str(pair.public_id), label, pair.sentence, is_certain))
    return found


register_facts(NAME, load)
