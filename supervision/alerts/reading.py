"""Open alerts as they are read: those of an officer's units, and the sentence of each."""

from django.db.models import Case, IntegerField, QuerySet, Value, When

from accounts.models import Officer
from supervision.figures import FIGURES
from supervision.models import Alert, AlertKind
from supervision.targets.hundredths import is_of_period
from supervision.targets.hundredths import said as number_said

ORDER = {AlertKind.BELOW_TARGET: 0, AlertKind.GETTING_WORSE: 1, AlertKind.BEHIND_OTHERS: 2}
AGAINST = {
    AlertKind.BELOW_TARGET: "chỉ tiêu",
    AlertKind.BEHIND_OTHERS: "mức giữa của các xã trong tỉnh",
    AlertKind.GETTING_WORSE: "tuần trước",
}


def open_rows(officer: Officer) -> QuerySet[Alert]:
    """Missed targets first, then what gets worse; within these the oldest first. Of figures that there still are."""
    return _open(officer).filter(code__in=FIGURES)


def _open(officer: Officer) -> QuerySet[Alert]:
    whens = [When(kind=kind, then=Value(place)) for kind, place in ORDER.items()]
    rank = Case(*whens, default=Value(len(ORDER)), output_field=IntegerField())
    rows = Alert.objects.in_scope(officer).filter(ended_on=None)
    return rows.select_related("unit__parent").annotate(rank=rank).order_by("rank", "since", "pk")


def open_for(officer: Officer) -> list[Alert]:
    """The open alerts of the officer's units, the weightiest first, with their units. One query."""
    return [one for one in _open(officer) if one.code in FIGURES]


def said(alert: Alert) -> str:
    """ "86,27 %, chỉ tiêu 95,00 %"; what happens says of which time."""
    figure = FIGURES.get(alert.code)
    if figure is None:
        return ""
    kind = AlertKind(alert.kind)
    within = ""
    if is_of_period(figure):
        within = " trong kỳ vừa qua" if kind == AlertKind.BELOW_TARGET else " trong 30 ngày"
    return f"{number_said(figure, alert.value)}{within}, {AGAINST[kind]} {number_said(figure, alert.against)}"
