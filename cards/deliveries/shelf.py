"""What lies where: the lists of cards, each one condition, which its figure asks too.

The rows are files, with the card's row where it has one: a card that came back before there were rows is in stock like
every other.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Officer
from cards.models import About, Application, Contact, Delivery, State, Step, StockCard, StockState, waiting_long
from registry.models import Membership

HERE: Final = Q(state=State.ARRIVED) & (Q(stock=None) | Q(stock__state=StockState.HERE))


@dataclass(frozen=True)
class Section:
    """One list. `figure`: the name of its column in figures()."""

    slug: str
    figure: str
    title: str
    hint: str


SECTIONS: Final = {
    one.slug: one
    for one in [
        Section("dang-giu", "here", "Đang giữ", "Thẻ đã về, đang ở trụ sở."),
        Section("can-goi", "to_call", "Cần gọi hôm nay", "Chưa báo lần nào, hoặc hẹn gọi lại đến hôm nay."),
        Section("qua-lau", "long", "Về lâu chưa trả", "Về quá số ngày đã đặt mà công dân chưa nhận."),
        Section("can-gui", "to_post", "Chờ gửi bưu chính", "Công dân chọn nhận qua bưu chính, chưa gửi."),
        Section("dang-gui", "posted", "Đang gửi bưu chính", "Đã gửi, chưa biết đã phát."),
        Section("tra-lai", "sent_back", "Đã chuyển trả cấp trên", "Thẻ in sai, chờ thẻ in lại."),
        Section("da-tra", "handed", "Đã trả", "Đã trao tận tay hoặc đã phát."),
    ]
}
FIRST: Final = "dang-giu"


def conditions() -> dict[str, Q]:
    """The condition of each list, by the name of its figure; of files() and of nothing else. One query."""
    today = timezone.localdate()
    posted = Q(state=State.ARRIVED, stock__state=StockState.POSTED)
    return {
        "here": HERE,
        "to_call": HERE & Q(delivery=Delivery.OFFICE) & (Q(called_at=None) | Q(again_on__lte=today)),
        "long": waiting_long(),
        "to_post": HERE & Q(delivery=Delivery.POST),
        "posted": posted,
        "sent_back": Q(state=State.PRINTING, stock__state=StockState.SENT_BACK),
        "handed": Q(state=State.HANDED_OVER, stock__state=StockState.HANDED_OVER),
    }


def files(officer: Officer) -> QuerySet[Application]:
    """Files of the officer's communes as the lists show them: with their card, where the person lives (`hamlet`), when
    the card came (`came_at`), and the last call about it (`called_at`, `call_result`, `again_on`)."""
    came = Step.objects.filter(application=OuterRef("pk"), to_state=State.ARRIVED).order_by("-at", "-pk")
    calls = Contact.objects.filter(application=OuterRef("pk"), about=About.CARD).order_by("-at", "-pk")
    home = Membership.objects.filter(resident=OuterRef("resident"), to_on=None)
    rows = Application.objects.in_scope(officer).select_related("resident", "stock", "commune")
    return rows.annotate(
        came_at=Coalesce("stock__arrived_at", Subquery(came.values("at")[:1])),
        called_at=Subquery(calls.values("at")[:1]),
        call_result=Subquery(calls.values("result")[:1]),
        again_on=Subquery(calls.values("again_on")[:1]),
        hamlet=Subquery(home.values("household__hamlet")[:1]),
    )


def figures(officer: Officer) -> dict[str, int]:
    """How many rows each list has. Two queries."""
    flags = {f"is_{name}": Case(When(one, then=True), default=False) for name, one in conditions().items()}
    near = files(officer).select_related(None).filter(Q(state=State.ARRIVED) | Q(stock__isnull=False))
    return near.annotate(**flags).aggregate(**{name[3:]: Count("pk", filter=Q(**{name: True})) for name in flags})


def days_here(came_at: dt.datetime | None) -> int | None:
    """Days since the card came, as rule L17 counts them."""
    return (timezone.localdate() - timezone.localdate(came_at)).days if came_at else None


def boxes(officer: Officer) -> list[str]:
    """The boxes that hold something now. One query."""
    rows = StockCard.objects.in_scope(officer).filter(state=StockState.HERE).exclude(box="")
    return list(rows.order_by("box").values_list("box", flat=True).distinct())


def stock_of(file: Application) -> StockCard | None:
    """The card's row of a file read by files(); None where it has none yet. No query."""
    found: Any = getattr(file, "stock", None)
    return found
