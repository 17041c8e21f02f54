"""Concluding "một người" for many plain cases at once. Each gets a planned merge, with time to take it back."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db.models import BooleanField, Exists, F, Func, OuterRef, QuerySet, Value
from django.utils import timezone

from accounts.models import Officer
from registry import leases
from registry.duplicates import choosing, score, second_look
from registry.duplicates import merge as merging
from registry.duplicates.merge_refusals import MergeRefused, NeedsSecondOfficer
from registry.duplicates.queue import cases_for
from registry.duplicates.review import Decision, ReviewRefused, decide
from registry.duplicates.second_look import Sample
from registry.models import DuplicateCase, DuplicatePair, Merge, MergeState, PairClass, PairState

AT_ONCE = 20
"""Each is looked at and planned in transactions of its own, about a quarter of a second."""
AGAINST = -150
"""A line of evidence that argues this strongly for two people (one and a half bits) keeps a case out."""
NOTE = "Kết luận nhiều vụ cùng lúc"
CAME_TO_NOTHING = (MergeState.UNDONE, MergeState.WITHDRAWN, MergeState.REFUSED, MergeState.RETURNED)


@dataclass(frozen=True)
class Outcome:
    """What came of one case: `said` is the sentence the officer reads."""

    title: str
    done: bool
    said: str
    is_new: bool = False


def eligible(officer: Officer, certain_at: int) -> QuerySet[DuplicateCase]:
    """Cases of two records of one commune from the certain line on with nothing that argues for two people: no
    different number in use, sex or birth date, nobody asked, never returned, held by nobody else."""
    rows = cases_for(officer).exclude(leases.held_by_others(officer, by="held_by", until="held_until"))
    rows = rows.filter(people=2, kind=PairClass.SAME, score__gte=certain_at)
    rows = rows.filter(is_cross=False, is_mixed=False, is_for_chief=False)
    plain = DuplicatePair.objects.in_scope(officer).filter(
        case=OuterRef("pk"), state=PairState.SUSPECTED, returned_for=""
    )
    return rows.filter(Exists(plain.annotate(argued=_argues_against()).filter(argued=False)))


def _argues_against() -> Func:
    path = Value(f"$[*][2] ? (@ <= {AGAINST})")
    return Func(
        F("lines"),
        path,
        function="jsonb_path_exists",
        template="%(function)s(%(expressions)s::jsonpath)",
        output_field=BooleanField(),
    )


def conclude_same(case_ids: Iterable[UUID], *, by: Officer) -> list[Outcome]:
    """Decide these cases one by one, each in a transaction of its own: what cannot be done is said and the rest goes
    on. A share of them, at least one, goes to a second officer."""
    certain_at = score.certain_at()
    wanted = list(dict.fromkeys(case_ids))[:AT_ONCE]
    owed = second_look.bulk_sample(len(wanted))
    outcomes, unseen = [], []
    for place, case_id in enumerate(wanted):
        pair = _pair_of(case_id, by)
        outcome = _conclude(pair, case_id, by, certain_at, surely=place in owed)
        outcomes.append(outcome)
        if outcome.is_new and place in owed:
            owed.discard(place)
        elif outcome.is_new and pair:
            unseen.append(pair)
    second_look.draw_some(unseen, len(owed), by=by)  # in place of drawn ones that could not be decided
    return outcomes


def _pair_of(case_id: UUID, by: Officer) -> DuplicatePair | None:
    pairs = DuplicatePair.objects.in_scope(by).select_related("left", "right")
    return pairs.filter(case__public_id=case_id).first()


def _conclude(pair: DuplicatePair | None, case_id: UUID, by: Officer, certain_at: int, *, surely: bool) -> Outcome:
    if pair is None:
        return Outcome("Vụ không còn", False, "Vụ này không còn trong địa bàn của đồng chí.")
    title = f"{pair.left.full_name} · {pair.right.full_name}"
    if pair.state == PairState.SAME and pair.decided_by_id == by.pk:
        return Outcome(title, True, _plan_merge(pair, by))  # the second click of a double one
    if not eligible(by, certain_at).filter(public_id=case_id).exists():
        return Outcome(title, False, "Vụ này vừa thay đổi hoặc đang có đồng chí xử lý; mở riêng để xem.")
    try:
        pair = decide(pair, Decision.SAME, by=by, note=NOTE, sample=Sample.SURELY if surely else Sample.NOT)
    except ReviewRefused as refused:
        return Outcome(title, False, str(refused))
    return Outcome(title, True, _plan_merge(pair, by), is_new=True)


def _plan_merge(pair: DuplicatePair, by: Officer) -> str:
    """Have the two merged after the cooling-off, with the proposed values. Answers what the officer reads.

    In a transaction of its own: it locks people, and a decision has locked the pair. What cannot be planned stays
    decided, among the cases that wait to be merged.
    """
    both = [pair.left_id, pair.right_id]
    if Merge.objects.filter(survivor__in=both, folded__in=both).exclude(state__in=CAME_TO_NOTHING).exists():
        return "Đã ghi kết luận và hẹn gộp."
    try:
        order = _order(pair, by)
        try:
            merge, _ = merging.plan(order)
        except NeedsSecondOfficer as needs:
            merging.ask(order)
            return f"Đã ghi kết luận; việc gộp đã gửi cán bộ thứ hai. {needs}"
    except MergeRefused as refused:
        return f"Đã ghi kết luận, chưa hẹn gộp được: {refused}"
    return f"Đã ghi kết luận; sẽ gộp sau {timezone.localtime(merge.not_before):%H:%M ngày %d/%m/%Y}, rút lại được."


def _order(pair: DuplicatePair, by: Officer) -> merging.Order:
    left, right = pair.left, pair.right
    keeps = choosing.proposed_survivor(left, right)
    survivor, folded = (left, right) if keeps == choosing.LEFT else (right, left)
    chosen = choosing.for_survivor(choosing.resolved(choosing.choices_between(left, right), {}), keeps)
    seal = merging.preview(survivor, folded, chosen, by=by).seal
    return merging.Order(survivor, folded, chosen, by, uuid4(), seen=seal, reason=NOTE, pair=pair)
