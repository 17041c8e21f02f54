"""What the page of a pair shows: its case, two records side by side, the evidence, and what may be done."""

from typing import Any

from django.urls import NoReverseMatch, reverse

from accounts.models import Officer
from accounts.roles import Right, Role
from accounts.scope import OfficerRequest
from registry.duplicates import masks, queue, score, second_look
from registry.duplicates.cases import WAITING
from registry.duplicates.comparison import EMPTY, Row, compare, sides
from registry.duplicates.evidence import items_of, strongest
from registry.duplicates.review import may_undo
from registry.duplicates.tables import STATE_PILLS
from registry.models import DuplicateCase, DuplicatePair, PairClass, PairState


def page_of(request: OfficerRequest, pair: DuplicatePair) -> dict[str, Any]:
    """The context of pair.html. `pair` has left, right, their communes, its case and who holds it. Six queries."""
    officer, case = request.user, pair.case
    unmasked_until = masks.open_until(request, case)
    left, right = sides(pair.left, pair.right, officer=officer, unmasked=unmasked_until is not None)
    return {
        "pair": pair,
        "case": case,
        "left": left,
        "right": right,
        **rows_of_page(compare(left, right)),
        **evidence_of_page(pair),
        **_siblings(pair, officer),
        "is_cross": pair.left.commune_id != pair.right.commune_id,
        "unmasked_until": unmasked_until,
        "may_unmask": bool(case) and officer.can(Right.SENSITIVE_VIEW) and not (left.is_open and right.is_open),
        "state_pill": STATE_PILLS[PairState(pair.state)],
        "merge_url": merge_url(pair) if pair.state == PairState.SAME else "",
        **_what_may_be_done(pair, case, officer),
    }


def rows_of_page(rows: list[Row]) -> dict[str, list[Row]]:
    """Rows that differ stand on the page, equal ones are folded away; what both lack is left out."""
    filled = [row for row in rows if row.verdict != EMPTY]
    return {"rows": [row for row in filled if not row.is_same], "same_rows": [row for row in filled if row.is_same]}


def evidence_of_page(pair: DuplicatePair) -> dict[str, Any]:
    """One query."""
    kind, words = score.band_of(pair, score.certain_at())
    items = items_of(pair)
    return {
        "items": items,
        "strongest": strongest(items),
        "level_kind": kind,
        "level": words,
        "bits": score.bits(pair.score),
        "family_says": score.FAMILY_SAYS if pair.kind == PairClass.FAMILY else "",
    }


def _siblings(pair: DuplicatePair, officer: Officer) -> dict[str, Any]:
    """The pairs of the case that the officer may see, in order, and those before and after this one. Two queries."""
    rows = DuplicatePair.objects.in_scope(officer).select_related("left", "right")
    siblings = list(rows.filter(case=pair.case_id)) if pair.case_id else [pair]
    blind = second_look.blind_among(siblings, officer)
    at = next((place for place, one in enumerate(siblings) if one.pk == pair.pk), 0)
    shown = [
        {
            "pair": one,
            "pill": STATE_PILLS[PairState(one.state)],
            "is_blind": one.pk in blind,
            "is_now": one.pk == pair.pk,
        }
        for one in siblings
    ]
    return {
        "siblings": shown if len(shown) > 1 else [],
        "before": siblings[at - 1] if at else None,
        "after": siblings[at + 1] if at + 1 < len(siblings) else None,
        "is_blind": pair.pk in blind,
    }


def _what_may_be_done(pair: DuplicatePair, case: DuplicateCase | None, officer: Officer) -> dict[str, Any]:
    may_work = officer.can(Right.CLEANUP_WORK)
    is_held = case is not None and queue.is_held_by_another(case, officer)
    is_for_chief = case is not None and case.closed_at is None and case.is_for_chief and officer.role != Role.CHIEF
    is_waiting = pair.state in WAITING
    return {
        "is_waiting": is_waiting,
        "may_work": may_work,
        "may_decide": may_work and is_waiting and not is_held and not is_for_chief,
        "may_reopen": may_work and pair.state in (PairState.SAME, PairState.DIFFERENT),
        "may_undo": may_work and not is_waiting and may_undo(pair, officer),
        "held_by": case.held_by if case and is_held else None,
        "is_mine": case is not None and queue.holds(case, officer),
        "may_take": may_work and is_waiting and not is_for_chief and (not is_held or officer.role == Role.CHIEF),
        "is_for_chief": is_for_chief,
        "decide_url": reverse("registry:duplicate_decide", args=[pair.public_id]),
    }


def merge_url(pair: DuplicatePair) -> str:
    """Where the two records are folded together; "" when the portal runs without that desk."""
    try:
        return reverse("registry:merge", args=[pair.public_id])
    except NoReverseMatch:
        return ""
