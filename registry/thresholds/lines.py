"""Where the lines are drawn: read, tried out, drawn anew. Scores are hundredths of a bit."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from accounts.audit import record
from accounts.models import Action, Officer
from accounts.roles import Role
from registry.duplicates import search_job
from registry.duplicates.model_in_use import settle
from registry.duplicates.score import bits
from registry.models import DuplicatePair, MatchModel, PairClass
from registry.models.duplicate import DuplicateQuerySet

EXAMPLES = 20
LEAST, MOST = -2_000, 4_000


class LinesRefused(Exception):
    """Nothing was drawn; the message is the sentence the officer reads. `field` is where it belongs on the form."""

    def __init__(self, field: str | None, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Lines:
    """From `review` on a pair waits for an officer, from `certain` on it is called "gần như chắc chắn"."""

    review: int
    certain: int

    @classmethod
    def of(cls, model: MatchModel) -> "Lines":
        return cls(model.review_at, model.certain_at)

    def told(self) -> str:
        return f"cần xem từ {bits(self.review)} bit, gần như chắc chắn từ {bits(self.certain)} bit"

    def band(self, score: int) -> str:
        if score >= self.certain:
            return "gần như chắc chắn"
        return "cần xem" if score >= self.review else "không đưa vào hàng đợi"


@dataclass(frozen=True)
class Queue:
    """How many pairs wait, by band; `family` of them are taken for people of one family."""

    certain: int
    review: int
    family: int
    below: int

    @property
    def total(self) -> int:
        return self.certain + self.review


def in_use() -> MatchModel:
    """The model in use; the shipped one is written down when there is none yet. One query as a rule."""
    return MatchModel.objects.filter(is_current=True).select_related("set_by").first() or settle()


def pairs_of(officer: Officer) -> DuplicateQuerySet:
    """The pairs an officer's figures speak of: his scope; for the administrator, who sees no people, all of them."""
    rows = DuplicatePair.objects.all()
    return rows if officer.role == Role.ADMINISTRATOR else rows.in_scope(officer)


def queue_at(rows: DuplicateQuerySet, lines: Lines) -> Queue:
    """How the waiting pairs that are stored would lie under these lines. One query."""
    counted: dict[str, Any] = rows.waiting().aggregate(
        certain=Count("pk", filter=Q(score__gte=lines.certain)),
        review=Count("pk", filter=Q(score__gte=lines.review, score__lt=lines.certain)),
        family=Count("pk", filter=Q(score__gte=lines.review, kind=PairClass.FAMILY)),
        below=Count("pk", filter=Q(score__lt=lines.review)),
    )
    return Queue(**counted)


def crossing(rows: DuplicateQuerySet, now: Lines, then: Lines) -> DuplicateQuerySet:
    """Waiting pairs that would lie in another band, those nearest to a moved line first."""
    moved = Q(pk__in=[])
    for old, new in ((now.review, then.review), (now.certain, then.certain)):
        if old != new:
            moved |= Q(score__gte=min(old, new), score__lt=max(old, new))
    return rows.waiting().filter(moved).select_related("left__commune", "right__commune").order_by("-score", "pk")


def draw(model: MatchModel, then: Lines, *, reason: str, by: Officer) -> None:
    """Draw the lines of the model in use, and plan that everybody is compared anew.

    The line of the trail says why, from where to where, and what the queue held before and would hold under the new
    lines. What waits changes while the search of everybody comes by (registry/duplicates/search_job.py): pairs below
    the line leave, pairs that a lower line lets in are found. Raises LinesRefused.
    """
    _refuse_nonsense(then)
    with transaction.atomic():
        locked = MatchModel.objects.select_for_update().get(pk=model.pk)
        if not locked.is_current:
            raise LinesRefused(None, "Mô hình đang dùng vừa được thay; mở lại trang để xem ngưỡng hiện nay.")
        now = Lines.of(locked)
        if now == then:
            raise LinesRefused(None, "Hai ngưỡng không đổi so với hiện nay.")
        everything = DuplicatePair.objects.all()
        before, after = queue_at(everything, now), queue_at(everything, then)
        locked.review_at, locked.certain_at = then.review, then.certain
        locked.set_at, locked.set_by = timezone.now(), by
        locked.save(update_fields=["review_at", "certain_at", "set_at", "set_by"])
        record(
            by,
            Action.CHANGE,
            target=locked,
            reason=reason,
            sentence=f"Đặt ngưỡng so trùng: {then.told()} (trước: {now.told()}). "
            f"Hàng đợi {before.total} cặp, theo ngưỡng mới {after.total} cặp.",
            data={"before": _counts(now, before), "after": _counts(then, after)},
        )
        search_job.plan_all(by=by)


def _refuse_nonsense(lines: Lines) -> None:
    if lines.review > lines.certain:
        raise LinesRefused("certain", "Ngưỡng “gần như chắc chắn” không được thấp hơn ngưỡng “cần xem”.")
    for field, value in (("review", lines.review), ("certain", lines.certain)):
        if not LEAST <= value <= MOST:
            raise LinesRefused(field, f"Ngưỡng nằm trong khoảng {bits(LEAST)} đến {bits(MOST)} bit.")


def _counts(lines: Lines, queue: Queue) -> dict[str, int]:
    return {"review_at": lines.review, "certain_at": lines.certain, "certain": queue.certain, "review": queue.review}


def examples(officer: Officer, now: Lines, then: Lines) -> list[DuplicatePair]:
    """EXAMPLES pairs that would change their band, spread over all that would. Two queries."""
    rows = crossing(pairs_of(officer), now, then)
    ids = list(rows.values_list("pk", flat=True)[:2_000])
    step = max(1, len(ids) // EXAMPLES)
    return list(rows.filter(pk__in=ids[::step][:EXAMPLES]))


def people_in(pairs: Iterable[DuplicatePair]) -> list[Any]:
    return [one for pair in pairs for one in (pair.left, pair.right)]
